import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { markAlso, markOnly, markTo } from '../../../src/renderer/queue/marks';
import { noFilter, queueLines } from '../../../src/renderer/queue/queue-items';
import type { QueueLines } from '../../../src/renderer/queue/queue-lines';
import { QueueOrder, sectionOf } from '../../../src/renderer/queue/queue-order';
import type { FileEntry, JobRow, RowState } from '../../../src/shared/ipc';
import { row } from './job-row';

const entry = (run: number, priority = 0, position = run, isActive = false): JobRow['entry'] => ({
  run,
  priority,
  position,
  queuedAt: 0,
  isActive,
  owner: null,
});

const file = (key: number, name: string): FileEntry => ({
  key,
  path: `/${name}`,
  name,
  title: null,
  description: null,
  problems: [],
});

/** What has been put in order, with all in their places. */
function ordered(rows: readonly JobRow[]): QueueOrder {
  const order = new QueueOrder();
  for (const one of rows) order.put(one);
  return order.keys.length === rows.length ? order : new QueueOrder();
}

const itemsOf = (lines: QueueLines) =>
  Array.from({ length: lines.count }, (_, line) => lines.at(line)).filter((item) => item !== undefined);

const orderOf = (rows: readonly JobRow[]): readonly number[] => ordered(rows).keys;

describe('the order of the queue', () => {
  it('has what runs first, then what waits as it will begin, what was not started, and the latest end first', () => {
    const rows = [
      row(1, { state: 'done', entry: entry(3) }),
      row(2),
      row(3, { state: 'queued', entry: entry(7) }),
      row(4, { state: 'paused', entry: entry(8, 5) }),
      row(5, { state: 'running', entry: entry(6, 0, 6, true) }),
      row(6, { state: 'queued', entry: entry(6, 0, 6, true) }),
      row(7, { state: 'failed', entry: entry(5) }),
      row(8, { state: 'interrupted', entry: entry(9, 0, 6.5) }),
    ];
    expect(orderOf(rows)).toEqual([5, 6, 4, 8, 3, 2, 7, 1]);
  });

  it('stays the same array while nothing moves', () => {
    const order = new QueueOrder();
    for (const key of [1, 2, 3]) order.put(row(key));
    const before = order.keys;
    order.put(row(2, { progress: 5 }));
    expect(order.keys).toBe(before);
    order.put(row(2, { state: 'running', entry: entry(1) }));
    expect(order.keys).toEqual([2, 1, 3]);
  });

  it('is a new array when a job comes into another part without passing any other', () => {
    const order = new QueueOrder();
    for (const key of [1, 2]) order.put(row(key));
    const before = order.keys;
    order.put(row(1, { state: 'running', entry: entry(1) }));
    expect(order.keys).toEqual(before);
    expect(order.keys).not.toBe(before);
  });

  it('is the same as if everything were sorted anew, whatever changes', () => {
    const states: readonly RowState[] = ['ready', 'queued', 'running', 'paused', 'done', 'failed'];
    const change = fc.record({
      key: fc.integer({ min: 1, max: 12 }),
      state: fc.constantFrom(...states),
      run: fc.integer({ min: 1, max: 5 }),
      priority: fc.integer({ min: -1, max: 1 }),
      isGone: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 60 }), fc.integer({ min: 1, max: 5 }), (changes, every) => {
        const order = new QueueOrder();
        const rows = new Map<number, JobRow>();
        changes.forEach(({ key, state, run, priority, isGone }, index) => {
          if (isGone) {
            rows.delete(key);
            order.remove(key);
          } else {
            const next = row(key, { state, entry: state === 'ready' ? null : entry(run, priority) });
            rows.set(key, next);
            order.put(next);
          }
          if (index % every === 0) expect(order.keys).toEqual(orderOf([...rows.values()]));
        });
        expect(order.keys).toEqual(orderOf([...rows.values()]));
      }),
    );
  });
});

