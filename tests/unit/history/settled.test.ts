import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeValue } from '../../../src/core/data/serialize';
import { packValues } from '../../../src/history/pack-values';
import { get, remainder, settled, values } from '../../../src/history/store/reading';
import type { SettledBlock } from '../../../src/history/store/settled-table';
import type { Store } from '../../../src/history/store/store';
import type { ItemState } from '../../../src/history/types';
import { claimedRun, commitAll, encoded, news, openStore } from './helpers';

const done = (start: number, ...items: readonly unknown[]): SettledBlock => ({
  start,
  count: items.length,
  state: 'done',
  attempts: 1,
  payload: packValues(items.map((item) => (item === undefined ? undefined : encoded(item)))),
});

const failed = (item: number, message: string, attempts = 1): SettledBlock => ({
  start: item,
  count: 1,
  state: 'failed',
  attempts,
  payload: null,
  error: { name: 'Error', message },
});

const rowsOf = (store: Store): number =>
  store.database.prepare<{ count: number }>('SELECT count(*) AS count FROM settled').get()?.count ?? -1;

const valuesOf = (store: Store, run: number): [number, unknown][] =>
  values(store, { run, job: 'thumbs', limit: 10_000 }).flatMap(({ start, values: kept }) =>
    kept.map((value, index): [number, unknown] => [start + index, value && decodeValue(value)]),
  );

