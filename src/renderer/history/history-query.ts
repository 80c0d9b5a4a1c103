import type { HistoryQuery, HistorySort } from '../../shared/ipc-history';
import type { RunState } from '../../shared/stored-run';

/** When runs were queued that are wanted. */
export const periods = ['any', 'today', 'week', 'month', 'range'] as const;
export type Period = (typeof periods)[number];

/** What a person has set above the list. Days are `2026-03-05`, empty while not given. */
export interface HistoryFilter {
  readonly text: string;
  readonly states: readonly RunState[];
  readonly period: Period;
  readonly from: string;
  readonly to: string;
  readonly target: string | null;
  readonly file: string | null;
  readonly sort: HistorySort;
  readonly descending: boolean;
}

export const noHistoryFilter: HistoryFilter = {
  text: '',
  states: [],
  period: 'any',
  from: '',
  to: '',
  target: null,
  file: null,
  sort: 'created',
  descending: true,
};

/** Whether some runs may be left out. */
export const isFiltered = ({ text, states, period, target, file, from, to }: HistoryFilter): boolean =>
  text.trim() !== '' ||
  states.length > 0 ||
  target !== null ||
  file !== null ||
  (period === 'range' ? from !== '' || to !== '' : period !== 'any');

/** What main is asked for. Days begin and end where the person is. @param now milliseconds since the epoch */
export function toHistoryQuery(filter: HistoryFilter, now: number): HistoryQuery {
  const { period: _, from: _from, to: _to, ...rest } = filter;
  return { ...rest, ...spanOf(filter, now), endedBefore: null };
}

/** Every run that ended so many days ago or earlier. */
export const endedBefore = (days: number, now: number): HistoryQuery => ({
  ...toHistoryQuery(noHistoryFilter, now),
  states: ['done', 'failed', 'cancelled'],
  endedBefore: now - days * 86_400_000,
});

function spanOf({ period, from, to }: HistoryFilter, now: number): Pick<HistoryQuery, 'since' | 'until'> {
  switch (period) {
    case 'any':
      return { since: null, until: null };
    case 'today':
      return { since: dayBegin(now, 0), until: null };
    case 'week':
      return { since: dayBegin(now, -6), until: null };
    case 'month':
      return { since: dayBegin(now, -29), until: null };
    case 'range':
      return { since: dayOf(from, 0), until: dayOf(to, 1) };
  }
}

/** Begin of the day that lies so many days after today. */
function dayBegin(now: number, days: number): number {
  const date = new Date(now);
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() + days).getTime();
}

/** Begin of a day, or of one after it; null when there is none. */
function dayOf(day: string, more: number): number | null {
  const [year, month, date] = day.split('-').map(Number);
  if (year === undefined || month === undefined || date === undefined || Number.isNaN(year + month + date)) return null;
  return new Date(year, month - 1, date + more).getTime();
}

/** A stored filter as it was; what does not fit any more is left out. */
export function readFilter(value: unknown): HistoryFilter {
  if (typeof value !== 'object' || value === null) return noHistoryFilter;
  const known = Object.entries(noHistoryFilter).map(([name, otherwise]: [string, unknown]) => {
    const stored: unknown = Reflect.get(value, name);
    const fits =
      typeof stored === typeof otherwise || (otherwise === null && typeof stored === 'string') || stored === null;
    return [name, fits && Array.isArray(stored) === Array.isArray(otherwise) ? stored : otherwise];
  });
  return Object.fromEntries(known) as HistoryFilter;
}
