import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { checkDraft } from '../../../src/jobs/form/check-draft';
import { draftOfJob } from '../../../src/jobs/form/draft-of-job';
import { jobOfDraft } from '../../../src/jobs/form/job-of-draft';
import { fieldHelp, targetForm } from '../../../src/jobs/form/target-forms';
import { itemOf, itemText, numberOrText } from '../../../src/jobs/form/values';
import { parseJobFile } from '../../../src/jobs/parse';
import { planJobs } from '../../../src/jobs/plan';
import { type DraftField, draftFields, emptyDraft, isEmptyDraft, type JobDraft } from '../../../src/shared/job-draft';
import { builtinTargets } from '../../../src/workers/targets';
import { builtins, filesOf } from './corpus';

const folder = mkdtempSync(join(tmpdir(), 'procession-form-'));
afterAll(() => rmSync(folder, { recursive: true }));
for (const name of ['s10.dcm', 's9.dcm', 's1.dcm']) writeFileSync(join(folder, name), '');
writeFileSync(join(folder, 'people.csv'), 'name,age\nAda,36\nAlan,41\n');
writeFileSync(join(folder, 'work.mjs'), 'export function count() {}\nexport const twice = () => 2;\nconst own = 1;\n');

const draft = (
  more: Omit<Partial<JobDraft>, 'fields'>,
  fields: Partial<Record<DraftField, string>> = {},
): JobDraft => ({
  ...emptyDraft,
  ...more,
  fields: { ...emptyDraft.fields, folder, ...fields },
});
const context = { builtins: builtinTargets, defaultFolder: join(folder, 'new'), isTaken: () => false };
const check = (typed: JobDraft) => checkDraft(typed, context);
const problemsOf = async (typed: JobDraft): Promise<string[]> =>
  (await check(typed)).problems.map(({ field, message }) => `${field}: ${message}`);

describe('a draft', () => {
  it('comes to a job file that the command line reads as the same job', async () => {
    const typed = draft(
      { builtinArgs: { 'mandelbrot.width': '300', 'mandelbrot.xMin': '-1.5', 'mandelbrot.xMax': '' } },
      {
        builtin: 'mandelbrot',
        label: 'My picture',
        count: '1,200',
        numProcs: '2',
        timeout: '10m',
        output: 'out/m.png',
      },
    );
    const checked = await check(typed);
    expect(checked.problems).toEqual([]);
    expect(checked.yaml).toBe(`# Paths are relative to this file; it belongs into ${folder}
version: 1
jobs:
  - id: my-picture
    label: My picture
    target: builtin:mandelbrot
    range: 1200
    args:
      width: 300
      xMin: -1.5
    numProcs: 2
    timeout: 10m
    output: out/m.png
`);
    expect(checked.path).toBe(join(folder, 'my-picture.yaml'));
    const parsed = parseJobFile(checked.yaml, checked.path, { builtins: builtinTargets });
    if (!parsed.ok) throw new Error('The file is not valid.');
    expect(await planJobs(parsed.jobFile)).toEqual(checked.run);
  });

  it('of a command keeps every argument as it was typed', async () => {
    const argv = ['printf', '%s\\n', '; touch x', '$(id)', '', "it's {item}", ' '];
    const { yaml, run } = await check(draft({ kind: 'run', rangeKind: 'list', argv }, { list: 'a\n3\n"3"\n x ' }));
    expect(run?.jobs[0]).toMatchObject({ kind: 'run', argv, items: { kind: 'values', values: ['a', 3, '3', 'x'] } });
    const parsed = parseJobFile(yaml, join(folder, 'x.yaml'));
    expect(parsed.ok && parsed.jobFile.jobFile.jobs[0]).toMatchObject({
      run: argv,
      range: { list: ['a', 3, '3', 'x'] },
    });
  });

  it('tells what its range comes to, also while other fields are wrong', async () => {
    const files = draft({ kind: 'run', rangeKind: 'files', argv: ['wc', '{item}'] }, { files: '*.dcm' });
    expect((await check(files)).range).toEqual({ count: 3, first: ['s1.dcm', 's9.dcm', 's10.dcm'], last: null });
    const wrong = { ...files, fields: { ...files.fields, timeout: '30' } };
    expect((await check(wrong)).range?.count).toBe(3);
    const table = draft({ kind: 'run', rangeKind: 'csv', argv: ['echo', '{row.name}'] }, { csv: 'people.csv' });
    expect((await check(table)).range?.first).toEqual(['name=Ada, age=36', 'name=Alan, age=41']);
    const numbers = draft({ kind: 'run', rangeKind: 'numbers', argv: ['echo', '{item}'] }, { numbers: '1-100:2,205' });
    expect((await check(numbers)).range).toEqual({
      count: 51,
      first: ['1', '3', '5', '7', '9', '11', '13', '15'],
      last: '205',
    });
  });

  it('has its mistakes told at their fields, in the words of the command line', async () => {
    const typed = draft(
      { builtinArgs: { 'mandelbrot.width': 'wide' } },
      {
        builtin: 'mandelbrot',
        count: '0',
        timeout: '30',
        retries: '2',
        delay: 'soon',
        schedule: 'dynamic',
        chunk: '-1',
      },
    );
    expect(await problemsOf(typed)).toEqual([
      'count: "range" must be a whole number of at least 1, not 0.',
      'chunk: "schedule.chunk" must be a whole number of at least 1, not -1.',
      'timeout: "timeout" must be a duration with a unit, such as 90s or 10m, not "30".',
      'delay: "retries.delay" must be a duration with a unit, such as 90s or 10m, not "soon".',
      'builtinArgs.width: "width" must be a whole number from 1 to 32768, not "wide".',
    ]);
    expect(await problemsOf(draft({ rangeKind: 'span' }, { builtin: 'nosuch', from: '1' }))).toEqual([
      'to: Missing key "to" in "range" of job "nosuch".',
      expect.stringMatching(/^builtin: .*"nosuch"/),
    ]);
    expect(await problemsOf(draft({}, { builtin: 'mandelbrot' }))).toEqual([
      'count: Missing key "range" in job "mandelbrot".',
    ]);
    expect(await problemsOf(draft({ kind: 'run', rangeKind: 'once' }))).toEqual([
      'argv.0: "run" must be a list of a program and its arguments, such as [wc, -l, "{item}"].',
    ]);
    expect(
      await problemsOf(draft({ kind: 'target' }, { module: 'gone.mjs', exportName: 'count', count: '5' })),
    ).toEqual(['module: The target\'s module "gone.mjs" is not there.']);
    expect(
      await problemsOf(
        draft({ kind: 'run', rangeKind: 'files', argv: ['wc'] }, { files: '*.nii', folder: '/no/such' }),
      ),
    ).toEqual(['folder: The folder "/no/such" is not there.', 'files: No file matches "*.nii".']);
  });

  it('says what is wrong with the YAML in it, and refuses keys that data may not have', async () => {
    const target = { kind: 'target', rangeKind: 'count' } as const;
    const fields = { module: 'work.mjs', exportName: 'count', count: '5' };
    expect(await problemsOf(draft(target, { ...fields, args: 'a: [1' }))).toEqual([
      'args: Line 1: A "[" is not closed by "]", or a line inside it is not indented.',
    ]);
    expect(await problemsOf(draft(target, { ...fields, args: '__proto__: 1' }))).toEqual([
      expect.stringMatching(/^args: Line 1: .*__proto__/),
    ]);
    expect(await problemsOf(draft(target, { ...fields, more: 'timeout: 1s', timeout: '2s' }))).toEqual([
      'more: "timeout" is set by a field of the form already.',
    ]);
    expect(await problemsOf(draft(target, { ...fields, more: 'needs: [other]' }))).toEqual([
      expect.stringMatching(/^more: .*"other"/),
    ]);
    expect((await check(draft(target, fields))).exports).toEqual(['count', 'twice']);
  });

  it('gets a file name that is not taken', async () => {
    const typed = draft({ rangeKind: 'count' }, { builtin: 'mandelbrot', count: '5' });
    writeFileSync(join(folder, 'mandelbrot.yaml'), '');
    const isTaken = (path: string): boolean => path.endsWith('-2.yaml');
    expect((await checkDraft(typed, { ...context, isTaken })).path).toBe(join(folder, 'mandelbrot-3.yaml'));
  });
});

