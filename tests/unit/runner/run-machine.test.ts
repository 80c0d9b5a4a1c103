import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CourseJob, type JobEnd, type RunAction, RunMachine } from '../../../src/runner/run-machine';

function job(key: string, rest: Partial<CourseJob> = {}): CourseJob {
  return { key, range: 4, numProcs: 1, priority: 0, needs: [], onFailure: { then: 'continue' }, ...rest };
}

const needs = (when: 'success' | 'failure' | 'always' | 'items', ...keys: string[]): Pick<CourseJob, 'needs'> => ({
  needs: [{ keys, when }],
});

function machine(jobs: readonly CourseJob[], maxProcs: number | null = null): RunMachine {
  return new RunMachine(jobs, { maxProcs, realNumProcs: 4 });
}

const started = (actions: readonly RunAction[]): string[] =>
  actions.flatMap((action) => (action.type === 'start' ? [action.key] : []));
const types = (actions: readonly RunAction[]): string[] => actions.map(({ type }) => type);

describe('RunMachine', () => {
  it('starts what needs nothing at once, the higher priority first', () => {
    expect(started(machine([job('a'), job('b', { priority: 2 }), job('c', needs('success', 'a'))]).begin())).toEqual([
      'b',
      'a',
    ]);
  });

  it('starts a job when all that it needs have ended well, and skips it when one has not', () => {
    const run = machine([job('a'), job('b'), job('c', needs('success', 'a', 'b')), job('d', needs('success', 'c'))]);
    run.begin();
    expect(run.jobEnded('a', 'done')).toEqual([]);
    expect(run.jobEnded('b', 'failed')).toEqual([
      { type: 'skip', key: 'c', reason: 'It needs "b", which failed.', end: 'skipped' },
      { type: 'skip', key: 'd', reason: 'It needs "c", which was skipped.', end: 'skipped' },
      { type: 'end' },
    ]);
  });

  it('runs the one for failures only after a failure, and the one for always in any case', () => {
    const jobs = [job('a'), job('sorry', needs('failure', 'a')), job('tidy', needs('always', 'a'))];
    const bad = machine(jobs);
    bad.begin();
    expect(started(bad.jobEnded('a', 'failed'))).toEqual(['sorry', 'tidy']);
    const good = machine(jobs);
    good.begin();
    const actions = good.jobEnded('a', 'done');
    expect(started(actions)).toEqual(['tidy']);
    expect(actions[0]).toMatchObject({ type: 'skip', key: 'sorry' });
  });

  it('lets item i go once item i of all needed jobs is done', () => {
    const run = machine([job('a'), job('b'), job('c', needs('items', 'a', 'b'))]);
    expect(run.begin().at(-1)).toEqual({ type: 'start', key: 'c', closed: [[0, 4]], skipped: [] });
    expect(run.itemsEnded('a', [{ index: 1, state: 'done' }])).toEqual([]);
    expect(
      run.itemsEnded('b', [
        { index: 1, state: 'done' },
        { index: 2, state: 'failed' },
      ]),
    ).toEqual([
      { type: 'release-items', key: 'c', ranges: [[1, 2]] },
      {
        type: 'skip-items',
        key: 'c',
        ranges: [[2, 3]],
        reason: 'The same item of a job that it needs was not done.',
      },
    ]);
    expect(types(run.jobEnded('a', 'failed'))).toEqual(['skip-items']);
    expect(run.jobEnded('b', 'done')).toEqual([]);
  });

  it('knows at the start of a job what has become of its items before', () => {
    const run = machine([
      job('a'),
      job('gate'),
      job('c', { needs: [...needs('items', 'a').needs, ...needs('success', 'gate').needs] }),
    ]);
    run.begin();
    run.itemsEnded('a', [
      { index: 0, state: 'done' },
      { index: 1, state: 'cancelled' },
    ]);
    expect(run.jobEnded('gate', 'done')).toEqual([{ type: 'start', key: 'c', closed: [[2, 4]], skipped: [[1, 2]] }]);
  });

  it('gives a job up when too many of its items fail', () => {
    const stop = { onFailure: { then: 'stop', after: { items: 2 } } } as const;
    const abort = { range: 100, onFailure: { then: 'abort', after: { percent: 3 } } } as const;
    const run = machine([job('a', stop), job('b', abort)]);
    run.begin();
    expect(run.itemsEnded('a', [{ index: 0, state: 'failed' }])).toEqual([]);
    expect(run.itemsEnded('a', [{ index: 1, state: 'failed' }])).toEqual([
      { type: 'finish', key: 'a', reason: 'Given up after 2 items had failed.' },
    ]);
    expect(run.itemsEnded('a', [{ index: 2, state: 'failed' }])).toEqual([]);
    const two = [0, 1].map((index) => ({ index, state: 'failed' }) as const);
    expect(run.itemsEnded('b', two)).toEqual([]);
    expect(types(run.itemsEnded('b', [{ index: 9, state: 'failed' }]))).toEqual(['cancel']);
  });

  it('keeps to the most processes, and lets nobody overtake', () => {
    const run = machine([job('a'), job('b', { numProcs: 2 }), job('c', { numProcs: 1 })], 2);
    expect(started(run.begin())).toEqual(['a']);
    expect(started(run.jobEnded('a', 'done'))).toEqual(['b']);
    expect(started(run.jobEnded('b', 'done'))).toEqual(['c']);
  });

  it('finishes what runs and begins nothing more', () => {
    const run = machine([job('a'), job('b', needs('always', 'a'))]);
    run.begin();
    expect(types(run.finish('Stopped by Ctrl-C.'))).toEqual(['finish', 'skip']);
    expect(types(run.cancel('Stopped at once.'))).toEqual(['cancel']);
    expect(types(run.jobEnded('a', 'cancelled'))).toEqual(['end']);
  });

  it('cancels one job, waiting or running', () => {
    const run = machine([job('a'), job('b', needs('success', 'a')), job('c')]);
    run.begin();
    expect(run.cancelJob('b', 'No.')[0]).toMatchObject({ type: 'skip', key: 'b', end: 'cancelled' });
    expect(run.cancelJob('a', 'No.')).toEqual([{ type: 'cancel', key: 'a', reason: 'No.' }]);
  });

  it('holds a job that waits, and one that runs, and leaves their room to others', () => {
    const run = machine([job('a'), job('b'), job('c')], 1);
    expect(run.hold('b')).toEqual([]);
    expect(started(run.begin())).toEqual(['a']);
    expect(run.hold('a')).toEqual([
      { type: 'pause', key: 'a' },
      { type: 'start', key: 'c', closed: [], skipped: [] },
    ]);
    expect(run.isHeld('a')).toBe(true);
    // No room: it goes on when there is, before anything new begins.
    expect(run.unhold('a')).toEqual([]);
    expect(run.unhold('b')).toEqual([]);
    expect(run.jobEnded('c', 'done')).toEqual([{ type: 'resume', key: 'a' }]);
    expect(started(run.jobEnded('a', 'done'))).toEqual(['b']);
    expect(types(run.jobEnded('b', 'done'))).toEqual(['end']);
    expect(run.hold('b')).toEqual([]);
  });

  it('does not end while a job is held, and ends held ones with the run', () => {
    const run = machine([job('a'), job('b')]);
    run.hold('b');
    run.begin();
    expect(types(run.jobEnded('a', 'done'))).toEqual([]);
    expect(run.isOver).toBe(false);
    expect(types(run.cancel('Quit.'))).toEqual(['skip', 'end']);
  });

  it('continues an earlier run', () => {
    const run = machine([job('a'), job('b', needs('items', 'a')), job('c', needs('success', 'a'))]);
    run.itemsEnded(
      'a',
      [0, 1, 2, 3].map((index) => ({ index, state: 'done' })),
    );
    run.jobEnded('a', 'done');
    expect(run.begin()).toEqual([
      { type: 'start', key: 'b', closed: [], skipped: [] },
      { type: 'start', key: 'c', closed: [], skipped: [] },
    ]);
  });

  it('always ends, each job once, whatever happens in which order', () => {
    const when = fc.constantFrom('success', 'failure', 'always', 'items');
    const jobsOf = fc.array(fc.array(fc.tuple(fc.nat(20), when), { maxLength: 3 }), { minLength: 1, maxLength: 8 });
    const steps = fc.array(fc.tuple(fc.nat(50), fc.nat(12)), { maxLength: 60 });
    fc.assert(
      fc.property(jobsOf, steps, fc.option(fc.integer({ min: 1, max: 4 })), (shape, moves, maxProcs) => {
        const jobs = shape.map((own, place) =>
          job(`j${place}`, {
            numProcs: place % 3,
            needs: own
              .filter(([other]) => place > 0 && other % (place + 1) !== place)
              .map(([other, kind]) => ({ keys: [`j${other % Math.max(1, place)}`], when: kind })),
          }),
        );
        const run = machine(jobs, maxProcs);
        const running = new Map<string, { told: Set<number>; open: Set<number> }>();
        const paused = new Set<string>();
        const most = maxProcs ?? Number.POSITIVE_INFINITY;
        const ended = new Map<string, number>();
        let ends = 0;
        const perform = (actions: readonly RunAction[]): void => {
          for (const action of actions) {
            if (action.type === 'end') ends += 1;
            else if (action.type === 'skip') {
              expect(running.has(action.key)).toBe(false);
              ended.set(action.key, (ended.get(action.key) ?? 0) + 1);
            } else if (action.type === 'start') {
              expect(ended.has(action.key) || running.has(action.key)).toBe(false);
              const open = new Set([0, 1, 2, 3]);
              for (const [start, end] of [...action.closed, ...action.skipped])
                for (let i = start; i < end; i++) open.delete(i);
              running.set(action.key, { told: new Set(), open });
              expect(run.isHeld(action.key)).toBe(false);
            } else if (action.type === 'pause') paused.add(action.key);
            else if (action.type === 'resume') {
              expect(paused.delete(action.key)).toBe(true);
              expect(run.isHeld(action.key)).toBe(false);
            } else if (action.type === 'release-items') {
              for (const [start, end] of action.ranges)
                for (let i = start; i < end; i++) {
                  expect(running.get(action.key)?.open.has(i)).toBe(false);
                  running.get(action.key)?.open.add(i);
                }
            }
          }
        };
        const end = (key: string, how: JobEnd): void => {
          running.delete(key);
          paused.delete(key);
          ended.set(key, (ended.get(key) ?? 0) + 1);
          perform(run.jobEnded(key, how));
        };
        perform(run.begin());
        for (const [which, move] of moves) {
          const key = [...running.keys()][which % Math.max(1, running.size)];
          if (key === undefined) break;
          const items = running.get(key);
          const index = move % 4;
          if (move < 6 && items?.open.has(index) && !items.told.has(index)) {
            items.told.add(index);
            perform(run.itemsEnded(key, [{ index, state: move < 4 ? 'done' : 'failed' }]));
          } else if (move === 6) end(key, 'done');
          else if (move === 7) end(key, 'failed');
          else if (move === 8) perform(run.cancelJob(`j${which % jobs.length}`, 'no'));
          else if (move === 9 && which > 40) perform(run.finish('enough'));
          else if (move === 10) perform(run.hold(`j${which % jobs.length}`));
          else if (move >= 11) perform(run.unhold(`j${which % jobs.length}`));
          const used = [...running.keys()].filter((one) => !paused.has(one)).map((one) => run.ranksOf(one));
          expect(used.reduce((sum, ranks) => sum + ranks, 0)).toBeLessThanOrEqual(most);
        }
        for (const { key } of jobs) perform(run.unhold(key));
        while (running.size > 0) end([...running.keys()][0] ?? '', 'done');
        expect(ends).toBe(1);
        expect(run.isOver).toBe(true);
        expect([...ended.values()].every((times) => times === 1)).toBe(true);
        expect(ended.size).toBe(jobs.length);
      }),
      { numRuns: 500 },
    );
  });
});
