import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { formatProblems, JobFileError, parseJobFile } from '../../../src/jobs/parse';
import { type PlannedJob, planJobs } from '../../../src/jobs/plan';
import { untrustedCode } from '../../../src/jobs/trust';
import { plannedJob } from '../planned-job';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'procession-plan-'));
  mkdirSync(join(folder, 'scans', 'deep'), { recursive: true });
  for (const name of ['s10.dcm', 's9.dcm', 's1.dcm', 'notes.txt', 'deep/s2.dcm'])
    writeFileSync(join(folder, 'scans', name), '');
  writeFileSync(join(folder, 'count.mjs'), 'throw new Error("planning must not execute anything");');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Plans jobs written in flow style, one a line; gives what a person reads when it cannot. */
async function plan(...jobs: string[]): Promise<readonly PlannedJob[] | string> {
  const file = join(folder, 'jobs.yaml');
  const text = ['version: 1', 'jobs:', ...jobs.map((job) => `  - ${job}`), ''].join('\n');
  const parsed = parseJobFile(text, file);
  if (!parsed.ok) return formatProblems(parsed.problems, text);
  try {
    return (await planJobs(parsed.jobFile)).jobs;
  } catch (error) {
    if (!(error instanceof JobFileError)) throw error;
    return formatProblems(error.problems, error.text).replaceAll(`${folder}/`, '');
  }
}

describe('planning', () => {
  it('looks everything up relative to the job file', async () => {
    expect(
      await plan(
        '{ id: a, label: The A, target: "./count.mjs#count", range: 50, numProcs: 3, args: { n: 1 }, priority: 2, timeout: 2s, output: out/a.csv }',
        '{ target: "builtin:mandelbrot", range: { list: [x, 2] }, output: { path: b.dat, format: npy } }',
      ),
    ).toEqual([
      plannedJob({
        label: 'The A',
        target: `${folder}/count.mjs#count`,
        file: `${folder}/jobs.yaml`,
        range: 50,
        numProcs: 3,
        args: { n: 1 },
        priority: 2,
        timeoutMs: 2000,
        output: { path: 'out/a.csv', format: 'csv', perItem: false },
        hash: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
      }),
      plannedJob({
        id: 'job-2',
        target: 'builtin:mandelbrot',
        file: `${folder}/jobs.yaml`,
        range: 2,
        items: { kind: 'values', values: ['x', 2] },
        output: { path: 'b.dat', format: 'npy', perItem: false },
        hash: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
      }),
    ]);
  });

  it.each([
    ['{ files: "scans/*.dcm" }', ['scans/s1.dcm', 'scans/s9.dcm', 'scans/s10.dcm']],
    ['{ files: "scans/**/*.dcm", exclude: "**/s1*.dcm" }', ['scans/deep/s2.dcm', 'scans/s9.dcm']],
    ['{ files: ["scans/*.txt", scans/s9.dcm], exclude: [nothing] }', ['scans/notes.txt', 'scans/s9.dcm']],
    ['{ files: "scans/s{9,10}.dcm" }', ['scans/s9.dcm', 'scans/s10.dcm']],
  ])('finds files in natural order: %s', async (range, files) => {
    const jobs = await plan(`{ target: "builtin:x", range: ${range} }`);
    expect(jobs).toMatchObject([{ items: { kind: 'files', paths: files }, range: files.length }]);
  });

  it('tells all that is not there at its place', async () => {
    expect(
      await plan(
        '{ target: "./gone.mjs#go", range: { files: "scans/*.png" } }',
        '{ target: "./count.mjs#go", range: { files: "*.mjs" }, output: { path: count2.mjs, format: json } }',
      ),
    ).toBe(
      [
        `jobs.yaml:3:15: error E208: The target's module "./gone.mjs" is not there.`,
        '   3 |   - { target: "./gone.mjs#go", range: { files: "scans/*.png" } }',
        '     |               ^^^^^^^^^^^^^^^',
        'jobs.yaml:3:48: error E205: No file matches "scans/*.png".',
        '   3 |   - { target: "./gone.mjs#go", range: { files: "scans/*.png" } }',
        '     |                                                ^^^^^^^^^^^^^',
        '2 errors in jobs.yaml; nothing was run.',
      ].join('\n'),
    );
  });

  it('refuses to overwrite what it reads', async () => {
    expect(
      await plan(
        '{ target: "builtin:x", range: { files: "scans/*.txt" }, output: { path: scans/notes.txt, format: json } }',
      ),
    ).toContain('error E207: The output would overwrite one of the files of "range", "scans/notes.txt".');
  });

  it('refuses links that lead out of the folder', async () => {
    symlinkSync(tmpdir(), join(folder, 'away'));
    writeFileSync(join(tmpdir(), 'procession-plan-outside.mjs'), '');
    symlinkSync(join(tmpdir(), 'procession-plan-outside.mjs'), join(folder, 'link.mjs'));
    expect(await plan('{ target: "./link.mjs#go", range: 1, output: away/x.json }')).toMatch(
      /E202: The target's module "\.\/link\.mjs" is a link that leads out[^]*E203: The output "away\/x\.json" would be written through a link/,
    );
    rmSync(join(tmpdir(), 'procession-plan-outside.mjs'));
  });

  it.each([
    '{a,b}'.repeat(11),
    `x{1..100000}`,
    '{1..40}{1..40}',
    `{${Array.from({ length: 340 }, (_, index) => index.toString(36)).join(',')}}{x,y,z}`,
  ])('refuses a glob that is a bomb at once: %s', async (pattern) => {
    const start = performance.now();
    expect(await plan(`{ target: "builtin:x", range: { files: "${pattern}" } }`)).toContain('error E114');
    expect(performance.now() - start).toBeLessThan(2000);
  });
});

describe('trust', () => {
  it('is asked for own targets outside the trusted folders, by where they really lie', async () => {
    mkdirSync(join(folder, 'examples'));
    writeFileSync(join(folder, 'examples', 'ours.mjs'), '');
    symlinkSync(join(folder, 'count.mjs'), join(folder, 'examples', 'link.mjs'));
    const jobs = await plan(
      '{ id: built-in, target: "builtin:x", range: 1 }',
      '{ id: ours, target: "./examples/ours.mjs#go", range: 1 }',
      '{ id: link, target: "./examples/link.mjs#go", range: 1 }',
      '{ id: own, target: "./count.mjs#count", range: 1 }',
    );
    const found = typeof jobs === 'string' ? [] : untrustedCode(jobs, [join(folder, 'examples')]);
    expect(found).toMatchObject([
      { job: { id: 'link' }, kind: 'function', module: join(folder, 'count.mjs'), exportName: 'go' },
      { job: { id: 'own' }, kind: 'function', module: join(folder, 'count.mjs'), exportName: 'count' },
    ]);
  });

  it('is asked for commands, unless their job file comes from a trusted folder', async () => {
    const jobs = await plan('{ id: count, run: [wc, -l, "it\'s {item}"], range: 3 }');
    const found = (trusted: string) => (typeof jobs === 'string' ? [] : untrustedCode(jobs, [trusted]));
    expect(found(join(folder, 'examples'))).toMatchObject([
      { job: { id: 'count' }, kind: 'command', command: "wc -l 'it'\\''s {item}'" },
    ]);
    expect(found(folder)).toEqual([]);
  });
});
