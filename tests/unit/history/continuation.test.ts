import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeValue } from '../../../src/core/data/serialize';
import { packValues } from '../../../src/history/pack-values';
import { continueRun } from '../../../src/history/store/continuation';
import { claim } from '../../../src/history/store/ownership';
import { get, remainder, result, settled, values } from '../../../src/history/store/reading';
import { remove } from '../../../src/history/store/removal';
import type { Store } from '../../../src/history/store/store';
import type { NewRun } from '../../../src/history/types';
import { claimedRun, commitAll, encoded, newRun, news, openStore, temporaryFolder } from './helpers';

/** Ten items, of which 0 to 4 are done with their number as value, 5 has failed, and 6 was skipped. */
function stopped(store: Store, end: 'interrupted' | 'done' = 'interrupted'): number {
  const { run, fence } = claimedRun(store);
  commitAll(store, {
    run,
    fence,
    batch: 1,
    jobs: [
      news({
        update: { state: end === 'done' ? 'done' : 'running', attempts: 1 },
        settled: [
          { start: 0, count: 5, state: 'done', attempts: 1, payload: packValues([0, 1, 2, 3, 4].map(encoded)) },
          { start: 5, count: 1, state: 'failed', attempts: 2, payload: null, error: { name: 'E', message: 'no' } },
          { start: 6, count: 1, state: 'skipped', attempts: 0, payload: null },
        ],
        ...(end === 'done' && { result: encoded('all of it') }),
      }),
    ],
    end: { state: end, reason: null, code: null },
  });
  return run;
}

const withItems = (total: number): NewRun =>
  newRun({ jobs: [{ key: 'thumbs', kind: 'map', label: 'Thumbnails', target: 'thumbs.mjs#make', total }] });

const valuesOf = (store: Store, run: number): [number, unknown][] =>
  values(store, { run, job: 'thumbs', limit: 10_000 }).flatMap(({ start, values: kept }) =>
    kept.map((value, index): [number, unknown] => [start + index, value && decodeValue(value)]),
  );

