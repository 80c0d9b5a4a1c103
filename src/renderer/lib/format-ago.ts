import { formatClock, formatDate } from './format';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** How long ago something was, as people say it: `just now`, `5 min ago`, `3 h ago`, `yesterday 14:05`, `2026-03-05 14:05`, after most of a year `2026-03-05`. */
export function formatAgo(time: number, now: number): string {
  const ago = now - time;
  if (ago < minute) return 'just now';
  if (ago < hour) return `${Math.floor(ago / minute)} min ago`;
  if (ago < 12 * hour) return `${Math.floor(ago / hour)} h ago`;
  const days = Math.round((dayOf(now) - dayOf(time)) / day);
  const clock = formatClock(time).slice(0, 5);
  if (days === 0) return `today ${clock}`;
  if (days === 1) return `yesterday ${clock}`;
  return formatDate(time).slice(0, days < 300 ? 16 : 10);
}

/** Where the day of a time begins. */
function dayOf(time: number): number {
  const date = new Date(time);
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}
