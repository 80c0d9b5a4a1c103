import { beforeEach, describe, expect, it } from 'vitest';
import { connect } from '../../../src/renderer/state/connect';
import { select, useWindow } from '../../../src/renderer/state/store';
import { initialState, type WindowState, withDelta, withSnapshot } from '../../../src/renderer/state/window-state';
import type { Bridge, Delta, FileEntry, JobDetail, JobRow, Snapshot } from '../../../src/shared/ipc';
import { fakeBridge } from './fake-bridge';
import { row } from './job-row';

const file = (key: number): FileEntry => ({
  key,
  path: `/${key}.yaml`,
  name: `${key}.yaml`,
  title: null,
  description: null,
  problems: [],
});

const detail = (key: number): JobDetail => ({
  key,
  kind: 'target',
  isChunked: false,
  args: '{}',
  numProcs: 0,
  files: null,
  output: null,
  ranks: [0, 1].map((index) => ({
    index,
    pid: index,
    start: index * 50,
    end: index * 50 + 50,
    chunks: 1,
    assigned: 50,
    count: 0,
    state: 'running' as const,
  })),
  errors: 0,
  reason: null,
  settings: [],
  hasResult: false,
  resultNote: null,
  versions: null,
  run: 1,
});

const app = { version: '1', electron: '1', chrome: '1', node: '1' };
const snapshot = (seq: number, rows: readonly JobRow[], files = [file(1)]): Snapshot => ({
  seq,
  files,
  rows,
  workers: [],
  app,
  queue: { isPaused: false, left: { interrupted: 0, waiting: 0 }, questions: [] },
  notices: [],
});
const delta = (seq: number, more: Partial<Delta> = {}): Delta => ({
  seq,
  rows: [],
  removed: [],
  files: null,
  workers: null,
  detail: null,
  pulse: null,
  queue: null,
  notices: null,
  ...more,
});

/** Fails the test instead of giving null. */
function apply(state: WindowState, change: Delta): WindowState {
  const next = withDelta(state, change);
  if (next === null) throw new Error(`Delta ${change.seq} was not taken.`);
  return next;
}

describe('the state of the window', () => {
  it('after a snapshot has its jobs file by file and selects the first', () => {
    const state = withSnapshot(initialState, snapshot(4, [row(3, { fileKey: 2 }), row(5), row(6)], [file(1), file(2)]));
    expect(state.order.keys).toEqual([5, 6, 3]);
    expect(state.selection).toEqual({ kind: 'job', key: 5 });
    expect(state.tally).toMatchObject({ ready: 3, running: 0 });
  });

  it('changes with each delta, and counts states', () => {
    const first = withSnapshot(initialState, snapshot(0, [row(3), row(4)]));
    const second = apply(first, delta(1, { rows: [row(3, { state: 'running', progress: 10 })] }));
    expect(second.rows.get(3)?.progress).toBe(10);
    expect(second.tally).toMatchObject({ ready: 1, running: 1 });
    const versionBefore = second.orderVersion;
    const moved = apply(second, delta(2, { rows: [row(3, { state: 'running', progress: 20 })] }));
    expect(moved.orderVersion).toBe(versionBefore);
    const third = apply(moved, delta(3, { rows: [row(3, { state: 'done', endedAt: 5 })], removed: [4] }));
    expect(third.tally).toMatchObject({ ready: 0, running: 0, done: 1 });
    expect(third.order.keys).toEqual([3]);
  });

  it('ignores what it has already, and asks for a snapshot when something is missing', () => {
    const state = withSnapshot(initialState, snapshot(5, [row(3, { progress: 50 })]));
    expect(apply(state, delta(5, { rows: [row(3, { progress: 1 })] })).rows.get(3)?.progress).toBe(50);
    expect(withDelta(state, delta(7))).toBeNull();
    expect(withDelta(initialState, delta(1))).toBeNull();
  });

  it('moves the ranks of the watched job only', () => {
    const state = apply(
      withSnapshot(initialState, snapshot(0, [row(3)])),
      delta(1, { detail: { kind: 'full', detail: detail(3) } }),
    );
    const moved = apply(state, delta(2, { detail: { kind: 'counts', key: 3, counts: [7, 9] } }));
    expect(moved.detail?.ranks.map((rank) => rank.count)).toEqual([7, 9]);
    const other = apply(moved, delta(3, { detail: { kind: 'counts', key: 8, counts: [1, 1] } }));
    expect(other.detail).toBe(moved.detail);
  });

  it('selects something else when the selected job is gone', () => {
    const fresh = () =>
      withSnapshot({ ...initialState, selection: { kind: 'job', key: 4 } }, snapshot(0, [row(3), row(4)]));
    expect(fresh().selection).toEqual({ kind: 'job', key: 4 });
    expect(apply(fresh(), delta(1, { removed: [4] })).selection).toEqual({ kind: 'job', key: 3 });
    expect(apply(fresh(), delta(1, { removed: [3, 4] })).selection).toEqual({ kind: 'file', key: 1 });
    expect(apply(fresh(), delta(1, { removed: [3, 4], files: [] })).selection).toBeNull();
  });
});

