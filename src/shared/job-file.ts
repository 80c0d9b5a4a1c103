import * as z from 'zod';
import { commonFields, maxNumProcs, type OutputFormat, outputFormats, ownFields } from './job-fields';
import { env, rule, text, wholeNumber } from './job-rules';

export { maxCombinations, maxNumProcs, type OutputFormat, outputFormats } from './job-fields';

/**
 * The job file: one schema that the validator, the editor's autocompletion, the New Job form and the documentation
 * all come from.
 */

/** The most jobs that one file may hold. */
export const maxJobs = 1000;

/** The format that a file name's ending stands for. */
export function formatOfPath(path: string): OutputFormat | undefined {
  const ending = /\.([a-z]+)$/i.exec(path)?.[1]?.toLowerCase();
  return outputFormats.find((format) => format === ending);
}

/** One job of a file. That it has exactly one of `target`, `map` and `run`, and a range, is checked besides. */
export const jobSchema = z.strictObject(
  { ...ownFields, ...commonFields },
  rule('E110', 'must be a mapping with target, map or run, and range'),
);

const jobsRule = rule('E110', `must be a list of 1 to ${maxJobs} jobs`);

/** The schema itself. Keys that begin with `x-` must be taken out before: they are ignored everywhere in the format. */
export const jobFileSchema = z.strictObject(
  {
    version: z.literal(1, rule('E110', 'must be 1')).describe('Version of the format: `1`.'),
    name: text(200).optional().describe('Name of the whole.'),
    description: text(10_000).optional().describe('What it is for.'),
    maxProcs: wholeNumber(1, maxNumProcs, `must be a whole number from 1 to ${maxNumProcs}`)
      .optional()
      .describe('The most processes that all jobs of the file together use at a time.'),
    env: env.optional(),
    defaults: z
      .strictObject(commonFields, rule('E110', 'must be a mapping of fields of jobs'))
      .optional()
      .describe(
        'Fields for all jobs that do not have them themselves: `cwd`, `numProcs`, `schedule`, `priority`, `env` (each name for itself), `memory`, `recycleAfter`, `timeout`, `jobTimeout`, `retries`, `onFailure`. What a kind of job has no use for does nothing there.',
      ),
    jobs: z
      .array(jobSchema, jobsRule)
      .min(1, jobsRule)
      .max(maxJobs, jobsRule)
      .describe('The jobs, 1 to 1000; they run side by side as far as there are processes for them.'),
  },
  rule('E110', 'must be a mapping with version and jobs'),
);

/** A valid job file, as written. */
export type JobFile = z.infer<typeof jobFileSchema>;

/** One job of it, as written. */
export type JobSpec = z.infer<typeof jobSchema>;

export type JobRange = NonNullable<JobSpec['range']>;
export type JobDefaults = NonNullable<JobFile['defaults']>;

/** Fields, for suggestions and the documentation. */
export const jobFileKeys: readonly string[] = Object.keys(jobFileSchema.shape);
export const jobKeys: readonly string[] = Object.keys(jobSchema.shape);
export const defaultsKeys: readonly string[] = Object.keys(commonFields);

/** What a job runs: exactly one of them. */
export const workKeys = ['target', 'map', 'run'] as const;

/** The JSON Schema of a job file, for editors and forms (draft 2020-12). */
export function jobFileJsonSchema(): Record<string, unknown> {
  return z.toJSONSchema(jobFileSchema, {
    override: ({ zodSchema, jsonSchema }) => {
      if (jsonSchema.additionalProperties === false) jsonSchema.patternProperties = { '^x-': {} };
      if (zodSchema === jobSchema) {
        jsonSchema.oneOf = workKeys.map((key) => ({ required: [key] }));
        jsonSchema.anyOf = [{ required: ['range'] }, { required: ['run'] }];
      }
    },
  });
}
