import { describe, expect, it } from 'vitest';
import { ItemList } from '../../../src/jobs/plan-items';
import { previewCommand } from '../../../src/runner/command-job';
import { previewJob } from '../../../src/runner/job-preview';
import type { PlannedCommandJob } from '../../../src/shared/plan';
import { plannedCommand } from '../planned-command';
import { plannedJob } from '../planned-job';

const preview = (job: PlannedCommandJob, index = 0): ReturnType<typeof previewCommand> =>
  previewCommand(job, new ItemList(job), index);

const files = { items: { kind: 'files', paths: ['in/a.png', 'in/-b.png'] }, range: 2 } as const;

describe('what would be run for an item', () => {
  it('has its placeholders filled in, paths relative to where the command works', () => {
    const job = plannedCommand({
      ...files,
      id: 'thumbs',
      argv: ['convert', '{item}', '{stem}', '{index}', '{jobId}', '{args.size}', '{matrix.mode}', '{attempt}', '{out}'],
      args: { size: 3 },
      matrix: { mode: 'fast' },
      output: { path: 'out/{stem}.jpg', format: null, perItem: true },
    });
    expect(preview(job)).toEqual({
      argv: ['convert', 'in/a.png', 'a', '0', 'thumbs', '3', 'fast', '1', '/w/out/a.jpg'],
      cwd: '/w',
    });
    expect(preview({ ...job, cwd: 'in', argv: ['ls', '{item}'] }, 1)).toEqual({
      argv: ['ls', './-b.png'],
      cwd: '/w/in',
    });
  });

  it('leaves open what is only known when it runs, and braces that are meant as such', () => {
    const job = plannedCommand({ range: 5, argv: ['echo', '{start}-{stop}', '{{item}}', '{{start}}', '{{jobId}}'] });
    expect(preview(job, 4).argv).toEqual(['echo', '{start}-{stop}', '{item}', '{start}', '{jobId}']);
  });

  it('works in folders with braces in their names', () => {
    const job = plannedCommand({ range: 1, file: '/w/{a}/jobs.yaml', cwd: 'x-{index}' });
    expect(preview(job).cwd).toBe('/w/{a}/x-0');
    expect(preview({ ...job, cwd: 'in' }).cwd).toBe('/w/{a}/in');
  });
});

describe('what a job would do', () => {
  it('is told with the first of its items, and secrets that are missing', () => {
    const job = plannedCommand({
      ...files,
      env: { MODE: 'fast', KEY: { secret: 'MY_KEY' }, OTHER: { secret: 'MY_OTHER' } },
      needs: [{ id: 'first', keys: ['first[a=1]', 'first[a=2]'], when: 'items' }],
      output: { path: 'out.csv', format: 'csv', perItem: false },
    });
    const options = { ranks: 2, mostItems: 1, done: 1, environment: { MY_KEY: 'hidden' } };
    expect(previewJob(job, options)).toMatchObject({
      file: '/w/jobs.yaml',
      job: 'a',
      kind: 'run',
      command: ['echo', '{item}'],
      range: 2,
      done: 1,
      ranks: 2,
      needs: [{ id: 'first', when: 'items' }],
      env: [
        { name: 'MODE' },
        { name: 'KEY', secret: 'MY_KEY' },
        { name: 'OTHER', secret: 'MY_OTHER', isMissing: true },
      ],
      items: [{ index: 0, item: 'in/a.png', argv: ['echo', 'in/a.png'], cwd: '/w' }],
      output: '/w/out.csv',
    });
    expect(JSON.stringify(previewJob(job, options))).not.toContain('hidden');
  });

  it('of a plain range has no items to show', () => {
    expect(previewJob(plannedJob(), { ranks: 4, mostItems: 3, environment: {} })).toMatchObject({
      kind: 'target',
      target: 'builtin:mandelbrot',
      items: [],
    });
  });
});
