import type { RunFacet, RunState } from '../../shared/stored-run';
import type { RunFacets, RunKeys, RunLine, RunQuery } from '../types';
import { readError } from './error-table';
import { orderOf, whereOf } from './run-query';
import { toRunRow } from './run-table';
import type { Store } from './store';

/** So many targets are told of a run, and so many files and targets of all runs. */
const shownTargets = 4;
const mostFacets = 500;
const longestFailure = 300;

/**
 * The numbers of all runs that fit a query, in its order, and how many there are of each state. A hundred thousand take
 * a tenth of a second: SQLite makes one text of them, since a row for each would take five times as long.
 */
export function search(store: Store, query: RunQuery): RunKeys {
  const { where, values } = whereOf(query);
  const found = store.database
    .prepare<{ ids: string }>(
      `SELECT json_group_array(id) AS ids FROM (SELECT runs.id FROM runs ${where} ORDER BY ${orderOf(query)})`,
    )
    .get(...values);
  const { states: _, ...others } = query;
  const any = whereOf(others);
  const counts: Record<RunState, number> = { ...noRuns };
  for (const { state, runs } of store.database
    .prepare<{ state: RunState; runs: number }>(`SELECT state, count(*) AS runs FROM runs ${any.where} GROUP BY state`)
    .all(...any.values))
    counts[state] = runs;
  return { ids: Float64Array.from(JSON.parse(found?.ids ?? '[]') as number[]), counts };
}

/** Some runs as the list of the history shows them; those that are gone are left out. */
export function lines(store: Store, ids: readonly number[]): RunLine[] {
  const wanted = JSON.stringify(ids);
  const targets = new Map<number, string[]>();
  const failures = new Map<number, string>();
  for (const { run, target, error } of store.database
    .prepare<{ run: number; target: string; error: string | null }>(
      `SELECT run, target, error FROM (
         SELECT run, target, error, row_number() OVER (PARTITION BY run ORDER BY error IS NULL, place) AS nth
         FROM jobs WHERE run IN (SELECT value FROM json_each(?)))
       WHERE nth <= ? ORDER BY run, nth`,
    )
    .all(wanted, shownTargets)) {
    const own = targets.get(run) ?? [];
    if (!own.includes(target)) own.push(target);
    targets.set(run, own);
    const info = readError(error);
    if (info !== null && !failures.has(run)) failures.set(run, firstLine(`${info.name}: ${info.message}`));
  }
  return store.runs.select('runs.id IN (SELECT value FROM json_each(?))', wanted).map((row) => ({
    ...toRunRow(row, store.owners.self),
    targets: targets.get(row.id) ?? [],
    failure: failures.get(row.id) ?? null,
  }));
}

/** Job files and targets of the history, those with most runs first. */
export function facets(store: Store): RunFacets {
  const { database } = store;
  return {
    files: database
      .prepare<RunFacet>(
        'SELECT file AS value, count(*) AS runs FROM runs WHERE file IS NOT NULL GROUP BY file ORDER BY runs DESC, file LIMIT ?',
      )
      .all(mostFacets),
    targets: database
      .prepare<RunFacet>(
        'SELECT target AS value, count(DISTINCT run) AS runs FROM jobs GROUP BY target ORDER BY runs DESC, target LIMIT ?',
      )
      .all(mostFacets),
  };
}

const noRuns: Readonly<Record<RunState, number>> = {
  queued: 0,
  running: 0,
  interrupted: 0,
  paused: 0,
  done: 0,
  failed: 0,
  cancelled: 0,
};

const firstLine = (text: string): string => text.split('\n', 1)[0]?.slice(0, longestFailure) ?? '';
