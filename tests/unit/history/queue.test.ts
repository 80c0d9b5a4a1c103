import { describe, expect, test } from 'vitest';
import { claim } from '../../../src/history/store/ownership';
import { cancel, clear, enqueue, move, pause, setPriority, split, unpause } from '../../../src/history/store/queue';
import { get, list, outline, remainder, settled, timeline } from '../../../src/history/store/reading';
import type { Store } from '../../../src/history/store/store';
import { claimedRun, commitAll, encoded, newRun, news, openStore, temporaryFolder } from './helpers';

const order = (store: Store): number[] =>
  list(store, { sort: 'order', states: ['queued', 'paused', 'interrupted'] }).rows.map(({ id }) => id);

function queued(store: Store, ...priorities: readonly number[]): number[] {
  return enqueue(
    store,
    priorities.map((priority) => newRun({ priority })),
  );
}

describe('the queue', () => {
  test('is in the order of priority, then of arrival', () => {
    const store = openStore();
    const [a, b, c, d] = queued(store, 0, 1, 0, 1);
    expect(order(store)).toEqual([b, d, a, c]);
  });

  test('takes runs to the front, where they get the priority of the first', () => {
    const store = openStore();
    const [a, b, c = 0, d = 0] = queued(store, 3, 0, 0, 0);
    expect(move(store, { ids: [d, c], place: 'first' })).toEqual([d, c]);
    expect(order(store)).toEqual([d, c, a, b]);
    expect(get(store, d)?.priority).toBe(3);
  });

  test('takes them to the end, and before another', () => {
    const store = openStore();
    const [a = 0, b = 0, c = 0, d = 0] = queued(store, 1, 0, 0, 0);
    move(store, { ids: [a], place: 'last' });
    expect(order(store)).toEqual([b, c, d, a]);
    move(store, { ids: [d, a], place: { before: c } });
    expect(order(store)).toEqual([b, d, a, c]);
    expect(get(store, a)?.priority).toBe(0);
  });

  test('can be reordered without end', () => {
    const store = openStore();
    const [a = 0, b = 0, c = 0] = queued(store, 0, 0, 0);
    for (let turn = 0; turn < 120; turn += 1) {
      move(store, { ids: [c], place: { before: b } });
      expect(order(store)).toEqual([a, c, b]);
      move(store, { ids: [b], place: { before: c } });
      expect(order(store)).toEqual([a, b, c]);
    }
  });

  test('leaves runs where they are that somebody works on, or before which there is no place', () => {
    const folder = temporaryFolder();
    const store = openStore(folder);
    const { run } = claimedRun(store);
    const [a = 0, b = 0] = queued(store, 0, 0);
    expect(move(store, { ids: [run], place: 'last' })).toEqual([]);
    expect(move(store, { ids: [b], place: { before: run } })).toEqual([]);
    expect(move(store, { ids: [b], place: { before: b } })).toEqual([]);
    // Whoever works on a run may say how urgent the rest of it is.
    expect(setPriority(store, { ids: [a, run], priority: 9 })).toEqual([a, run]);
    expect(setPriority(openStore(folder), { ids: [run], priority: 3 })).toEqual([]);
  });

  test('holds runs back and lets them go again where they were', () => {
    const store = openStore();
    const [a = 0, b = 0] = queued(store, 0, 0);
    expect(pause(store, [a])).toEqual([a]);
    expect(get(store, a)?.state).toBe('paused');
    expect(order(store)).toEqual([a, b]);
    expect(unpause(store, [a, b])).toEqual([a]);
    expect(get(store, a)?.state).toBe('queued');
  });

  test('asks the owner of a running run to pause or cancel it', () => {
    const store = openStore();
    const { run } = claimedRun(store);
    expect(pause(store, [run])).toEqual([run]);
    expect(get(store, run)).toMatchObject({ state: 'running', request: 'pause' });
    expect(cancel(store, [run])).toEqual([run]);
    expect(get(store, run)).toMatchObject({ state: 'running', request: 'cancel' });
  });

  test('cancels a waiting run with all its items, once', () => {
    const store = openStore();
    const [a = 0] = queued(store, 0);
    expect(cancel(store, [a, 99])).toEqual([a]);
    expect(get(store, a)).toMatchObject({
      state: 'cancelled',
      items: { total: 10, cancelled: 10 },
      jobList: [{ state: 'cancelled' }],
    });
    expect(remainder(store, a)[0]?.missing).toEqual([]);
    expect(cancel(store, [a])).toEqual([]);
  });

  test('takes all runs or none', () => {
    const store = openStore();
    const twice = newRun({ jobs: [...newRun().jobs, ...newRun().jobs] });
    expect(() => enqueue(store, [newRun(), twice])).toThrow('UNIQUE');
    expect(list(store, {}).total).toBe(0);
  });
});

