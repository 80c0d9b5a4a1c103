import { describe, expect, it } from 'vitest';
import { parseJobFile } from '../../../src/jobs/parse';
import { builtinTargets } from '../../../src/workers/targets';

/** What is said about one job, against the real registry. */
function messages(job: string): readonly string[] {
  const parsed = parseJobFile(`version: 1\njobs:\n  - ${job}\n`, 'a.yaml', { builtins: builtinTargets });
  return parsed.ok
    ? []
    : parsed.problems.map(({ line, column, code, message }) => `${line}:${column} ${code} ${message}`);
}

describe('a job with a built-in target', () => {
  it.each([
    '{ target: "builtin:mandelbrot", range: 8, args: { width: 3, xMin: -1.5 } }',
    '{ target: "builtin:dicom-series", range: { files: "*.dcm" } }',
    '{ target: "builtin:dicom-series", range: { list: [a.dcm] }, args: { binWidth: 10 } }',
  ])('is valid: %s', (job) => expect(messages(job)).toEqual([]));

  it.each([
    [
      '{ target: "builtin:mandelbrot", range: 8, args: { width: wide, maxIterations: 2.5, xMin: [1] } }',
      [
        '3:62 E206 "width" must be a whole number from 1 to 32768, not "wide".',
        '3:83 E206 "maxIterations" must be a whole number from 1 to 65535, not 2.5.',
        '3:94 E206 "xMin" must be a number from -1000000 to 1000000, not a list.',
      ],
    ],
    [
      '{ target: "builtin:mandelbrot", range: { files: "*.dcm" } }',
      ['3:44 E206 Built-in target "mandelbrot" works on a number of rows, such as 800.'],
    ],
    [
      '{ target: "builtin:dicom-series", range: 20, args: { treshold: 3 } }',
      [
        '3:46 E206 Built-in target "dicom-series" works on files, such as { files: "*.dcm" }.',
        '3:58 E206 Built-in target "dicom-series" has no argument "treshold". Did you mean "threshold"?',
      ],
    ],
  ])('has its range and arguments checked at their places: %s', (job, expected) => {
    expect(messages(job)).toEqual(expected);
  });
});
