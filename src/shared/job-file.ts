import * as z from 'zod';

/**
 * The job file: one schema that the validator, the editor's autocompletion, the New Job form and the documentation
 * all come from. Only fields that act are in it; `laterKeys` names those of the full format that do not act yet, so
 * that they are refused by name instead of being ignored.
 *
 * Every message is a code and a phrase ("E111 must be a duration …"), so that whoever reports it can add which field
 * it was and what stood there.
 */

/** Formats that a job's `output` can be written in; without one the file name's ending decides. */
export const outputFormats = ['json', 'ndjson', 'csv', 'npy', 'png'] as const;
export type OutputFormat = (typeof outputFormats)[number];

/** The most jobs that one file may hold. */
export const maxJobs = 1000;

/** The most ranks that a job may ask for. */
export const maxNumProcs = 1024;

/** Keys of the full format that this version refuses, because they would not act. */
export const laterKeys = {
  file: ['env', 'maxProcs', 'defaults'],
  job: [
    'map',
    'run',
    'cwd',
    'schedule',
    'matrix',
    'env',
    'memory',
    'recycleAfter',
    'enabled',
    'needs',
    'jobTimeout',
    'retries',
    'onFailure',
  ],
  range: ['from', 'to', 'step', 'csv', 'lines'],
} as const;

/** Milliseconds of each unit that a duration may have. */
const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Timers hold 31 bits of milliseconds, a little less than 25 days. */
const maxDurationMs = 24 * 86_400_000;

/**
 * Milliseconds of a duration such as `90s`, `10m`, `1.5h`, `500ms` or `1h30m`; undefined when the text is not one, is
 * zero, or is longer than 24 days.
 */
export function parseDuration(text: string): number | undefined {
  if (!/^(?:\d+(?:\.\d+)?(?:ms|s|m|h|d))+$/.test(text) || text.length > 40) return undefined;
  let total = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g))
    total += Number(amount) * (unitMs[unit ?? ''] ?? Number.NaN);
  return total > 0 && total <= maxDurationMs ? total : undefined;
}

/** The format that a file name's ending stands for. */
export function formatOfPath(path: string): OutputFormat | undefined {
  const ending = /\.([a-z]+)$/i.exec(path)?.[1]?.toLowerCase();
  return outputFormats.find((format) => format === ending);
}

const rule = (code: string, phrase: string): { error: string } => ({ error: `${code} ${phrase}` });
const text = (limit: number): z.ZodString =>
  z.string(rule('E110', 'must be text')).max(limit, rule('E110', `must be at most ${limit} characters long`));