describe('the lines of the list', () => {
  const files = [file(1, 'work.yaml'), file(2, 'broken.yaml')];
  const rows = new Map(
    [
      row(1, { state: 'running', entry: entry(1) }),
      row(2, { label: 'Thumbnails' }),
      row(3, { state: 'failed', entry: entry(2), target: 'convert' }),
    ].map((one) => [one.key, one]),
  );
  const order = ordered([...rows.values()]);
  const shown = (filter: Partial<typeof noFilter> = {}) =>
    itemsOf(queueLines(files, order, { ...noFilter, ...filter })).map((item) =>
      item.kind === 'section' ? `${item.section} ${item.count}` : `${item.kind} ${item.key}`,
    );

  it('name each part, and the file wherever its jobs begin', () => {
    expect(shown()).toEqual([
      'running 1',
      'file 1',
      'job 1',
      'ready 1',
      'file 1',
      'job 2',
      'file 2',
      'ended 1',
      'file 1',
      'job 3',
    ]);
  });

  it('are without headings while nothing was started', () => {
    expect(itemsOf(queueLines(files, ordered([row(2)]), noFilter)).map(({ kind }) => kind)).toEqual([
      'file',
      'job',
      'file',
    ]);
  });

  it('are found by words in label, target and file, and by how they stand', () => {
    expect(shown({ text: 'thumb WORK' })).toEqual(['file 1', 'job 2']);
    expect(shown({ text: 'conv' })).toEqual(['ended 1', 'file 1', 'job 3']);
    expect(shown({ text: 'broken' })).toEqual(['file 2']);
    expect(shown({ section: 'failed' })).toEqual(['ended 1', 'file 1', 'job 3']);
    expect(shown({ section: 'running', text: 'nothing' })).toEqual([]);
  });

  it('are found by their place in pixels and by what stands in them', () => {
    const lines = queueLines(files, order, noFilter);
    const tops = Array.from({ length: lines.count + 1 }, (_, line) => lines.topOf(line));
    expect(tops).toEqual([0, 30, 64, 118, 148, 182, 236, 270, 300, 334, 388]);
    expect(lines.height).toBe(388);
    expect(tops.slice(0, -1).map((top) => lines.lineAt(top))).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect([lines.lineAt(63), lines.lineAt(9999)]).toEqual([1, 9]);
    expect([1, 2, 3, 9].map((key) => lines.lineOf('job', key))).toEqual([2, 5, 9, -1]);
    expect([1, 2, 3].map((key) => lines.lineOf('file', key))).toEqual([1, 6, -1]);
    expect([lines.jobs(), lines.jobs(3, 6), lines.jobs(5, 10)]).toEqual([[1, 2, 3], [2], [2, 3]]);
    expect([lines.at(-1), lines.at(10)]).toEqual([undefined, undefined]);
  });

  it('are the same as if each were laid out one after the other, whatever is in the list', () => {
    const job = fc.record({
      fileKey: fc.integer({ min: 1, max: 3 }),
      state: fc.constantFrom<RowState>('ready', 'queued', 'running', 'done'),
      place: fc.integer({ min: 0, max: 5 }),
    });
    fc.assert(
      fc.property(fc.array(job, { maxLength: 30 }), (given) => {
        const jobs = given.map((one, key) =>
          row(key, { ...one, entry: one.state === 'ready' ? null : entry(one.place) }),
        );
        const lines = queueLines([file(1, 'a'), file(2, 'b'), file(3, 'c'), file(4, 'd')], ordered(jobs), noFilter);
        let top = 0;
        itemsOf(lines).forEach((item, line) => {
          expect(lines.topOf(line)).toBe(top);
          if (item.kind === 'job') expect(lines.lineOf('job', item.key)).toBe(line);
          top += { section: 30, file: 34, job: 54 }[item.kind];
        });
        expect(lines.height).toBe(top);
        expect(lines.jobs()).toEqual(ordered(jobs).keys);
        expect(itemsOf(lines)).toHaveLength(lines.count);
      }),
    );
  });

  it('can be marked one by one, and from one to another', () => {
    const items = queueLines(files, order, noFilter);
    const first = markOnly(1);
    expect([...markTo(first, 3, items).marked]).toEqual([1, 2, 3]);
    expect([...markTo(markOnly(3), 2, items).marked].toSorted()).toEqual([2, 3]);
    const two = markAlso(first, 3);
    expect([...two.marked]).toEqual([1, 3]);
    expect([...markAlso(two, 1).marked]).toEqual([3]);
    expect([...markTo({ marked: new Set(), anchor: 99 }, 2, items).marked]).toEqual([2]);
  });
});

it('every state has its part of the queue', () => {
  expect(
    (['cancelling', 'pausing', 'interrupted', 'skipped'] as const).map((state) =>
      sectionOf({ state, scriptState: null }),
    ),
  ).toEqual(['running', 'running', 'waiting', 'ended']);
});
