import { describe, expect, it } from 'vitest';
import { enqueue } from '../../../src/history/store/queue';
import { facets, lines, search } from '../../../src/history/store/run-search';
import type { Store } from '../../../src/history/store/store';
import type { NewRun } from '../../../src/history/types';
import type { RunState } from '../../../src/shared/stored-run';
import { claimedRun, commitAll, newRun, news, openStore } from './helpers';

const job = (target: string, label = 'A job'): NewRun['jobs'][number] => ({
  key: `${target} ${label}`,
  kind: 'map',
  label,
  target,
  total: 5,
});

/** A run that has ended so, with the times that a test needs. */
function ended(store: Store, changes: Partial<NewRun>, columns: Readonly<Record<string, string | number>>): number {
  const [id = 0] = enqueue(store, [newRun(changes)]);
  store.runs.set(id, columns);
  return id;
}

const idsOf = (store: Store, query: Parameters<typeof search>[1]): number[] => [...search(store, query).ids];

function filled(): { readonly store: Store; readonly ids: readonly [number, number, number, number] } {
  const store = openStore();
  const file = '/home/me/a.yaml';
  return {
    store,
    ids: [
      ended(
        store,
        { name: 'Alpha', file, jobs: [job('./work.mjs#run', 'Resize the photos')] },
        { state: 'done', created: 100, started: 100, ended: 900 },
      ),
      ended(
        store,
        { name: 'beta', file, jobs: [job('./work.mjs#runAll')] },
        { state: 'failed', created: 200, started: 300, ended: 400, failed: 7 },
      ),
      ended(
        store,
        { name: 'Gamma', file: '/home/me/b.yaml', jobs: [job('builtin:mandelbrot')] },
        { state: 'failed', created: 300, started: 300, ended: 800, failed: 2 },
      ),
      ended(
        store,
        { name: 'delta', file: null, jobs: [job('./work.mjs#run')] },
        { state: 'interrupted', created: 400 },
      ),
    ],
  };
}

describe('the search of the history', () => {
  it('gives the numbers of all runs in the order that is asked for', () => {
    const { store, ids } = filled();
    const [a, b, c, d] = ids;
    expect(idsOf(store, {})).toEqual([d, c, b, a]);
    expect(idsOf(store, { sort: 'created', descending: false })).toEqual([a, b, c, d]);
    // One that has not ended has no duration: it comes last where the longest come first.
    expect(idsOf(store, { sort: 'duration', descending: true })).toEqual([a, c, b, d]);
    expect(idsOf(store, { sort: 'failed', descending: true }).slice(0, 2)).toEqual([b, c]);
    expect(idsOf(store, { sort: 'name', descending: false })).toEqual([a, b, d, c]);
  });

  it('finds by words of name, file, label and target, by state, day, target and file', () => {
    const { store, ids } = filled();
    const [a, b, c, d] = ids;
    expect(idsOf(store, { text: 'PHOTOS resize' })).toEqual([a]);
    expect(idsOf(store, { text: 'b.yaml' })).toEqual([c]);
    expect(idsOf(store, { states: ['failed'] })).toEqual([c, b]);
    expect(idsOf(store, { since: 200, until: 400 })).toEqual([c, b]);
    // The whole name: "#run" is not "#runAll".
    expect(idsOf(store, { targetIs: './work.mjs#run' })).toEqual([d, a]);
    expect(idsOf(store, { file: '/home/me/a.yaml' })).toEqual([b, a]);
    expect(idsOf(store, { endedBefore: 800 })).toEqual([b]);
    expect(idsOf(store, { text: 'nothing has this' })).toEqual([]);
  });

  it('counts each state, whichever states are asked for', () => {
    const { store } = filled();
    const counts: Partial<Record<RunState, number>> = { done: 1, failed: 2, interrupted: 1, queued: 0 };
    expect(search(store, { states: ['done'] }).counts).toMatchObject(counts);
    expect(search(store, { states: ['done'], text: 'work.mjs' }).counts).toMatchObject({
      done: 1,
      failed: 1,
      queued: 0,
    });
  });

  it('tells of a run what its jobs run and why the first of them failed', () => {
    const store = openStore();
    const { run, fence } = claimedRun(store);
    const error = { name: 'TypeError', message: 'no such place\nand more' };
    commitAll(store, { run, fence, batch: 1, jobs: [news({ update: { state: 'failed', error } })] });
    expect(lines(store, [run, 999])).toMatchObject([
      {
        id: run,
        name: 'thumbs.yaml',
        label: 'Thumbnails',
        targets: ['thumbs.mjs#make'],
        failure: 'TypeError: no such place',
      },
    ]);
  });

  it('knows the files and targets that there are runs of', () => {
    const { store } = filled();
    expect(facets(store)).toEqual({
      files: [
        { value: '/home/me/a.yaml', runs: 2 },
        { value: '/home/me/b.yaml', runs: 1 },
      ],
      targets: [
        { value: './work.mjs#run', runs: 2 },
        { value: './work.mjs#runAll', runs: 1 },
        { value: 'builtin:mandelbrot', runs: 1 },
      ],
    });
  });
});
