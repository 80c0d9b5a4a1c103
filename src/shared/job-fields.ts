import * as z from 'zod';
import { range } from './job-range';
import { duration, env, idText, listOf, memory, rule, targetText, text, wholeNumber } from './job-rules';
import { exitPattern, parsePercent, percentPattern } from './job-units';

/** Formats that a job's `output` can be written in; without one the file name's ending decides. */
export const outputFormats = ['json', 'ndjson', 'csv', 'npy', 'png'] as const;
export type OutputFormat = (typeof outputFormats)[number];

/** The most ranks that a job may ask for. */
export const maxNumProcs = 1024;

/** The most combinations that a matrix may have. */
export const maxCombinations = 256;

const procsPhrase = `must be auto or a whole number from 1 to ${maxNumProcs}`;
const numProcs = z.union(
  [z.literal('auto', rule('E113', procsPhrase)), wholeNumber(1, maxNumProcs, procsPhrase)],
  rule('E113', procsPhrase),
);

const scheduleKinds = ['static', 'dynamic', 'guided'] as const;
const scheduleKind = z.enum(scheduleKinds, rule('E112', `must be one of ${scheduleKinds.join(', ')}`));
const schedule = z.union(
  [
    scheduleKind,
    z.strictObject({
      kind: scheduleKind.describe('`static`, `dynamic` or `guided`.'),
      chunk: wholeNumber(1, 1_000_000_000, 'must be a whole number of at least 1')
        .optional()
        .describe('Items in a chunk, for `guided` at least so many. Not for `static`.'),
    }),
  ],
  rule('E112', `must be one of ${scheduleKinds.join(', ')}, or { kind: dynamic, chunk: 10 }`),
);

const jitterRule = rule('E113', 'must be a number from 0 to 1');
const backoffs = ['none', 'linear', 'exponential'] as const;
const reasonRule = rule('E112', 'must be one of crash, timeout, error, or an exit code such as exit:75');
const reason = z.union(
  [z.enum(['crash', 'timeout', 'error'], reasonRule), z.string(reasonRule).regex(exitPattern, reasonRule)],
  reasonRule,
);
const times = wholeNumber(0, 1000, 'must be a whole number from 0 to 1000');
const retries = z.union(
  [
    times,
    z.strictObject({
      max: times.describe('How many more attempts there may be after the first.'),
      backoff: z
        .enum(backoffs, rule('E112', `must be one of ${backoffs.join(', ')}`))
        .optional()
        .describe('How the pause before an attempt grows: `none` (when left out), `linear` or `exponential`.'),
      delay: duration.optional().describe('Pause before the second attempt; none when left out, `1s` with a backoff.'),
      maxDelay: duration.optional().describe('Longest pause; `1m` when left out.'),
      jitter: z
        .number(jitterRule)
        .min(0, jitterRule)
        .max(1, jitterRule)
        .optional()
        .describe('Which part of each pause is left to chance, from 0 (when left out) to 1.'),
      on: listOf(reason, 100, rule('E112', 'must be a list of crash, timeout, error, or exit codes such as exit:75'))
        .optional()
        .describe(
          'After what there is another attempt: `crash` (its process ended), `timeout`, `error` (an exception, or an exit code other than 0), `exit:75` (ended with this exit code). All of them when left out.',
        ),
    }),
  ],
  rule('E113', 'must be a whole number from 0 to 1000, or { max: 3, delay: 1s }'),
);

const failureRule = rule('E112', 'must be one of continue, stop, abort, or { after: 5, then: stop }');
const afterPhrase = 'must be a whole number of at least 1, or a percentage such as "3%"';
const afterRule = rule('E113', afterPhrase);
const percentage = z
  .string(afterRule)
  .regex(percentPattern, afterRule)
  .refine((value) => parsePercent(value) !== undefined, afterRule);
const onFailure = z.union(
  [
    z.enum(['continue', 'stop', 'abort'], failureRule),
    z.strictObject({
      after: z
        .union([wholeNumber(1, 1_000_000_000, afterPhrase), percentage], afterRule)
        .describe('How many items have to fail: a number, or a percentage of all of them such as `"3%"`.'),
      then: z.enum(['stop', 'abort'], rule('E112', 'must be one of stop, abort')).describe('`stop` or `abort`.'),
    }),
  ],
  failureRule,
);

/** Fields that a job may have and that `defaults` may set for all of them. */
export const commonFields = {
  cwd: text(1024)
    .min(1, rule('E110', 'must be a folder'))
    .optional()
    .describe(
      'Working folder of the commands of `run`, relative to the job file, whose own folder it is when left out. It may have placeholders. Not for `target` and `map`: a function works in the folder that Procession was started in, and gets absolute paths.',
    ),
  numProcs: numProcs
    .optional()
    .describe(
      'How many processes work on it, 1 to 1024; never more than there are items or worker processes. `auto`, or left out: all.',
    ),
  schedule: schedule
    .optional()
    .describe(
      'How the range is shared out: `static` (one part for each process; of `target` when left out), `dynamic` (whoever is done takes the next chunk; of `map` and `run` when left out), `guided` (chunks that shrink), or `{ kind, chunk }`.',
    ),
  priority: z
    .number(rule('E113', 'must be a whole number'))
    .int(rule('E113', 'must be a whole number'))
    .optional()
    .describe('A whole number; higher goes first; 0 when left out.'),
  env: env.optional(),
  memory: memory
    .optional()
    .describe(
      'Most memory that one process of `target` or `map` may take up, with a unit: `512MiB`, `2GiB`. Not for `run`, whose commands are not limited.',
    ),
  recycleAfter: wholeNumber(1, 1_000_000_000, 'must be a whole number of at least 1')
    .optional()
    .describe(
      'Replaces a worker process by a fresh one after so many ranks of a `target`, or items of a `map`. Not for `run`, where each command is a process of its own.',
    ),
  timeout: duration
    .optional()
    .describe(
      'Longest time of one attempt, with a unit: `90s`, `10m`, `1h30m`, `500ms`. Of `target` the whole job is the attempt, of `map` and `run` an item, from when it begins.',
    ),
  jobTimeout: duration
    .optional()
    .describe('Longest time of the whole job from its start, all attempts and pauses included.'),
  retries: retries
    .optional()
    .describe(
      'How often what failed is tried again; 0 when left out. A number, or `{ max, backoff, delay, maxDelay, jitter, on }`. Of `target` all of the job is done again, of `map` and `run` each item for itself.',
    ),
  onFailure: onFailure
    .optional()
    .describe(
      'What happens when an item of `map` or `run` has failed for good: `continue` with the others (when left out), `stop` (finish those that run, begin no more), `abort` (cancel those that run too), or `{ after, then }` once so many have failed.',
    ),
};