/** A main process that answers when the test says so. */
class FakeMain {
  readonly watched: (number | null)[] = [];
  snapshots: ((snapshot: Snapshot) => void)[] = [];
  send: (delta: Delta) => void = () => {};
  readonly bridge: Bridge = fakeBridge({
    getSnapshot: () => new Promise((resolve) => this.snapshots.push(resolve)),
    watchJob: async (key) => void this.watched.push(key),
    onDelta: (listener) => {
      this.send = listener;
      return () => {};
    },
  });
}

describe('the connection to main', () => {
  beforeEach(() => {
    useWindow.setState(initialState, true);
    sessionStorage.clear();
  });

  it('applies what came before and after the snapshot, each once', async () => {
    const main = new FakeMain();
    const connected = connect(main.bridge, sessionStorage);
    main.send(delta(1, { rows: [row(3, { progress: 1 })] }));
    main.send(delta(2, { rows: [row(3, { progress: 2 })] }));
    main.snapshots[0]?.(snapshot(1, [row(3, { progress: 1 })]));
    await connected;
    expect(useWindow.getState().seq).toBe(2);
    expect(useWindow.getState().rows.get(3)?.progress).toBe(2);
    expect(main.watched).toEqual([3]);
    main.send(delta(3, { rows: [row(3, { progress: 3 })] }));
    expect(useWindow.getState().rows.get(3)?.progress).toBe(3);
  });

  it('takes a new snapshot when a delta was lost', async () => {
    const main = new FakeMain();
    const connected = connect(main.bridge, sessionStorage);
    main.snapshots[0]?.(snapshot(0, [row(3)]));
    await connected;
    main.send(delta(2, { rows: [row(3, { progress: 20 })] }));
    expect(main.snapshots).toHaveLength(2);
    main.send(delta(3, { rows: [row(3, { progress: 30 })] }));
    main.snapshots[1]?.(snapshot(2, [row(3, { progress: 20 })]));
    await expect.poll(() => useWindow.getState().rows.get(3)?.progress).toBe(30);
  });

  it('watches what is selected, and selects it again after a reload', async () => {
    const main = new FakeMain();
    const connected = connect(main.bridge, sessionStorage);
    main.snapshots[0]?.(snapshot(0, [row(3), row(4)]));
    await connected;
    select({ kind: 'job', key: 4 });
    select({ kind: 'file', key: 1 });
    select({ kind: 'job', key: 4 });
    expect(main.watched).toEqual([3, 4, null, 4]);

    useWindow.setState(initialState, true);
    const reloaded = new FakeMain();
    const again = connect(reloaded.bridge, sessionStorage);
    reloaded.snapshots[0]?.(snapshot(0, [row(3), row(4)]));
    await again;
    expect(useWindow.getState().selection).toEqual({ kind: 'job', key: 4 });
  });
});