const targetRule = rule(
  'E116',
  'must name a module and its export, such as ./file.mjs#fn, or a built-in target, such as builtin:mandelbrot',
);
const target = z
  .string(targetRule)
  .regex(/^(?:builtin:[A-Za-z0-9][\w-]*|(?!builtin:)[^#]+#[A-Za-z_$][\w$]*)$/, targetRule)
  .describe(
    'What runs: ./file.mjs#fn (a module beside the job file and its export) or builtin:name; called once per process.',
  );

const wholeRange = rule('E114', 'must be a whole number of at least 1');
const filesRule = rule('E114', 'must be a glob, such as "scans/*.dcm", or a list of globs');
const glob = z.string(filesRule).min(1, filesRule).max(1024, rule('E114', 'must be at most 1024 characters long'));
const globs = z.union(
  [glob, z.array(glob, filesRule).min(1, filesRule).max(100, rule('E114', 'must be at most 100 globs'))],
  filesRule,
);
const listRule = rule('E114', 'must be a list of texts and numbers');
const range = z
  .union(
    [
      z.number(wholeRange).int(wholeRange).min(1, wholeRange),
      z.strictObject({
        files: globs.describe('Glob, relative to the job file; the items are the paths it finds, in natural order.'),
        exclude: globs.optional().describe('Glob of files to leave out.'),
      }),
      z.strictObject({
        list: z
          .array(z.union([z.string(), z.number()], rule('E114', 'must be a text or a number')), listRule)
          .min(1, rule('E114', 'must have at least one item'))
          .describe('The items themselves.'),
      }),
    ],
    rule('E114', 'must be a whole number such as 1000, { files: "scans/*.dcm" } or { list: [a, b] }'),
  )
  .describe('What the job works through: 1000 | { files: glob, exclude: glob } | { list: [...] }.');

const numProcsRule = rule('E113', `must be auto or a whole number from 1 to ${maxNumProcs}`);
const numProcs = z
  .union(
    [z.literal('auto'), z.number().int(numProcsRule).min(1, numProcsRule).max(maxNumProcs, numProcsRule)],
    numProcsRule,
  )
  .describe('Processes that work on it; auto takes all. Never more than there are items or processors.');

const outputPath = text(1024)
  .min(1, rule('E110', 'must be a path'))
  .regex(/^[^{}]*$/, rule('E103', 'cannot have placeholders such as {item} yet'));
const output = z
  .union(
    [
      outputPath,
      z.strictObject({
        path: outputPath,
        format: z.enum(outputFormats, rule('E112', `must be one of ${outputFormats.join(', ')}`)).optional(),
      }),
    ],
    rule('E110', 'must be a path such as out/result.json, or { path, format }'),
  )
  .describe(
    'File that gets the result, below the folder of the job file: a path, or { path, format } with json, ndjson, csv, npy or png.',
  );

const argsRule = rule('E110', 'must be a mapping of names to values');
const timeoutRule = rule('E111', 'must be a duration with a unit, such as 90s or 10m');
const partitionRule = rule('E110', 'must be a list of names of args');
const priorityRule = rule('E113', 'must be a whole number');
const idRule = rule('E110', 'must be at most 64 letters, digits, ".", "_" or "-", and begin with a letter or digit');

/** One job of a file. */
export const jobSchema = z.strictObject(
  {
    id: z
      .string(idRule)
      .regex(/^[\p{L}\p{N}][\p{L}\p{N}._-]{0,63}$/u, idRule)
      .optional()
      .describe('Name of the job in its file; job-1, job-2, … when left out.'),
    label: text(200)
      .min(1, rule('E110', 'must be text'))
      .optional()
      .describe('What a person sees; the id when left out.'),
    target,
    range,
    numProcs: numProcs.optional(),
    args: z
      .record(z.string(), z.unknown(), argsRule)
      .optional()
      .describe("The target's arguments, passed as one object."),
    partitionArgs: z
      .array(z.string(partitionRule), partitionRule)
      .optional()
      .describe('Names of args of which each process gets its own part.'),
    priority: z.number(priorityRule).int(priorityRule).optional().describe('Higher first; 0 when left out.'),
    timeout: z
      .string(timeoutRule)
      .refine((value) => parseDuration(value) !== undefined, timeoutRule)
      .optional()
      .describe('Longest time that the job may run, such as 90s, 10m or 1h30m.'),
    output: output.optional(),
  },
  rule('E110', 'must be a mapping with target and range'),
);

const jobsRule = rule('E110', `must be a list of 1 to ${maxJobs} jobs`);

/** The schema itself. Keys that begin with `x-` must be taken out before: they are ignored everywhere in the format. */
export const jobFileSchema = z.strictObject(
  {
    version: z.literal(1, rule('E110', 'must be 1')).describe('Version of the format.'),
    name: text(200).optional().describe('Name of the whole.'),
    description: text(10_000).optional().describe('What it is for.'),
    jobs: z
      .array(jobSchema, jobsRule)
      .min(1, jobsRule)
      .max(maxJobs, jobsRule)
      .describe('The jobs; they run side by side as far as there are processes for them.'),
  },
  rule('E110', 'must be a mapping with version and jobs'),
);

/** A valid job file, as written. */
export type JobFile = z.infer<typeof jobFileSchema>;

/** One job of it, as written. */
export type JobSpec = z.infer<typeof jobSchema>;

/** Keys that act, for suggestions. */
export const jobFileKeys: readonly string[] = Object.keys(jobFileSchema.shape);
export const jobKeys: readonly string[] = Object.keys(jobSchema.shape);

/** The JSON Schema of a job file, for editors and forms (draft 2020-12). */
export function jobFileJsonSchema(): Record<string, unknown> {
  return z.toJSONSchema(jobFileSchema, {
    override: ({ jsonSchema }) => {
      if (jsonSchema.additionalProperties === false) jsonSchema.patternProperties = { '^x-': {} };
    },
  });
}