describe('a run that goes on where another stands', () => {
  test('has what was done and what failed, at the new places, and the other is over', () => {
    const store = openStore();
    const of = stopped(store);
    const outcome = continueRun(store, {
      run: withItems(20),
      of,
      jobs: [
        {
          key: 'thumbs',
          isSame: false,
          items: [
            [1, 0, 2],
            [4, 10, 4],
          ],
        },
      ],
    });
    if (!outcome.ok) expect.unreachable();
    const { run } = outcome;
    expect(valuesOf(store, run)).toEqual([
      [0, 1],
      [1, 2],
      [10, 4],
    ]);
    expect(settled(store, { run, job: 'thumbs', state: 'failed' })).toMatchObject([
      { start: 11, end: 12, attempts: 2, error: { name: 'E', message: 'no' } },
    ]);
    expect(remainder(store, run)).toMatchObject([
      {
        total: 20,
        missing: [
          [2, 10],
          [12, 20],
        ],
        counts: { done: 3, failed: 1, skipped: 0 },
      },
    ]);
    expect(get(store, run)).toMatchObject({ state: 'queued', items: { total: 20, done: 3, failed: 1 } });
    expect(get(store, of)).toMatchObject({ state: 'cancelled', exitReason: `continued as run ${run}` });
    expect(claim(store, { run }).ok).toBe(true);
  });

  test('leaves a run as it is that was over', () => {
    const store = openStore();
    const of = stopped(store, 'done');
    const outcome = continueRun(store, { run: withItems(10), of, jobs: [] });
    expect(outcome.ok).toBe(true);
    expect(get(store, of)).toMatchObject({ state: 'done', exitReason: null });
  });

  test('has the end and the result of a job of which nothing has changed', () => {
    const store = openStore();
    const of = stopped(store, 'done');
    const outcome = continueRun(store, {
      run: withItems(10),
      of,
      jobs: [{ key: 'thumbs', isSame: true, items: [[0, 0, 10]] }],
    });
    if (!outcome.ok) expect.unreachable();
    expect(get(store, outcome.run)?.jobList[0]).toMatchObject({
      state: 'done',
      attempts: 1,
      resultBytes: expect.any(Number) as number,
    });
    expect(decodeValue(result(store, { run: outcome.run, job: 'thumbs' }) ?? new Uint8Array())).toBe('all of it');
    expect(get(store, outcome.run)?.jobs).toMatchObject({ done: 1 });
  });

  test('is refused while somebody works on the other, and nothing is queued then', () => {
    const store = openStore();
    const { run } = claimedRun(store);
    expect(continueRun(store, { run: withItems(10), of: run, jobs: [] })).toMatchObject({
      ok: false,
      state: 'running',
    });
    expect(store.runs.list({}, '').total).toBe(1);
  });

  test('is all or nothing', () => {
    const store = openStore();
    const of = stopped(store);
    expect(() =>
      continueRun(store, { run: withItems(3), of, jobs: [{ key: 'thumbs', isSame: false, items: [[0, 0, 5]] }] }),
    ).toThrow(/has 3 items, not 5/);
    expect(store.runs.list({}, '').total).toBe(1);
    expect(get(store, of)?.state).toBe('interrupted');
    expect(() => continueRun(store, { run: withItems(3), of: 99, jobs: [] })).toThrow(/no run 99/);
  });

  test('does not need the files of the other, whichever of them is removed first', () => {
    const folder = temporaryFolder();
    const store = openStore(folder, { spillBytes: 100 });
    const { run: of, fence } = claimedRun(store);
    const large = encoded('x'.repeat(1000));
    commitAll(store, {
      run: of,
      fence,
      batch: 1,
      jobs: [
        news({
          settled: [{ start: 3, count: 1, state: 'done', attempts: 1, payload: packValues([large]) }],
          result: large,
        }),
      ],
      end: { state: 'done', reason: null, code: null },
    });
    const filesNow = (): number => readdirSync(join(folder, 'results')).length;
    expect(filesNow()).toBe(2);
    const outcome = continueRun(store, {
      run: withItems(10),
      of,
      jobs: [{ key: 'thumbs', isSame: false, items: [[3, 7, 1]] }],
    });
    if (!outcome.ok) expect.unreachable();
    expect(filesNow()).toBe(3);
    remove(store, [of]);
    expect(filesNow()).toBe(1);
    expect(valuesOf(store, outcome.run)).toEqual([[7, 'x'.repeat(1000)]]);
    remove(store, [outcome.run]);
    expect(filesNow()).toBe(0);
  });

  test('does not take over what the disk has damaged', () => {
    const store = openStore();
    const of = stopped(store);
    store.database.exec("UPDATE settled SET payload = zeroblob(length(payload)) WHERE state = 'done'");
    const outcome = continueRun(store, {
      run: withItems(10),
      of,
      jobs: [{ key: 'thumbs', isSame: false, items: [[0, 0, 10]] }],
    });
    if (!outcome.ok) expect.unreachable();
    expect(remainder(store, outcome.run)[0]).toMatchObject({
      missing: [
        [0, 5],
        [6, 10],
      ],
    });
  });

  test('has each item that was done, wherever it goes', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 0, max: 29 }), { maxLength: 30 }),
        fc.shuffledSubarray(Array.from({ length: 30 }, (_, index) => index)),
        (finished, order) => {
          const store = openStore();
          const { run: of, fence } = claimedRun(store, withItems(30));
          const blocks = finished.map((item) => ({
            start: item,
            count: 1,
            state: 'done' as const,
            attempts: 1,
            payload: packValues([encoded(`item ${item}`)]),
          }));
          commitAll(store, {
            run: of,
            fence,
            batch: 1,
            jobs: [news({ settled: blocks })],
            end: { state: 'interrupted', reason: null, code: null },
          });
          const items = order.map((from, to) => [from, to, 1] as const);
          const outcome = continueRun(store, {
            run: withItems(order.length),
            of,
            jobs: [{ key: 'thumbs', isSame: false, items }],
          });
          if (!outcome.ok) expect.unreachable();
          const expected = items.flatMap(([from, to]) => (finished.includes(from) ? [[to, `item ${from}`]] : []));
          expect(valuesOf(store, outcome.run)).toEqual(expected);
        },
      ),
      { numRuns: 15 },
    );
  });
});