const argument = z
  .string(rule('E118', 'must be text (a number or true in quotes)'))
  .max(8192, rule('E118', 'must be at most 8192 characters long'))
  .regex(/^[^\0]*$/, rule('E118', 'has a NUL character, which cannot be handed to a program'));
const command = listOf(
  argument,
  1000,
  rule('E118', 'must be a list of a program and its arguments, such as [wc, -l, "{item}"]'),
);

const partitionRule = rule('E110', 'must be a list of names of args');

const matrixNameRule = rule('E122', 'must be a name of letters, digits, "_" and "-" that begins with a letter');
const matrixValueRule = rule('E122', 'must be a text, a number, true or false');
const matrixValue = z.union(
  [
    z.string(matrixValueRule).max(200, rule('E122', 'must be at most 200 characters long')),
    z.number(matrixValueRule),
    z.boolean(matrixValueRule),
  ],
  matrixValueRule,
);
const matrix = z.record(
  z.string(matrixNameRule).regex(/^[A-Za-z][\w-]{0,63}$/, matrixNameRule),
  listOf(matrixValue, maxCombinations, rule('E122', 'must be a list of texts and numbers, such as [100, 200]')),
  rule('E122', 'must be a mapping of names to lists, such as { size: [100, 200], mode: [a, b] }'),
);

const whens = ['success', 'failure', 'always', 'items'] as const;
const needRule = rule('E110', 'must be the id of a job, or { job: id, when: success }');
const need = z.union(
  [
    idText,
    z.strictObject({
      job: idText.describe('Id of the needed job.'),
      when: z
        .enum(whens, rule('E112', `must be one of ${whens.join(', ')}`))
        .optional()
        .describe(
          '`success` (when left out), `failure`, `always`, or `items`: item i waits only for item i of the other job.',
        ),
    }),
  ],
  needRule,
);

const outputPath = text(1024).min(1, rule('E110', 'must be a path'));
const output = z.union(
  [
    outputPath,
    z.strictObject({
      path: outputPath.describe('The path.'),
      format: z
        .enum(outputFormats, rule('E112', `must be one of ${outputFormats.join(', ')}`))
        .optional()
        .describe('`json`, `ndjson`, `csv`, `npy` or `png`; the ending of the path decides when left out.'),
    }),
  ],
  rule('E110', 'must be a path such as out/result.json, or { path, format }'),
);

/** Fields that only a job has. */
export const ownFields = {
  id: idText.optional().describe('Name of the job in its file; `job-1`, `job-2`, … when left out.'),
  label: text(200).min(1, rule('E110', 'must be text')).optional().describe('What people see; the id when left out.'),
  target: targetText
    .optional()
    .describe(
      "A function that is called once in each process: `./module.mjs#export`, in the job file's folder or below (`.mjs`, `.js`, `.cjs`, `.ts`), or `builtin:name`. `procession targets` lists the built-in ones.",
    ),
  map: targetText
    .optional()
    .describe(
      'A function that is called once for each item, as `fn(item, context)`: `./module.mjs#export` or `builtin:name`.',
    ),
  run: command
    .optional()
    .describe(
      'A command that is run once for each item: `[program, argument, …]`, each with placeholders. Never one text, since no shell reads it.',
    ),
  range: range.optional(),
  args: z
    .record(z.string(), z.unknown(), rule('E110', 'must be a mapping of names to values'))
    .optional()
    .describe(
      'Arguments: one object, which a target gets after `proc`, and a function of `map` in `context.args`. They also stand in the placeholders `{args.name}`.',
    ),
  partitionArgs: z
    .array(z.string(partitionRule), partitionRule)
    .optional()
    .describe('Names of args, each a list or a text, of which every process of a `target` gets only its own part.'),
  matrix: matrix
    .optional()
    .describe(
      'Makes a job of each combination of values, 256 at most: `{ size: [100, 200], mode: [a, b] }` makes four. The values are added to the args of `target` and `map`, and stand in the placeholders `{matrix.name}`.',
    ),
  enabled: z
    .boolean(rule('E112', 'must be true or false'))
    .optional()
    .describe('`false`: the job is left out of the run; `true` when left out.'),
  needs: z
    .union(
      [need, listOf(need, 100, needRule)],
      rule('E110', 'must be a list of ids of jobs, or of { job: id, when: success }'),
    )
    .optional()
    .describe(
      'Jobs that come first: their ids, or `{ job, when }`. Of a job with a matrix all combinations are meant.',
    ),
  output: output
    .optional()
    .describe(
      "File for the result, in the job file's folder or below: a path, or `{ path, format }`. With a placeholder of the item each item has a file of its own.",
    ),
};
