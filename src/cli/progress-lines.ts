import type { Paint } from './paint';
import type { JobView } from './run-events';
import { endOf, percentOf, rateOf } from './run-state';
import { cleanText, counted, displayWidth, fit, shorten } from './text';
import { clockText, durationText, rateText } from './time-text';

/** The terminal that lines are made for. */
export interface Screen {
  readonly columns: number;
  readonly rows: number;
  /** Whether it shows block characters. */
  readonly unicode: boolean;
  readonly paint: Paint;
}

/**
 * The live part of the terminal: for each running job a line with its bar and, while there is room, one with its ranks;
 * last how many wait. Never more lines than fit on the screen, never wider than it.
 */
export function progressLines(jobs: readonly JobView[], now: number, screen: Screen): string[] {
  const running = jobs.filter((job) => job.phase === 'running');
  const room = Math.max(1, screen.rows - 3);
  const withRanks = running.length * 2 <= room;
  const shown = running.slice(0, room);
  const labelWidth = Math.min(
    Math.floor(screen.columns / 3),
    Math.max(0, ...shown.map((job) => displayWidth(cleanText(job.label)))),
  );
  const bars = shown.flatMap((job) => {
    const ranks = withRanks ? rankLine(job, screen.columns) : '';
    return [barLine(job, labelWidth, now, screen), ...(ranks === '' ? [] : [screen.paint.dim(ranks)])];
  });
  const rest = restLine(jobs, running.length - shown.length);
  return rest === '' ? bars : [...bars, screen.paint.dim(shorten(rest, screen.columns))];
}

const widestBar = 40;
const narrowestBar = 8;

/** `label  ████████░░░░  12 of 20   60%  5.1/s  ends 14:32:05` */
function barLine(job: JobView, labelWidth: number, now: number, screen: Screen): string {
  const label = fit(cleanText(job.label), labelWidth);
  const parts = figurePartsOf(job, now);
  const beside = screen.columns - labelWidth - 2;
  const besideBar = beside - narrowestBar - 2;
  // When it ends and what has failed is worth more than a bar; the rate and the percentage are worth less.
  const hasRoom = displayWidth(textOf(parts.filter(({ rank }) => rank <= lastEssential))) <= besideBar;
  if (job.range === 0 || !hasRoom) return shorten(`${label}  ${fitting(parts, beside)}`, screen.columns);
  const figures = fitting(parts, besideBar);
  const width = Math.min(widestBar, beside - displayWidth(figures) - 2);
  const filled = Math.min(width, Math.floor((job.progress * width) / job.range));
  const [full, empty] = screen.unicode ? ['█', '░'] : ['#', '-'];
  return `${label}  ${screen.paint.good(full.repeat(filled))}${screen.paint.dim(empty.repeat(width - filled))}  ${figures}`;
}

/** What the bar shows, in figures; the same for the plain lines. */
export function figuresOf(job: JobView, now: number): string {
  return textOf(figurePartsOf(job, now));
}

interface FigurePart {
  readonly text: string;
  /** Of those that do not fit the highest is left out first; 0 is never left out. */
  readonly rank: number;
}

/** The highest of those that a bar gives way to. */
const lastEssential = 2;

function figurePartsOf(job: JobView, now: number): FigurePart[] {
  const { progress, range, failed, startedAt = now } = job;
  const rate = rateOf(job, now);
  const end = endOf(job, now);
  const failures: FigurePart[] = failed > 0 ? [{ text: `${failed} failed`, rank: 1 }] : [];
  if (range === 0) return [{ text: `running for ${durationText(now - startedAt)}`, rank: 0 }, ...failures];
  return [
    { text: `${String(progress).padStart(String(range).length)} of ${range}`, rank: 0 },
    { text: `${percentOf(job)}%`.padStart(4), rank: 4 },
    ...failures,
    ...(rate === undefined ? [] : [{ text: rateText(rate), rank: 3 }]),
    ...(progress >= range
      ? [{ text: 'finishing', rank: 2 }]
      : end === undefined
        ? []
        : [{ text: `ends ${clockText(end, now)}`, rank: 2 }]),
  ];
}

/** As many of the parts as fit, in their order; the first in any case. */
function fitting(parts: readonly FigurePart[], columns: number): string {
  for (let left = parts; ; ) {
    const worst = Math.max(...left.map(({ rank }) => rank));
    if (worst === 0 || displayWidth(textOf(left)) <= columns) return textOf(left);
    left = left.filter(({ rank }) => rank !== worst);
  }
}

function textOf(parts: readonly FigurePart[]): string {
  return parts.map(({ text }) => text).join('  ');
}

/**
 * Each rank with what it has finished: `  0 [0,12) 7  1 [12,25) 8  +6 more` where each has one part of the range,
 * `  0: 120  1: 118` where they take one chunk after the other. Empty when there are none.
 */
export function rankLine({ plan, ranks }: JobView, columns: number): string {
  const hasParts = plan.kind === 'call' || (plan.kind !== 'script' && plan.schedule.kind === 'static');
  let line = '';
  for (const [rank, { start, end, count }] of ranks.entries()) {
    const longer = `${line}  ${rank}${hasParts ? ` [${start},${end})` : ':'} ${count}`;
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
