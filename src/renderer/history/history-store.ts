import { create } from 'zustand';
import type { HistoryNews, HistoryRun } from '../../shared/ipc-history';
import type { RunFacets, RunLine, RunState } from '../../shared/stored-run';
import { bridge } from '../bridge';
import { type HistoryFilter, isFiltered, noHistoryFilter, readFilter, toHistoryQuery } from './history-query';

/** Lines are fetched so many at a time. */
export const linesAtOnce = 100;
/** The list is asked for again at most so often, in milliseconds, however often the history changes. */
const restMs = 1000;
const storageKey = 'history';

export interface HistoryState {
  readonly filter: HistoryFilter;
  /** Numbers of the runs that fit, in order; null until they are known. */
  readonly ids: Float64Array | null;
  /** Some runs may have been left out of them. */
  readonly isNarrowed: boolean;
  readonly counts: Readonly<Record<RunState, number>> | null;
  /** What is known of runs. The map is changed in place; `version` counts up then. */
  readonly lines: Map<number, RunLine>;
  readonly version: number;
  readonly facets: RunFacets;
  /** The run that is shown. */
  readonly current: number | null;
  /** Runs that actions are about, instead of the one that is shown. */
  readonly marked: ReadonlySet<number>;
  /** Where a range of marked runs begins. */
  readonly anchor: number | null;
  /** All of the run that is shown; null until it has come, or when it is gone. */
  readonly run: HistoryRun | null;
  /** Two runs that are compared. */
  readonly compared: readonly [number, number] | null;
  /** Why the history cannot be read; null when it can. */
  readonly problem: string | null;
  /** The dialog for the removal of old runs is open. */
  readonly isPruning: boolean;
}

const stored = readStored();

export const useHistory = create<HistoryState>()(() => ({
  filter: stored.filter,
  ids: null,
  isNarrowed: false,
  counts: null,
  lines: new Map(),
  version: 0,
  facets: { files: [], targets: [] },
  current: stored.current,
  marked: new Set(),
  anchor: null,
  run: null,
  compared: stored.compared,
  problem: null,
  isPruning: false,
}));

/** Where the list was scrolled to: going back leads there. */
export const place = { offset: stored.offset };

export const remember = (): void => {
  const { filter, current, compared } = useHistory.getState();
  sessionStorage.setItem(storageKey, JSON.stringify({ filter, current, compared, offset: place.offset }));
};

let searches = 0;

/** Asks which runs fit. What is marked and not among them is not marked any more. */
export async function search(): Promise<void> {
  searches += 1;
  const own = searches;
  try {
    const { filter } = useHistory.getState();
    const { ids, counts } = await bridge.searchHistory(toHistoryQuery(filter, Date.now()));
    if (own !== searches) return;
    const { current, marked, compared } = useHistory.getState();
    const there = marked.size > 0 ? new Set(ids) : null;
    useHistory.setState({
      ids,
      isNarrowed: isFiltered(filter),
      counts,
      problem: null,
      ...(there !== null && { marked: new Set([...marked].filter((id) => there.has(id))) }),
    });
    const first = ids[0];
    if (compared === null && (current === null || !ids.includes(current))) await choose(first ?? null);
    else if (useHistory.getState().run?.id !== current) await loadRun();
  } catch (error) {
    if (own === searches)
      useHistory.setState({ problem: error instanceof Error ? error.message : String(error), ids: new Float64Array() });
  }
}

/** Changes what is looked for. */
export async function setFilter(change: Partial<HistoryFilter>): Promise<void> {
  useHistory.setState(({ filter }) => ({ filter: { ...filter, ...change } }));
  place.offset = 0;
  remember();
  await search();
}

export const clearFilter = (): Promise<void> => {
  const { sort, descending } = useHistory.getState().filter;
  return setFilter({ ...noHistoryFilter, sort, descending });
};

const wanted = new Set<number>();

/** Gets the lines of these runs that are not known yet. */
export async function loadLines(ids: readonly number[]): Promise<void> {
  const { lines } = useHistory.getState();
  const missing = ids.filter((id) => !lines.has(id) && !wanted.has(id));
  for (const id of missing) wanted.add(id);
  for (let from = 0; from < missing.length; from += linesAtOnce)
    await fetchLines(missing.slice(from, from + linesAtOnce));
}

