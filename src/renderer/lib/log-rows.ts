import { combineRank, type LogEntry } from '../../shared/run';

/** A line of the log as it is shown, or the place where lines are missing. */
export type LogRow =
  | { readonly kind: 'line'; readonly entry: LogEntry; readonly text: string }
  | { readonly kind: 'gap'; readonly count: number; readonly text: '' };

/** Which lines a person wants to see. */
export interface LogFilter {
  /** Null shows all ranks. */
  readonly rank: number | null;
  readonly stream: LogEntry['stream'] | null;
}

export const everything: LogFilter = { rank: null, stream: null };

/** The rows of a log: the lines that are wanted, and how many are missing between them. */
export function logRows(entries: readonly LogEntry[], { rank, stream }: LogFilter): LogRow[] {
  const rows: LogRow[] = [];
  let next = 0;
  for (const entry of entries) {
    if (entry.number > next) rows.push({ kind: 'gap', count: entry.number - next, text: '' });
    next = entry.number + 1;
    if ((rank === null || entry.rank === rank) && (stream === null || entry.stream === stream))
      rows.push({ kind: 'line', entry, text: entry.text });
  }
  return rows;
}

/** What stands before a line: who printed it. */
export const rankName = (rank: number): string => (rank === combineRank ? 'combine' : String(rank));

/** Lines as text for the clipboard: time, rank, line. */
export const logText = (rows: readonly LogRow[]): string =>
  rows
    .map((row) =>
      row.kind === 'gap'
        ? `… ${row.count} lines are not kept`
        : `${new Date(row.entry.at).toISOString()}\t${rankName(row.entry.rank)}\t${row.text}`,
    )
    .join('\n');
