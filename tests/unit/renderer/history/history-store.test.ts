import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { HistoryQuery } from '../../../../src/shared/ipc-history';
import type { RunKeys } from '../../../../src/shared/stored-run';
import { installBridge } from '../fake-bridge';
import { historyRun, runLine } from './history-run';

const counts = { queued: 0, running: 0, interrupted: 0, paused: 0, done: 3, failed: 0, cancelled: 0 };
/** What main has, and what it was asked for. */
const main = { ids: [] as number[], queries: [] as HistoryQuery[], fetched: [] as number[][] };
let answers: ((keys: RunKeys) => void)[] = [];
let isSlow = false;

beforeAll(() =>
  installBridge({
    searchHistory: (query) => {
      main.queries.push(query);
      const keys = { ids: Float64Array.from(main.ids), counts };
      if (!isSlow) return Promise.resolve(keys);
      return new Promise((resolve) => {
        answers.push(() => resolve(keys));
      });
    },
    getHistoryLines: async (ids) => {
      main.fetched.push([...ids]);
      return ids.map((id) => runLine({ id, name: `run ${id}` }));
    },
    getHistoryRun: async (id) => (main.ids.includes(id) ? historyRun({ id }) : null),
  }),
);

const store = () => import('../../../../src/renderer/history/history-store');

beforeEach(async () => {
  main.ids = [30, 20, 10];
  main.queries = [];
  main.fetched = [];
  answers = [];
  isSlow = false;
  const { useHistory } = await store();
  useHistory.setState({ ...useHistory.getInitialState(), lines: new Map() });
});

describe('the list of the history', () => {
  it('shows the first run until a person chooses one, and keeps to it', async () => {
    const { choose, search, useHistory } = await store();
    await search();
    expect(useHistory.getState()).toMatchObject({ current: 30, run: { id: 30 } });
    await choose(10);
    main.ids = [40, 30, 20, 10];
    await search();
    expect(useHistory.getState()).toMatchObject({ current: 10, run: { id: 10 } });
    // It does not fit any more.
    main.ids = [40];
    await search();
    expect(useHistory.getState().current).toBe(40);
  });

  it('takes the answer to the latest question, whichever comes last', async () => {
    const { search, useHistory } = await store();
    isSlow = true;
    const first = search();
    main.ids = [7];
    const second = search();
    answers[1]?.({ ids: new Float64Array(), counts });
    await second;
    answers[0]?.({ ids: new Float64Array(), counts });
    await first;
    expect([...(useHistory.getState().ids ?? [])]).toEqual([7]);
  });

  it('fetches each line once', async () => {
    const { loadLines, useHistory } = await store();
    await Promise.all([loadLines([30, 20]), loadLines([20, 10])]);
    await loadLines([30, 20, 10]);
    expect(main.fetched).toEqual([[30, 20], [10]]);
    expect(useHistory.getState().lines.get(20)?.name).toBe('run 20');
  });

  it('acts on what is marked in the order of the list, or on what is shown', async () => {
    const { mark, pairToCompare, search, targets, useHistory } = await store();
    await search();
    expect(targets()).toEqual([30]);
    mark(new Set([10]), 10);
    expect(targets()).toEqual([10]);
    expect(pairToCompare(useHistory.getState())).toEqual([10, 30]);
    mark(new Set([10, 20]), 10);
    expect(targets()).toEqual([20, 10]);
    expect(pairToCompare(useHistory.getState())).toEqual([10, 20]);
    mark(new Set([10, 20, 30]), 10);
    expect(pairToCompare(useHistory.getState())).toBeNull();
    // What is gone is not marked any more.
    main.ids = [30, 20];
    await search();
    expect(targets()).toEqual([30, 20]);
  });

  it('reads again what has changed', async () => {
    const { loadLines, onNews, search, useHistory } = await store();
    await search();
    await loadLines([30, 20, 10]);
    main.ids = [30, 20];
    main.fetched = [];
    onNews({ runs: [20, 99], removed: [10], all: false });
    expect(useHistory.getState().lines.has(10)).toBe(false);
    await expect.poll(() => main.fetched).toEqual([[20]]);
    await expect.poll(() => useHistory.getState().ids).toHaveLength(2);
  });

  it('reads again what has changed while its line was on its way', async () => {
    const { loadLines, onNews } = await store();
    const underWay = loadLines([30]);
    onNews({ runs: [30], removed: [], all: false });
    await underWay;
    await expect.poll(() => main.fetched).toEqual([[30], [30]]);
  });

  it('remembers what was looked for when the page is loaded again', async () => {
    const { setFilter } = await store();
    await setFilter({ text: 'photos', states: ['failed'], period: 'week' });
    const { readFilter, noHistoryFilter } = await import('../../../../src/renderer/history/history-query');
    const stored: unknown = JSON.parse(sessionStorage.getItem('history') ?? 'null');
    expect(readFilter(Reflect.get(Object(stored), 'filter'))).toMatchObject({
      text: 'photos',
      states: ['failed'],
      period: 'week',
    });
    expect(readFilter({ text: 5, states: 'x', sort: 'created' })).toEqual(noHistoryFilter);
  });
});

describe('what is looked for', () => {
  it('begins and ends at midnight', async () => {
    const { noHistoryFilter, toHistoryQuery } = await import('../../../../src/renderer/history/history-query');
    const now = new Date(2026, 2, 5, 14, 30).getTime();
    const span = (period: 'any' | 'today' | 'week' | 'range', from = '', to = ''): unknown[] => {
      const { since, until } = toHistoryQuery({ ...noHistoryFilter, period, from, to }, now);
      return [since, until];
    };
    expect(span('any')).toEqual([null, null]);
    expect(span('today')).toEqual([new Date(2026, 2, 5).getTime(), null]);
    expect(span('week')).toEqual([new Date(2026, 1, 27).getTime(), null]);
    expect(span('range', '2026-02-28', '2026-03-01')).toEqual([
      new Date(2026, 1, 28).getTime(),
      new Date(2026, 2, 2).getTime(),
    ]);
    expect(span('range')).toEqual([null, null]);
  });

  it('says times as people do', async () => {
    const { formatAgo } = await import('../../../../src/renderer/lib/format-ago');
    const now = new Date(2026, 2, 5, 14, 30).getTime();
    const minutes = (count: number): number => now - count * 60_000;
    expect([0, 5, 150, 800, 1440, 4000].map((count) => formatAgo(minutes(count), now))).toEqual([
      'just now',
      '5 min ago',
      '2 h ago',
      'today 01:10',
      'yesterday 14:30',
      '2026-03-02 19:50',
    ]);
  });
});