describe('the list', () => {
  const names = (store: Store, query: Parameters<typeof list>[1]): string[] =>
    list(store, query).rows.map(({ name }) => name);

  function filled(): Store {
    let now = 1000;
    const store = openStore(undefined, { now: () => (now += 1000) });
    const job = (target: string) => [{ key: 'j', kind: 'map', label: `Make ${target}`, target, total: 1 }];
    enqueue(store, [newRun({ name: 'Äpfel', jobs: job('fruit.mjs#count'), file: '/a.yaml' })]);
    enqueue(store, [newRun({ name: 'pears', jobs: job('builtin:Mandelbrot'), file: '/b.yaml' })]);
    enqueue(store, [newRun({ name: 'plums 100%_', jobs: job('fruit.mjs#sum'), state: 'paused', file: '/b.yaml' })]);
    return store;
  }

  test('finds words in names, files, labels and targets, whatever their case', () => {
    const store = filled();
    expect(names(store, { text: 'äPFEL' })).toEqual(['Äpfel']);
    expect(names(store, { text: 'make FRUIT' })).toEqual(['plums 100%_', 'Äpfel']);
    expect(names(store, { text: '100%_' })).toEqual(['plums 100%_']);
    expect(names(store, { text: '%' })).toEqual(['plums 100%_']);
    expect(names(store, { text: 'pears plums' })).toEqual([]);
  });

  test('filters by state, time, target, file and id', () => {
    const store = filled();
    expect(names(store, { states: ['paused', 'failed'] })).toEqual(['plums 100%_']);
    expect(names(store, { since: 3000, until: 4000 })).toEqual(['pears']);
    expect(names(store, { target: 'mandel' })).toEqual(['pears']);
    expect(names(store, { file: '/b.yaml' })).toEqual(['plums 100%_', 'pears']);
    expect(names(store, { ids: [1, 3] })).toEqual(['plums 100%_', 'Äpfel']);
    expect(names(store, { states: [] })).toEqual([]);
  });

  test('sorts and pages, and tells how many there are', () => {
    const store = filled();
    expect(names(store, { sort: 'name' })).toEqual(['pears', 'plums 100%_', 'Äpfel']);
    expect(names(store, { sort: 'created' })).toEqual(['Äpfel', 'pears', 'plums 100%_']);
    expect(list(store, { limit: 1, offset: 1 })).toMatchObject({ rows: [{ name: 'pears' }], total: 3 });
  });

  test('keeps one copy of a definition that many runs share', () => {
    const store = openStore();
    const plan = JSON.stringify(Array.from({ length: 5000 }, (_, item) => `/scans/image-${item}.dcm`));
    const [first = 0] = enqueue(
      store,
      Array.from({ length: 50 }, () => newRun({ plan })),
    );
    expect(store.database.prepare('SELECT id FROM definitions').all()).toHaveLength(1);
    expect(get(store, first)).toMatchObject({
      plan,
      source: 'version: 1\n',
      args: {},
      versions: { procession: '0.1.0' },
    });
  });
});

const jobs = (...keys: readonly string[]) =>
  keys.map((key) => ({ key, kind: 'map', label: key.toUpperCase(), target: 'a.mjs#a', total: 10 }));

