import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeValue } from '../../../../src/core/data/serialize';
import type { SettledItem } from '../../../../src/core/items/item-result';
import { ItemBook } from '../../../../src/main/runs/item-book';
import { ItemQueries } from '../../../../src/main/runs/item-query';
import type { CommandResult } from '../../../../src/shared/command';
import type { ItemQuery } from '../../../../src/shared/items';
import { plannedCommandJob, plannedMapJob } from '../../planned-job';

const done = (index: number, value: unknown, durationMs = 1, attempts = 1): SettledItem => ({
  index,
  state: 'done',
  payload: value === undefined ? undefined : encodeValue(value, 'value'),
  attempts,
  durationMs,
});
const failed = (index: number, message: string): SettledItem => ({
  index,
  state: 'failed',
  error: { name: 'RangeError', message },
  attempts: 3,
  durationMs: 2,
});
const skipped = (index: number): SettledItem => ({
  index,
  state: 'skipped',
  error: { name: 'ItemSkippedError', message: 'given up' },
  attempts: 0,
});

const bookOf = (range: number, items: readonly SettledItem[]): ItemBook => {
  const book = new ItemBook(plannedMapJob({ range }));
  book.add(items);
  return book;
};
const ask = (book: ItemBook, query: Partial<ItemQuery>) =>
  new ItemQueries(book, () => 'waiting').page({ filter: 'all', order: 'index', text: '', offset: 0, ...query });
const indicesOf = async (book: ItemBook, query: Partial<ItemQuery>) =>
  (await ask(book, query))?.rows.map(({ index }) => index);

describe('the book of a job’s items', () => {
  it('knows of each how it ended, how often it was tried, how long it took and what it came to', async () => {
    const book = bookOf(4, [done(0, { height: 12 }, 20, 2), failed(2, 'too high')]);
    expect((await ask(book, {}))?.rows).toEqual([
      { index: 0, name: '0', state: 'done', attempts: 2, ms: 20, text: '{height: 12}' },
      { index: 1, name: '1', state: 'waiting', attempts: 0, ms: null, text: '' },
      { index: 2, name: '2', state: 'failed', attempts: 3, ms: 2, text: 'RangeError: too high' },
      { index: 3, name: '3', state: 'waiting', attempts: 0, ms: null, text: '' },
    ]);
    expect(book.values()).toEqual([{ height: 12 }, null, null, null]);
    expect([book.value(0), book.value(1), book.hasValue(1)]).toEqual([{ height: 12 }, undefined, false]);
  });

  it('has no values before the first item has ended', () => {
    expect(bookOf(3, []).values()).toBeUndefined();
  });

  it('names items as a person knows them', () => {
    const rows = new ItemBook(
      plannedMapJob({ range: 1, items: { kind: 'rows', columns: ['name', 'town'], rows: [['Ann', 'Ulm']] } }),
    );
    const files = new ItemBook(plannedMapJob({ range: 1, items: { kind: 'files', paths: ['scans/a.dcm'] } }));
    expect([rows.name(0), files.name(0)]).toEqual(['Ann, Ulm', 'scans/a.dcm']);
  });

  it('tells of commands how they ended and what they said last, also of those that failed', () => {
    const result = (exitCode: number | null, signal: string | null, out: string, err: string): CommandResult => ({
      exitCode,
      signal,
      stdout: { text: out, bytes: out.length, droppedBytes: 0 },
      stderr: { text: err, bytes: err.length, droppedBytes: 0 },
      durationMs: 5,
    });
    const fail = (index: number, command: CommandResult): SettledItem => ({
      ...failed(index, 'ended'),
      state: 'failed',
      error: { name: 'CommandFailedError', message: 'ended', command },
    });
    const book = new ItemBook(plannedCommandJob({ range: 3 }));
    book.add([
      done(0, result(0, null, 'one\ntwo\n', 'warning')),
      fail(1, result(7, null, 'out', 'no such file\n')),
      fail(2, result(null, 'SIGKILL', '', '')),
    ]);
    expect([0, 1, 2].map((index) => book.line(index))).toEqual([
      'two',
      'exit code 7 · no such file',
      'ended by SIGKILL',
    ]);
    expect(book.values()?.map((value) => (value as CommandResult).exitCode)).toEqual([0, 7, null]);
  });

  it('groups the errors of its items', () => {
    const book = bookOf(9, [failed(4, 'item 4 is odd'), failed(1, 'item 1 is odd')]);
    expect(book.errors.all.groups).toMatchObject([{ items: [1, 4], count: 2 }]);
  });
});

describe('a query', () => {
  const items = [done(0, 'a', 5), done(1, 'b', 50, 2), failed(2, 'x'), skipped(3), done(5, 'ab', 20)];

  it('filters', async () => {
    const book = bookOf(6, items);
    expect(await indicesOf(book, { filter: 'done' })).toEqual([0, 1, 5]);
    expect(await indicesOf(book, { filter: 'failed' })).toEqual([2]);
    expect(await indicesOf(book, { filter: 'retried' })).toEqual([1, 2]);
    expect(await indicesOf(book, { filter: 'skipped' })).toEqual([3]);
    expect(await indicesOf(book, { filter: 'open' })).toEqual([4]);
  });

  it('finds a text in names, values and errors, without regard to case', async () => {
    const book = bookOf(6, items);
    expect(await indicesOf(book, { text: 'B"' })).toEqual([1, 5]);
    expect(await indicesOf(book, { text: 'rangeerror' })).toEqual([2]);
    expect(await indicesOf(book, { text: 'b"', filter: 'retried' })).toEqual([1]);
  });

  it('orders by the time that was taken', async () => {
    expect(await indicesOf(bookOf(6, items), { order: 'slowest' })).toEqual([1, 5, 0, 2]);
  });

  it('pages through what fits, and tells how many do', async () => {
    const book = bookOf(
      1000,
      Array.from({ length: 700 }, (_, index) => done(index, index)),
    );
    const page = await ask(book, { filter: 'done', offset: 600 });
    expect([page?.total, page?.rows.length, page?.rows[0]?.index, page?.rows.at(-1)?.index]).toEqual([
      700, 100, 600, 699,
    ]);
  });

  it('finds the thousand slowest of any number', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 1, maxLength: 4000 }), async (times) => {
        const book = bookOf(
          times.length,
          times.map((ms, index) => done(index, 1, ms)),
        );
        const queries = new ItemQueries(book, () => 'waiting');
        const found: number[] = [];
        for (let offset = 0; ; offset += 200) {
          const page = await queries.page({ filter: 'all', order: 'slowest', text: '', offset });
          if (page === null || page.rows.length === 0) break;
          found.push(...page.rows.map(({ ms }) => ms ?? -1));
        }
        expect(found).toEqual([...times].sort((a, b) => b - a).slice(0, 1000));
      }),
      { numRuns: 20 },
    );
  });

  it('gives way to the next one', async () => {
    const book = bookOf(
      200_000,
      Array.from({ length: 200_000 }, (_, index) => done(index, `value ${index}`)),
    );
    const queries = new ItemQueries(book, () => 'waiting');
    const first = queries.page({ filter: 'all', order: 'index', text: 'nothing has this', offset: 0 });
    const second = queries.page({ filter: 'all', order: 'index', text: '', offset: 0 });
    expect([await first, (await second)?.total]).toEqual([null, 200_000]);
  });
});
