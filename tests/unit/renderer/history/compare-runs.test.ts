import { describe, expect, it } from 'vitest';
import { compareRuns, differences, isSameWork } from '../../../../src/renderer/history/compare-runs';
import { diffLines } from '../../../../src/renderer/history/text-diff';
import { historyRun, storedJob } from './history-run';

const plan = (size: number, files: readonly string[]): string =>
  JSON.stringify({
    version: 1,
    name: null,
    jobs: [{ key: 'a', hash: `hash-${size}`, args: { size, deep: { x: [1, 2] } }, items: 0, needs: [] }],
    items: [{ kind: 'files', paths: files }],
    keys: [],
  });

describe('two runs side by side', () => {
  it('say what was to be done differently, without what follows from it', () => {
    const found = compareRuns(
      historyRun({ plan: plan(1, ['a.png']), source: 'jobs:\n  - size: 1\n' }),
      historyRun({ plan: plan(2, ['a.png', 'b.png']), source: 'jobs:\n  - size: 2\n' }),
    );
    expect(found.definition).toEqual([
      { path: 'a.args.size', left: '1', right: '2' },
      { path: 'a.items.paths[1]', left: null, right: 'b.png' },
    ]);
    expect(found.source).toEqual([
      { kind: 'same', left: 'jobs:', right: 'jobs:' },
      { kind: 'changed', left: '  - size: 1', right: '  - size: 2' },
    ]);
    expect(isSameWork(found)).toBe(false);
  });

  it('name a job that only one of them has, instead of telling all of it', () => {
    const jobs = (keys: readonly string[]): string => JSON.stringify({ jobs: keys.map((key) => ({ key, args: {} })) });
    const found = compareRuns(
      historyRun({ plan: jobs(['a']), jobList: [storedJob()] }),
      historyRun({ plan: jobs(['a', 'b']), jobList: [storedJob(), storedJob({ key: 'b', label: 'Second' })] }),
    );
    expect(found.definition).toEqual([{ path: 'b', left: null, right: 'the job "Second"' }]);
  });

  it('say when nothing differs', () => {
    const found = compareRuns(historyRun({ plan: plan(1, []) }), historyRun({ plan: plan(1, []), id: 2 }));
    expect(isSameWork(found)).toBe(true);
    expect(found.versions).toEqual([]);
    expect(found.figures.every(({ isSame }) => isSame)).toBe(true);
  });

  it('compare durations, items and rates of the runs and of each job', () => {
    const job = storedJob({ key: 'a', items: { done: 100, failed: 0, skipped: 0, cancelled: 0 } });
    const { figures, jobs } = compareRuns(
      historyRun({ startedAt: 0, endedAt: 10_000, jobList: [{ ...job, startedAt: 0, endedAt: 10_000 }] }),
      historyRun({
        startedAt: 0,
        endedAt: 7500,
        state: 'failed',
        jobList: [{ ...job, startedAt: 0, endedAt: 2500 }, storedJob({ key: 'b', label: 'New' })],
      }),
    );
    const figure = (label: string) => figures.find((one) => one.label === label);
    expect(figure('State')).toMatchObject({ left: 'Done', right: 'Failed', isSame: false });
    expect(figure('Took')).toMatchObject({ left: '10.0 s', right: '7.5 s', change: '−25%', isSame: false });
    expect(jobs.map(({ key, left, right }) => [key, left !== null, right !== null])).toEqual([
      ['a', true, true],
      ['b', false, true],
    ]);
    expect(jobs[0]?.figures.find(({ label }) => label === 'Rate')).toMatchObject({
      left: '10/s',
      right: '40/s',
      change: '4×',
    });
    expect(jobs[1]?.figures).toEqual([]);
  });

  it('cannot compare what is not readable any more', () => {
    expect(compareRuns(historyRun({ plan: null }), historyRun()).definition).toBeNull();
  });
});

describe('differences', () => {
  it('are the leaves that are not the same, also where one is nested and the other is not', () => {
    expect(differences({ a: 1, b: [1, 2], c: 'x' }, { a: 1, b: [1, 3], d: 'x' })).toEqual([
      { path: 'b[1]', left: '2', right: '3' },
      { path: 'c', left: 'x', right: null },
      { path: 'd', left: null, right: 'x' },
    ]);
    expect(differences({ a: { b: 1 } }, { a: 5 })).toEqual([{ path: 'a', left: '{"b":1}', right: '5' }]);
    expect(differences({ a: null }, { a: null })).toEqual([]);
  });
});

describe('lines of two texts', () => {
  const kinds = (left: string, right: string): string =>
    diffLines(left, right)
      .map(({ kind }) => kind[0])
      .join('');

  it('stand beside each other where they are the same', () => {
    expect(diffLines('a\nb\nc\n', 'a\nx\nb\nc\n')).toEqual([
      { kind: 'same', left: 'a', right: 'a' },
      { kind: 'right', left: null, right: 'x' },
      { kind: 'same', left: 'b', right: 'b' },
      { kind: 'same', left: 'c', right: 'c' },
    ]);
    expect(kinds('', 'a\nb')).toBe('rr');
    expect(kinds('a\nb', '')).toBe('ll');
    expect(kinds('a\nb\nc', 'a\nB\nc')).toBe('scs');
  });

  it('give both texts back, whatever they are', () => {
    const texts = ['', 'a\nb\nc\nd', 'd\nc\nb\na', 'a\na\na', 'x\na\ny\nb\nz'];
    for (const left of texts)
      for (const right of texts) {
        const lines = diffLines(left, right);
        expect(lines.flatMap((line) => line.left ?? []).join('\n')).toBe(left);
        expect(lines.flatMap((line) => line.right ?? []).join('\n')).toBe(right);
        expect(lines.filter(({ kind }) => kind === 'same').every((line) => line.left === line.right)).toBe(true);
      }
  });
});
