import type { Series } from '../../shared/report';
import type { ThroughputData } from '../../shared/run';

/** Shortest time over which a rate is measured, in milliseconds, and the share of the run that it is at least. */
const leastWindow = 1000;
const windowShare = 0.015;

/** The rates of a run over time. */
export interface Rates {
  /** Milliseconds since the first sample, and items a second. */
  readonly series: readonly Series[];
  /** How many of the values are known. */
  readonly points: number;
  readonly now: number | null;
  readonly average: number | null;
  readonly peak: number | null;
}

/** Items a second over time: each value is that of the time before it, long enough to be steady. */
export function ratesOf({ at, total, ranks }: ThroughputData): Rates {
  const began = at[0] ?? 0;
  const ended = at.at(-1) ?? began;
  const window = Math.max(leastWindow, (ended - began) * windowShare);
  const totalRate = rateOf(at, total, window);
  // Nothing is drawn of the time before the first rate.
  const from = Math.max(0, totalRate.findIndex(Number.isFinite));
  const x = at.subarray(from).map((time) => time - began);
  const series: Series[] = [{ name: 'All', x, y: totalRate.subarray(from) }];
  if (ranks.length > 1)
    for (const [rank, counts] of ranks.entries())
      series.push({ name: `Rank ${rank}`, x, y: rateOf(at, counts, window).subarray(from) });
  const known = totalRate.filter((rate) => Number.isFinite(rate));
  const done = (total.at(-1) ?? 0) - (total[0] ?? 0);
  return {
    series,
    points: known.length,
    now: known.at(-1) ?? null,
    average: ended > began ? (done / (ended - began)) * 1000 : null,
    peak: known.length === 0 ? null : known.reduce((most, rate) => Math.max(most, rate), 0),
  };
}

function rateOf(at: Float64Array, counts: Float64Array, window: number): Float64Array {
  const rates = new Float64Array(at.length).fill(Number.NaN);
  let back = 0;
  for (let place = 1; place < at.length; place += 1) {
    const time = at[place] ?? 0;
    while (back + 1 < place && time - (at[back + 1] ?? 0) >= window) back += 1;
    const span = time - (at[back] ?? 0);
    // Before so much time has passed a rate would say little.
    if (span >= Math.min(window, 300)) rates[place] = (((counts[place] ?? 0) - (counts[back] ?? 0)) / span) * 1000;
  }
  return rates;
}
