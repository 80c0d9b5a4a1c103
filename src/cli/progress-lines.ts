import type { Paint } from './paint';
import type { JobView, RankView } from './run-events';
import { endOf, percentOf, rateOf } from './run-state';
import { cleanText, counted, displayWidth, fit, shorten } from './text';
import { clockText, rateText } from './time-text';

/** The terminal that lines are made for. */
export interface Screen {
  readonly columns: number;
  readonly rows: number;
  /** Whether it shows block characters. */
  readonly unicode: boolean;
  readonly paint: Paint;
}

/**
 * The live part of the terminal: for each running job a line with its bar and one with its ranks, and last how many
 * wait. Never more lines than fit on the screen, never wider than it.
 */
export function progressLines(jobs: readonly JobView[], now: number, screen: Screen): string[] {
  const running = jobs.filter((job) => job.phase === 'running');
  const shown = running.slice(0, Math.max(1, Math.floor((screen.rows - 3) / 2)));
  const labelWidth = Math.min(
    Math.floor(screen.columns / 3),
    Math.max(0, ...shown.map((job) => displayWidth(cleanText(job.plan.label)))),
  );
  const bars = shown.flatMap((job) => [
    barLine(job, labelWidth, now, screen),
    screen.paint.dim(rankLine(job.ranks, screen.columns)),
  ]);
  const rest = restLine(jobs, running.length - shown.length);
  return rest === '' ? bars : [...bars, screen.paint.dim(shorten(rest, screen.columns))];
}

/** `label  ████████░░░░  12 of 20   60%  5.1/s  ends 14:32:05` */
function barLine(job: JobView, labelWidth: number, now: number, screen: Screen): string {
  const label = fit(cleanText(job.plan.label), labelWidth);
  const figures = figuresOf(job, now);
  const room = screen.columns - labelWidth - displayWidth(figures) - 4;
  if (room < 6) return shorten(`${label}  ${figures}`, screen.columns);
  const width = Math.min(room, 40);
  const filled = Math.floor((job.progress * width) / job.plan.range);
  const [full, empty] = screen.unicode ? ['█', '░'] : ['#', '-'];
  return `${label}  ${screen.paint.good(full.repeat(filled))}${screen.paint.dim(empty.repeat(width - filled))}  ${figures}`;
}

/** What the bar shows, in figures; the same for the plain lines. */
export function figuresOf(job: JobView, now: number): string {
  const done = `${String(job.progress).padStart(String(job.plan.range).length)} of ${job.plan.range}`;
  const parts = [done, `${percentOf(job)}%`.padStart(4)];
  const rate = rateOf(job, now);
  if (rate !== undefined) parts.push(rateText(rate));
  const end = endOf(job, now);
  if (job.progress >= job.plan.range) parts.push('finishing');
  else if (end !== undefined) parts.push(`ends ${clockText(end, now)}`);
  return parts.join('  ');
}

/** `  0 [0,12) 7  1 [12,25) 8  +6 more`: each rank with its part of the range and what it has finished of it. */
export function rankLine(ranks: readonly RankView[], columns: number): string {
  let line = '';
  for (const [rank, { start, end, count }] of ranks.entries()) {
    const longer = `${line}  ${rank} [${start},${end}) ${count}`;
    const after = ranks.length - rank - 1;
    if (longer.length + (after > 0 ? `  +${after} more`.length : 0) > columns) {
      return shorten(`${line}  +${after + 1} more`, columns);
    }
    line = longer;
  }
  return line;
}

function restLine(jobs: readonly JobView[], hidden: number): string {
  if (jobs.length === 1) return '';
  const count = (phase: JobView['phase']): number => jobs.filter((job) => job.phase === phase).length;
  const parts = [
    ...(hidden > 0 ? [`${hidden} more running`] : []),
    ...(count('waiting') > 0 ? [`${count('waiting')} waiting`] : []),
    `${count('ended')} of ${counted(jobs.length, 'job')} ended`,
  ];
  return parts.join(', ');
}
