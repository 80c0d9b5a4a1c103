import type { JobRow, RowState } from '../../shared/ipc';

const integers = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const decimals = new Intl.NumberFormat('en-US', { maximumFractionDigits: 6 });
const short = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 3 });
const brief = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 2 });
const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });

/** A whole number with thousands separators: `1,310,720`. */
export const formatCount = (count: number): string => integers.format(count);

/**
 * Share of a range that is finished, as whole percent. It is rounded down, and says 100% only of a job that has ended:
 * combining and writing come after the last item.
 */
export function formatPercent(progress: number, range: number, state: RowState): string {
  return `${percentOf(progress, range, state)}%`;
}

/** The same as a number from 0 to 100. */
export function percentOf(progress: number, range: number, state: RowState): number {
  if (state === 'done') return 100;
  const hasEnded = state === 'failed' || state === 'cancelled';
  if (hasEnded && range > 0 && progress >= range) return 100;
  return range === 0 ? 0 : Math.min(99, Math.floor((progress / range) * 100));
}

/** A length of time: `35 µs`, `840 ms`, `12.4 s`, `3 min 05 s`, `2 h 03 min`. */
export function formatDuration(ms: number): string {
  if (ms > 0 && ms < 0.0005) return '<1 µs';
  if (ms > 0 && ms < 0.9995) return `${Math.round(ms * 1000)} µs`;
  if (ms > 0 && ms < 9.95) return `${brief.format(ms)} ms`;
  if (ms < 999.5) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${pad(seconds % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${pad(minutes % 60)} min`;
}

/** A time since the begin, for an axis: `0`, `250 ms`, `12.5 s`, `3:05`, `2:03:00`. */
export function formatTick(ms: number): string {
  if (ms === 0) return '0';
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${Number((ms / 1000).toFixed(2))} s`;
  const seconds = Math.floor(ms / 1000);
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return hours > 0 ? `${hours}:${pad(minutes)}:${pad(seconds % 60)}` : `${minutes}:${pad(seconds % 60)}`;
}

/** Memory: `850 KiB`, `64 MiB`, `1.5 GiB`. */
export function formatMemory(mib: number): string {
  if (mib >= 1024) return `${short.format(mib / 1024)} GiB`;
  return mib >= 1 ? `${integers.format(mib)} MiB` : `${integers.format(mib * 1024)} KiB`;
}

/** Items a second: `0.25/s`, `34.5/s`, `1,234/s`, `15.2 M/s`. */
export function formatRate(rate: number): string {
  if (rate >= 1e9) return `${short.format(rate / 1e9)} G/s`;
  if (rate >= 1e6) return `${short.format(rate / 1e6)} M/s`;
  if (rate >= 1000) return `${integers.format(rate)}/s`;
  return `${short.format(rate)}/s`;
}

/** Time of day: `14:05:09`. */
export const formatClock = (time: number): string => clock.format(time);

/** Day and time: `2026-03-05 14:05:09`. */
export function formatDate(time: number): string {
  const date = new Date(time);
  const day = [date.getFullYear(), date.getMonth() + 1, date.getDate()].map((part) => pad(part)).join('-');
  return `${day} ${formatClock(time)}`;
}

/** A figure of a report: whole numbers with separators, others to six decimals, very large or small ones with an exponent. */
export function formatFigure(value: number | string): string {
  if (typeof value === 'string') return value;
  if (!Number.isFinite(value)) return String(value);
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return integers.format(value);
  const size = Math.abs(value);
  return size >= 1e-4 && size < 1e15 ? decimals.format(value) : value.toExponential(6);
}

const plain = new Intl.NumberFormat('en-US', { maximumFractionDigits: 6, useGrouping: false });

/** A value in a table or under a pointer: without separators, so that it can be compared with what a file has. */
export function formatValue(value: string | number | boolean | null): string {
  if (value === null) return '';
  if (typeof value !== 'number') return String(value);
  const size = Math.abs(value);
  if (Number.isInteger(value) || !Number.isFinite(value)) return String(value);
  return size >= 1e-4 && size < 1e15 ? plain.format(value) : value.toExponential(6);
}

/** A part of a range, its end left out: `[0, 12)`. */
export const formatRange = (start: number, end: number): string => `[${formatCount(start)}, ${formatCount(end)})`;

/** A number and its noun: `1 job`, `3 jobs`. */
export const formatPlural = (count: number, one: string, many = `${one}s`): string =>
  `${formatCount(count)} ${count === 1 ? one : many}`;

/** Without an end of any item for so long, in milliseconds, a job says so; longer when its items take longer. */
const stalledMs = 20_000;
const stalledItems = 5;

/**
 * For how many milliseconds a running job has finished nothing; null while that is as usual: shorter than 20 seconds, or
 * than five of its items have taken on the average.
 */
export function stalledFor(
  { state, movedAt, startedAt, progress }: Pick<JobRow, 'state' | 'movedAt' | 'startedAt' | 'progress'>,
  now: number,
): number | null {
  if (state !== 'running' || movedAt === null) return null;
  const usual = startedAt === null || progress === 0 ? 0 : (movedAt - startedAt) / progress;
  const silent = now - movedAt;
  return silent >= Math.max(stalledMs, stalledItems * usual) ? silent : null;
}

/**
 * When a running job should be done, in milliseconds since the epoch; null while that would be a guess: in the first
 * two seconds, before 2% of the work, without a rate, and when it would be more than a day.
 */
export function estimateEnd(
  progress: number,
  range: number,
  rate: number | null,
  startedAt: number,
  now: number,
): number | null {
  if (rate === null || rate <= 0 || now - startedAt < 2000 || progress < range * 0.02) return null;
  const remainingMs = ((range - progress) / rate) * 1000;
  return remainingMs > 86_400_000 ? null : now + remainingMs;
}

const pad = (value: number): string => String(value).padStart(2, '0');