describe('jobs that become a run of their own', () => {
  test('stand right behind the rest, with what was done of them', () => {
    const store = openStore();
    const { run, fence } = claimedRun(store, { jobs: jobs('a', 'b', 'c'), priority: 2 });
    const later = queued(store, 2);
    const settledBlocks = [{ start: 0, count: 2, state: 'done', attempts: 1, payload: null }] as const;
    commitAll(store, {
      run,
      fence,
      batch: 1,
      jobs: [news({ key: 'b', settled: settledBlocks, timeline: encoded([1]) }), news({ key: 'a' })],
      end: { state: 'interrupted', reason: null, code: null },
    });
    const parts = { moved: { plan: '{"b":1}', hash: 'hash-b' }, rest: { plan: '{"ac":1}', hash: 'hash-ac' } };
    const created = split(store, { run, keys: ['b'], ...parts }) ?? 0;
    expect(order(store)).toEqual([run, created, ...later]);
    expect(get(store, created)).toMatchObject({
      state: 'interrupted',
      name: 'thumbs.yaml',
      source: 'version: 1\n',
      plan: '{"b":1}',
      hash: 'hash-b',
      priority: 2,
      starts: 1,
      jobs: { total: 1, done: 0 },
      items: { total: 10, done: 2 },
      jobList: [{ key: 'b', items: { done: 2 } }],
    });
    expect(get(store, run)).toMatchObject({
      plan: '{"ac":1}',
      hash: 'hash-ac',
      jobs: { total: 2 },
      items: { total: 20, done: 0 },
      jobList: [{ key: 'a' }, { key: 'c' }],
    });
    expect(settled(store, { run: created, job: 'b', state: 'done' })).toMatchObject([{ start: 0, end: 2 }]);
    expect(timeline(store, { run: created, job: 'b' })).toEqual(Uint8Array.from(encoded([1])));
    expect(claim(store, { run: created })).toMatchObject({ ok: true });
  });

  test('can be split off again and again, each behind what it came from', () => {
    const store = openStore();
    const keys = Array.from({ length: 60 }, (_, index) => `job-${index}`);
    const [first = 0] = enqueue(store, [newRun({ jobs: jobs(...keys) })]);
    const [last = 0] = queued(store, 0);
    const made = keys.slice(1).map((key) => {
      const rest = { plan: `rest ${key}`, hash: key };
      return split(store, { run: first, keys: [key], moved: { plan: key, hash: key }, rest }) ?? 0;
    });
    expect(order(store)).toEqual([first, ...made.reverse(), last]);
  });

  test('stay where somebody works on them, and where they are all there is', () => {
    const store = openStore();
    const parts = { moved: { plan: 'b', hash: 'b' }, rest: { plan: 'a', hash: 'a' } };
    const { run } = claimedRun(store, { jobs: jobs('a', 'b') });
    expect(split(store, { run, keys: ['b'], ...parts })).toBeUndefined();
    const [waiting = 0] = enqueue(store, [newRun({ jobs: jobs('a', 'b') })]);
    expect(split(store, { run: waiting, keys: ['a', 'b'], ...parts })).toBeUndefined();
    expect(split(store, { run: waiting, keys: ['z'], ...parts })).toBeUndefined();
    expect(split(store, { run: waiting, keys: [], ...parts })).toBeUndefined();
    expect(split(store, { run: 99, keys: ['a'], ...parts })).toBeUndefined();
  });
});

test('the list of the queue has its jobs, and can be cleared of what has ended', () => {
  const store = openStore();
  const [a = 0, b = 0] = enqueue(store, [newRun({ jobs: jobs('x', 'y') }), newRun()]);
  cancel(store, [b]);
  expect(clear(store, { ids: [a, b], isCleared: true })).toEqual([b]);
  const shown = outline(store, { isCleared: false });
  expect(shown.total).toBe(1);
  expect(shown.rows.map(({ id, jobList }) => [id, jobList.map(({ key }) => key)])).toEqual([[a, ['x', 'y']]]);
  expect(outline(store, { isCleared: true }).rows.map(({ id, isCleared }) => [id, isCleared])).toEqual([[b, true]]);
  // Work on it puts it back.
  claim(store, { run: b, reopen: ['cancelled'] });
  expect(outline(store, { isCleared: false, sort: 'order' }).rows.map(({ id }) => id)).toEqual([a, b]);
});
