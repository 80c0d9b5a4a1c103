import type { SqlValue } from '../database';
import type { RunQuery, RunSort } from '../types';

const sorts: Readonly<Record<RunSort, readonly [column: string, isTurned: boolean][]>> = {
  order: [
    ['priority', true],
    ['position', false],
  ],
  created: [['created', false]],
  started: [['runs.started', false]],
  ended: [['ended', false]],
  name: [['name COLLATE NOCASE', false]],
  state: [['state', false]],
  duration: [['ended - runs.started', false]],
  failed: [
    ['failed', false],
    ['jobs_failed', false],
  ],
};

/** What a query asks for, as a condition and its values. */
export function whereOf(query: RunQuery): { readonly where: string; readonly values: SqlValue[] } {
  const conditions: string[] = [];
  const values: SqlValue[] = [];
  const add = (condition: string, ...given: readonly SqlValue[]): void => {
    conditions.push(condition);
    values.push(...given);
  };
  for (const word of query.text?.toLowerCase().split(/\s+/) ?? []) if (word) add('instr(search, ?) > 0', word);
  if (query.states) add(`state IN (${query.states.map(() => '?').join(', ')})`, ...query.states);
  if (query.ids) add('runs.id IN (SELECT value FROM json_each(?))', JSON.stringify(query.ids));
  if (query.isCleared !== undefined) add('cleared = ?', Number(query.isCleared));
  if (query.since !== undefined) add('created >= ?', query.since);
  if (query.until !== undefined) add('created < ?', query.until);
  if (query.target) add('instr(targets, ?) > 0', query.target.toLowerCase());
  if (query.targetIs !== undefined)
    add('instr(char(10) || targets || char(10), char(10) || ? || char(10)) > 0', query.targetIs.toLowerCase());
  if (query.file !== undefined) add('file = ?', query.file);
  if (query.endedBefore !== undefined) add('ended < ?', query.endedBefore);
  return { where: conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : '', values };
}

/** In which order. Two runs are never equal in it. */
export function orderOf({ sort, descending }: RunQuery): string {
  const isDescending = descending ?? sort === undefined;
  const columns = sorts[sort ?? 'created'].map(
    ([column, isTurned]) => `${column} ${isTurned === isDescending ? 'ASC' : 'DESC'}`,
  );
  return [...columns, `runs.id ${isDescending ? 'DESC' : 'ASC'}`].join(', ');
}