describe('a job of a file', () => {
  it.each(filesOf('valid').map(({ name, path, text }) => [name, path, text] as const))(
    'of %s comes back from the form as it was',
    (_name, path, text) => {
      const parsed = parseJobFile(text, path);
      if (!parsed.ok) throw new Error('The file is not valid.');
      expect(parsed.jobFile.jobs.length).toBeGreaterThan(0);
      for (const { spec, id } of parsed.jobFile.jobs) {
        const shown = draftOfJob({ ...spec, id }, '/data', builtins);
        const { job, problems } = jobOfDraft(shown, builtins);
        expect(problems).toEqual([]);
        // Of the file's defaults those that this kind of job has no use for are left out.
        const { onFailure, recycleAfter, cwd, memory, ...rest } = spec;
        expect(job).toEqual({
          ...rest,
          id,
          ...(spec.target === undefined && onFailure !== undefined && { onFailure }),
          ...(spec.run === undefined && recycleAfter !== undefined && { recycleAfter }),
          ...(spec.run === undefined && memory !== undefined && { memory }),
          ...(spec.run !== undefined && cwd !== undefined && { cwd }),
        });
        expect(isEmptyDraft(shown)).toBe(false);
      }
    },
  );

  it('keeps lists item by item, whatever they look like', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ minLength: 1 }), fc.double({ noNaN: true, noDefaultInfinity: true })),
        (item) => {
          const shown = itemText(Object.is(item, -0) ? 0 : item);
          expect(shown).not.toMatch(/[\r\n]/);
          expect(itemOf(shown)).toBe(Object.is(item, -0) ? 0 : item);
        },
      ),
    );
  });
});

it('numbers are read as YAML reads them, and in groups of three', () => {
  expect(['7', ' 7 ', '-2.5', '1e3', '1,000,000', '1 200', '10,20', '1-5', '0x10', ''].map(numberOrText)).toEqual([
    7,
    7,
    -2.5,
    1000,
    1_000_000,
    1200,
    '10,20',
    '1-5',
    '0x10',
    '',
  ]);
});

it('the form has a field with its default and help for each argument of the built-in targets', () => {
  for (const target of builtinTargets.values()) {
    const { args } = targetForm(target);
    expect(args.length).toBeGreaterThan(0);
    for (const { description, fallback } of args) expect([description, fallback]).not.toContain('');
  }
  const help = fieldHelp();
  expect(help.timeout).toContain('90s');
  expect(draftFields.filter((name) => name in help).length).toBeGreaterThan(12);
});