async function fetchLines(ids: readonly number[]): Promise<void> {
  try {
    const found = await bridge.getHistoryLines(ids);
    const { lines } = useHistory.getState();
    for (const line of found) lines.set(line.id, line);
    useHistory.setState(({ version }) => ({ version: version + 1 }));
  } finally {
    for (const id of ids) wanted.delete(id);
  }
}

export async function loadFacets(): Promise<void> {
  useHistory.setState({ facets: await bridge.getHistoryFacets() });
}

/** Shows a run. */
export async function choose(id: number | null): Promise<void> {
  const { run } = useHistory.getState();
  useHistory.setState({ current: id, compared: null, ...(run?.id !== id && { run: null }) });
  remember();
  await loadRun();
}

async function loadRun(): Promise<void> {
  const { current } = useHistory.getState();
  if (current === null) return;
  const run = await bridge.getHistoryRun(current);
  if (useHistory.getState().current === current) useHistory.setState({ run });
}

/** Compares two runs, or shows one again with null. */
export function compare(pair: readonly [number, number] | null): void {
  useHistory.setState({ compared: pair });
  remember();
  if (pair === null) void search();
}

export const mark = (marked: ReadonlySet<number>, anchor: number | null): void =>
  useHistory.setState({ marked, anchor });

/** The runs that actions are about: those that are marked, in the order of the list, or the one that is shown. */
export function targets({ ids, marked, current }: HistoryState = useHistory.getState()): readonly number[] {
  if (marked.size === 0) return current === null ? [] : [current];
  return marked.size === 1 ? [...marked] : [...(ids ?? [])].filter((id) => marked.has(id));
}

/** The two runs that can be compared: both that are marked, or the marked one with the one that is shown. */
export function pairToCompare({ marked, current }: HistoryState): readonly [number, number] | null {
  const both = marked.size === 1 && current !== null ? new Set([...marked, current]) : marked;
  const [first, second] = [...both].sort((a, b) => a - b);
  return both.size === 2 && first !== undefined && second !== undefined ? [first, second] : null;
}

const followers = new Set<HistoryFollower>();

interface HistoryFollower {
  readonly runs: readonly number[];
  readonly changed: () => void;
}

/** Calls a function when one of these runs has changed or is gone, until the returned one is called. */
export function onNewsOf(runs: readonly number[], changed: () => void): () => void {
  const follower = { runs, changed };
  followers.add(follower);
  return () => followers.delete(follower);
}

let timer: ReturnType<typeof setTimeout> | null = null;
let isDue = false;

/** Something has happened in the history: what is shown of it is read again. */
export function onNews({ runs, removed, all }: HistoryNews): void {
  const { lines, current } = useHistory.getState();
  const known = all ? [...lines.keys()] : runs.filter((run) => lines.has(run));
  for (const run of removed) lines.delete(run);
  // Those in sight are fetched again by the list, the others when they come into sight.
  if (all) lines.clear();
  else if (known.length > 0) void fetchLines(known.slice(0, linesAtOnce));
  for (const run of known.slice(linesAtOnce)) lines.delete(run);
  if (removed.length > 0 || all) useHistory.setState(({ version }) => ({ version: version + 1 }));
  if (current !== null && (all || runs.includes(current))) void loadRun();
  for (const follower of followers)
    if (all || follower.runs.some((run) => runs.includes(run) || removed.includes(run))) follower.changed();
  searchSoon();
}

function searchSoon(): void {
  if (timer !== null) {
    isDue = true;
    return;
  }
  void search();
  timer = setTimeout(() => {
    timer = null;
    if (isDue) searchSoon();
    isDue = false;
  }, restMs);
}

interface Stored {
  readonly filter: HistoryFilter;
  readonly current: number | null;
  readonly compared: readonly [number, number] | null;
  readonly offset: number;
}

function readStored(): Stored {
  const empty: Stored = { filter: noHistoryFilter, current: null, compared: null, offset: 0 };
  try {
    const value: unknown = JSON.parse(sessionStorage.getItem(storageKey) ?? 'null');
    if (typeof value !== 'object' || value === null) return empty;
    const { filter, current, compared, offset } = value as Partial<Record<keyof Stored, unknown>>;
    return {
      filter: readFilter(filter),
      current: typeof current === 'number' ? current : null,
      compared: isPair(compared) ? compared : null,
      offset: typeof offset === 'number' ? offset : 0,
    };
  } catch {
    return empty;
  }
}

const isPair = (value: unknown): value is readonly [number, number] =>
  Array.isArray(value) && value.length === 2 && value.every((id) => typeof id === 'number');
