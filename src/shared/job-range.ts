import * as z from 'zod';
import { listOf, rule } from './job-rules';
import { numbersPattern, parseNumbers } from './job-units';

const wholeRange = rule('E114', 'must be a whole number of at least 1');
const filesRule = rule('E114', 'must be a glob, such as "scans/*.dcm", or a list of globs');
const glob = z.string(filesRule).min(1, filesRule).max(1024, rule('E114', 'must be at most 1024 characters long'));
const globs = z.union([glob, listOf(glob, 100, filesRule)], filesRule);
const listRule = rule('E114', 'must be a list of texts and numbers');
const numberRule = rule('E114', 'must be a whole number');
const number = z.number(numberRule).int(numberRule);
const pathRule = rule('E114', 'must be the path of a file');
const path = z.string(pathRule).min(1, pathRule).max(1024, rule('E114', 'must be at most 1024 characters long'));
const anyRange = rule(
  'E114',
  'must be a range such as 1000, { files: "scans/*.dcm" }, { list: [a, b] }, { csv: table.csv } or "1-100:2,205"',
);

/** What a job works through, in one of its forms. */
export const range = z
  .union(
    [
      z
        .number(wholeRange)
        .int(wholeRange)
        .min(1, wholeRange)
        .describe('`1000`: the indices 0 to 999, each of which is its own item.'),
      z
        .string(anyRange)
        .max(10_000, rule('E114', 'must be at most 10000 characters long'))
        .regex(numbersPattern, anyRange)
        .superRefine((value, context) => {
          const parts = parseNumbers(value);
          if (typeof parts === 'string')
            context.addIssue({ code: 'custom', message: `E114 must ${parts}`, params: { isComplete: true } });
        })
        .describe('`"1-100:2,205"`: the numbers 1, 3, 5, … 99 and 205. Both ends of a span belong to it.'),
      z
        .strictObject({
          from: number.describe('First number.'),
          to: number.describe('Last number; it belongs to the range when a step meets it.'),
          step: number.optional().describe('1 when left out; may be negative.'),
        })
        .describe('`{ from: 10, to: 50, step: 10 }`: the numbers 10, 20, 30, 40 and 50.'),
      z
        .strictObject({
          files: globs.describe('Glob, relative to the job file, or a list of globs.'),
          exclude: globs.optional().describe('Glob, or a list of globs, of files to leave out.'),
        })
        .describe(
          '`{ files: "scans/**/*.dcm", exclude: "**/test*" }`: files, each once, in natural order (`s9` before `s10`).',
        ),
      z
        .strictObject({
          list: z
            .array(z.union([z.string(), z.number()], rule('E114', 'must be a text or a number')), listRule)
            .min(1, rule('E114', 'must have at least one item'))
            .describe('Texts and numbers.'),
        })
        .describe('`{ list: [north, south, 3] }`: the items themselves.'),
      z
        .strictObject({ csv: path.describe('Path of a table, relative to the job file.') })
        .describe(
          '`{ csv: table.csv }`: the rows of a table whose first line has the names of its columns; UTF-8, separated by commas.',
        ),
      z
        .strictObject({ lines: path.describe('Path of a text file, relative to the job file.') })
        .describe('`{ lines: names.txt }`: the lines of a text file in UTF-8; empty ones are left out.'),
    ],
    anyRange,
  )
  .describe('What the job works through, in one of the forms below. A command without a range is run once.');
