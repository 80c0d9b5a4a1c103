import { indexStates, type LaneSpans } from '../../shared/range';
import { rankColors } from './rank-color';
import { cssColor } from './use-scheme';

/** A part of time, in milliseconds since the epoch. */
export interface TimeView {
  readonly from: number;
  readonly to: number;
}

/** A span of one lane that is pointed at. */
export interface PointedSpan {
  readonly lane: number;
  readonly began: number;
  /** Null while it goes on. */
  readonly ended: number | null;
  readonly start: number;
  readonly end: number;
  readonly state: (typeof indexStates)[number];
}

interface TimelineSize {
  readonly width: number;
  readonly height: number;
  readonly laneHeight: number;
}

const wrong: ReadonlySet<string> = new Set(['failed', 'lost']);

/** Paints what each rank worked on when, one lane below the other. Pieces that end badly are red and hatched by a gap. */
export function paintTimeline(
  context: CanvasRenderingContext2D,
  lanes: readonly LaneSpans[],
  { from, to }: TimeView,
  now: number,
  { width, height, laneHeight }: TimelineSize,
): void {
  context.clearRect(0, 0, width, height);
  const scale = width / Math.max(1, to - from);
  const bad = cssColor('--bad');
  const gap = Math.max(2, Math.round(laneHeight * 0.2));
  for (const [lane, { spans, states }] of lanes.entries()) {
    const color = cssColor(`--rank-${lane % rankColors}`);
    const top = lane * laneHeight + gap;
    const tall = laneHeight - 2 * gap;
    for (let place = 0; place * 4 < spans.length; place += 1) {
      const began = spans[place * 4] ?? 0;
      const ended = spans[place * 4 + 1] ?? Number.NaN;
      const left = (began - from) * scale;
      const right = ((Number.isNaN(ended) ? now : ended) - from) * scale;
      if (right < 0 || left > width) continue;
      const state = indexStates[states[place] ?? 0] ?? 'done';
      context.globalAlpha = Number.isNaN(ended) ? 0.62 : state === 'skipped' ? 0.35 : 1;
      context.fillStyle = wrong.has(state) ? bad : color;
      // Neighbours are told apart where there is room for it.
      const wide = Math.max(1, right - left);
      context.fillRect(left, top, wide > 4 ? wide - 1 : wide, tall);
      if (wrong.has(state) && wide > 6) {
        context.globalAlpha = 1;
        context.fillStyle = cssColor('--surface');
        context.fillRect(left + 2, top + Math.round(tall / 2) - 1, wide - 5, 2);
      }
    }
  }
  context.globalAlpha = 1;
}

/** The span at a time in a lane; null where the rank worked on nothing. */
export function spanAt(lanes: readonly LaneSpans[], lane: number, time: number, now: number): PointedSpan | null {
  const spans = lanes[lane]?.spans;
  if (spans === undefined) return null;
  for (let place = spans.length / 4 - 1; place >= 0; place -= 1) {
    const [began = 0, ended = 0, start = 0, end = 0] = spans.subarray(place * 4, place * 4 + 4);
    if (time < began || time > (Number.isNaN(ended) ? now : ended)) continue;
    const state = indexStates[lanes[lane]?.states[place] ?? 0] ?? 'done';
    return { lane, began, ended: Number.isNaN(ended) ? null : ended, start, end, state };
  }
  return null;
}

/** Round times since the begin of a run, in milliseconds, for an axis with room for so many. */
export function timeTicks({ from, to }: TimeView, began: number, most: number): number[] {
  const rough = Math.max(1, (to - from) / Math.max(1, most));
  const step = timeSteps.find((candidate) => candidate >= rough) ?? Math.ceil(rough / 3_600_000) * 3_600_000;
  const first = Math.ceil((from - began) / step);
  const count = Math.floor((to - began) / step) - first + 1;
  return Array.from({ length: Math.max(0, count) }, (_, place) => (first + place) * step);
}

const timeSteps = [
  1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000,
  1_800_000, 3_600_000,
];
