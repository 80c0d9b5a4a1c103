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
  const jobs = new Map<number, JobText[]>();
  // Those that have failed are among them, and the first one.
  for (const job of store.database
    .prepare<JobText>(
      `SELECT run, place, label, target, error FROM (
         SELECT run, place, label, target, error,
           row_number() OVER (PARTITION BY run ORDER BY error IS NULL, place) AS nth
         FROM jobs WHERE run IN (SELECT value FROM json_each(?)) AND kind <> 'call')
       WHERE nth <= ? OR place = 0 ORDER BY run, place`,
    )
    .all(wanted, shownTargets))
    jobs.set(job.run, [...(jobs.get(job.run) ?? []), job]);
  return store.runs.select('runs.id IN (SELECT value FROM json_each(?))', wanted).map((row) => {
    const own = jobs.get(row.id) ?? [];
    const failed = readError(own.find(({ error }) => error !== null)?.error ?? null);
    return {
      ...toRunRow(row, store.owners.self),
      label: own[0]?.label ?? '',
      targets: [...new Set(own.map(({ target }) => target))],
      failure: failed && firstLine(`${failed.name}: ${failed.message}`),
    };
  });
}

interface JobText {
  readonly run: number;
  readonly place: number;
  readonly label: string;
  readonly target: string;
  readonly error: string | null;
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
        "SELECT target AS value, count(DISTINCT run) AS runs FROM jobs WHERE kind <> 'call' GROUP BY target ORDER BY runs DESC, target LIMIT ?",
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
