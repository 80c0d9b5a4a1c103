import type { Patch } from '../../shared/partial';
import type { Numbers } from '../../shared/report';
import { limits } from '../results/report-schema';
import type { LiveNews, LiveView } from './live-view';

interface Bins {
  readonly edges: readonly number[];
  readonly counts: readonly number[];
}

/** A histogram whose counts are added up, and whose range grows when its bins have one width. */
export class LiveHistogram implements LiveView {
  readonly #id: string;
  readonly #title: string;
  #unit: string | undefined;
  #bins: Bins | null = null;
  #changed = false;

  constructor(id: string, title: string) {
    this.#id = id;
    this.#title = title;
  }

  get bytes(): number {
    return (this.#bins?.edges.length ?? 0) * 16;
  }

  add(patch: Patch): void {
    if (patch.view !== 'histogram') return;
    const { edges, counts, unit } = patch;
    this.#bins = this.#bins === null ? { edges: [...edges], counts: [...counts] } : joined(this.#bins, edges, counts);
    this.#unit = unit ?? this.#unit;
    this.#changed = true;
  }

  take(fresh: boolean): LiveNews | null {
    if (this.#bins === null || !(fresh || this.#changed)) return null;
    this.#changed = false;
    const title = this.#title;
    const unit = this.#unit;
    const { edges, counts } = this.#bins;
    const view = { kind: 'histogram', title, edges, counts, ...(unit === undefined ? {} : { unit }) } as const;
    return { change: { id: this.#id, title, note: null, kind: 'whole', view }, more: false };
  }
}

/** Two histograms as one. Throws a TypeError when their bins do not fit each other. */
export function joined(before: Bins, edges: Numbers, counts: Numbers): Bins {
  if (before.edges.length === edges.length && before.edges.every((edge, index) => edge === edges[index]))
    return { edges: before.edges, counts: before.counts.map((count, index) => count + (counts[index] ?? 0)) };
  const step = stepOf(before.edges);
  const [ownFirst = 0, otherFirst = 0] = [before.edges[0], edges[0]];
  const shift = step === null ? Number.NaN : (otherFirst - ownFirst) / step;
  if (step === null || step !== stepOf(edges) || !Number.isInteger(shift))
    throw new TypeError('its bins do not fit those before: they have other edges, and not multiples of one step');
  const first = Math.min(0, shift);
  const length = Math.max(before.counts.length, shift + counts.length) - first;
  if (length > limits.bins) throw new TypeError(`it would have ${length} bins; at most ${limits.bins} can be shown`);
  const sums = new Array<number>(length).fill(0);
  before.counts.forEach((count, index) => {
    sums[index - first] = count;
  });
  for (let index = 0; index < counts.length; index += 1) {
    const at = index + shift - first;
    sums[at] = (sums[at] ?? 0) + (counts[index] ?? 0);
  }
  const start = Math.min(ownFirst, otherFirst);
  return { edges: Array.from({ length: length + 1 }, (_, index) => start + index * step), counts: sums };
}

/** The width that all bins have exactly; null when they have none in common. */
function stepOf(edges: Numbers): number | null {
  const step = (edges[1] ?? 0) - (edges[0] ?? 0);
  for (let index = 2; index < edges.length; index += 1)
    if ((edges[index] ?? 0) - (edges[index - 1] ?? 0) !== step) return null;
  return step > 0 ? step : null;
}