describe('items that have ended', () => {
  test('keep their values, undefined too, in the order of the items', () => {
    const store = openStore();
    const { run, fence } = claimedRun(store);
    commitAll(store, {
      run,
      fence,
      batch: 1,
      jobs: [news({ settled: [done(5, 'f', undefined), done(0, 'a', { b: [1n] })] })],
    });
    expect(valuesOf(store, run)).toEqual([
      [0, 'a'],
      [1, { b: [1n] }],
      [5, 'f'],
      [6, undefined],
    ]);
  });

  test('leave the others missing', () => {
    const store = openStore();
    const { run, fence } = claimedRun(store);
    commitAll(store, { run, fence, batch: 1, jobs: [news({ settled: [done(2, 1, 2), failed(7, 'no')] })] });
    expect(remainder(store, run)).toEqual([
      {
        key: 'thumbs',
        state: 'queued',
        total: 10,
        missing: [
          [0, 2],
          [4, 7],
          [8, 10],
        ],
        counts: { done: 2, failed: 1, skipped: 0, cancelled: 0 },
      },
    ]);
  });

  test('keep what they have when they are reported again, in whatever way', () => {
    const store = openStore();
    const { run, fence } = claimedRun(store);
    commitAll(store, { run, fence, batch: 1, jobs: [news({ settled: [done(2, 'first', 'first')] })] });
    commitAll(store, {
      run,
      fence,
      batch: 2,
      jobs: [news({ settled: [done(1, 'b', 'again', 'again', 'e'), failed(3, 'late')] })],
    });
    expect(valuesOf(store, run)).toEqual([
      [1, 'b'],
      [2, 'first'],
      [3, 'first'],
      [4, 'e'],
    ]);
    expect(get(store, run)?.items).toEqual({ total: 10, done: 4, failed: 0, skipped: 0, cancelled: 0 });
  });

  test('cannot end twice even when a program writes past all checks', () => {
    const store = openStore();
    const { run, fence } = claimedRun(store);
    commitAll(store, { run, fence, batch: 1, jobs: [news({ settled: [done(2, 1, 2, 3)] })] });
    const insert = (start: number, count: number): void =>
      store.database.exec(
        `INSERT INTO settled (job, start, count, state, attempts, size, crc, at) VALUES (1, ${start}, ${count}, 'failed', 1, 0, 0, 0)`,
      );
    expect(() => insert(4, 1)).toThrow('an item has ended twice');
    expect(() => insert(0, 3)).toThrow('an item has ended twice');
    expect(() => insert(0, 9)).toThrow('an item has ended twice');
    insert(5, 2);
    expect(() => store.database.exec('UPDATE settled SET count = 4 WHERE start = 2')).toThrow(
      'an item has ended twice',
    );
    expect(() => store.database.exec('UPDATE settled SET start = 3 WHERE start = 2')).toThrow(
      'an item has ended twice',
    );
  });

  test('are refused outside the job, and the whole batch with them', () => {
    const store = openStore();
    const { run, fence } = claimedRun(store);
    expect(() =>
      commitAll(store, { run, fence, batch: 1, jobs: [news({ settled: [done(0, 1), done(9, 1, 2)] })] }),
    ).toThrow('Job "thumbs" has 10 items; 9 to 10 cannot be recorded.');
    expect(valuesOf(store, run)).toEqual([]);
  });

  test('take up few rows, also when they come one by one and out of order', () => {
    const store = openStore();
    const jobs = [{ key: 'thumbs', kind: 'map', label: 'T', target: 't', total: 3000 }];
    const { run, fence } = claimedRun(store, { jobs });
    const order = Array.from({ length: 3000 }, (_, item) => (item % 2 === 0 ? Math.min(2999, item + 1) : item - 1));
    for (let at = 0; at < order.length; at += 3)
      commitAll(store, {
        run,
        fence,
        batch: at + 1,
        jobs: [news({ settled: order.slice(at, at + 3).map((item) => done(item, item)) })],
      });
    expect(valuesOf(store, run)).toEqual(order.map((_, item) => [item, item]));
    expect(rowsOf(store)).toBeLessThan(10);
  });

  test('that fail alike share a row and one error, and those that fail otherwise do not', () => {
    const store = openStore();
    const { run, fence } = claimedRun(store);
    const blocks = [
      failed(0, 'same'),
      failed(1, 'same'),
      failed(2, 'other'),
      failed(3, 'same', 4),
      failed(4, 'same', 4),
    ];
    commitAll(store, { run, fence, batch: 1, jobs: [news({ settled: blocks })] });
    expect(
      settled(store, { run, job: 'thumbs', state: 'failed' }).map(({ start, end, attempts, error }) => [
        start,
        end,
        attempts,
        error?.message,
      ]),
    ).toEqual([
      [0, 2, 1, 'same'],
      [2, 3, 1, 'other'],
      [3, 5, 4, 'same'],
    ]);
    expect(store.database.prepare('SELECT id FROM errors').all()).toHaveLength(2);
  });

  test('end once each, with the first value, whatever is reported how often', () => {
    const states: readonly ItemState[] = ['done', 'failed', 'skipped', 'cancelled'];
    const block = fc.record({
      start: fc.integer({ min: 0, max: 39 }),
      length: fc.integer({ min: 1, max: 12 }),
      state: fc.constantFrom(...states),
      size: fc.constantFrom(0, 1, 3000),
    });
    const store = openStore();
    fc.assert(
      fc.property(fc.array(block, { maxLength: 30 }), (reports) => {
        const { run, fence } = claimedRun(store, {
          jobs: [{ key: 'thumbs', kind: 'map', label: 'T', target: 't', total: 40 }],
        });
        const expected = new Map<number, [ItemState, string | undefined]>();
        for (const [index, { start, length, state, size }] of reports.entries()) {
          const count = Math.min(length, 40 - start);
          const value = (item: number): string | undefined =>
            state === 'done' && size > 0 ? `${index}/${item}`.padEnd(size, '.') : undefined;
          const items = Array.from({ length: count }, (_, offset) => start + offset);
          for (const item of items) if (!expected.has(item)) expected.set(item, [state, value(item)]);
          const payload = packValues(
            items.map((item) => (value(item) === undefined ? undefined : encoded(value(item)))),
          );
          commitAll(store, {
            run,
            fence,
            batch: index + 1,
            jobs: [news({ settled: [{ start, count, state, attempts: 1, payload }] })],
          });
        }
        const found = new Map(
          states.flatMap((state) =>
            settled(store, { run, job: 'thumbs', state }).flatMap(({ start, end }) =>
              Array.from({ length: end - start }, (_, offset): [number, ItemState] => [start + offset, state]),
            ),
          ),
        );
        expect([...found].sort(([a], [b]) => a - b)).toEqual(
          [...expected].map(([item, [state]]) => [item, state]).sort(([a], [b]) => Number(a) - Number(b)),
        );
        expect(valuesOf(store, run)).toEqual(
          [...expected]
            .filter(([, [state]]) => state === 'done')
            .map(([item, [, value]]) => [item, value])
            .sort(([a], [b]) => Number(a) - Number(b)),
        );
        const counts = get(store, run)?.jobList[0]?.items;
        for (const state of states)
          expect(counts?.[state]).toBe([...expected.values()].filter(([ended]) => ended === state).length);
      }),
      { numRuns: 60 },
    );
  });
});
