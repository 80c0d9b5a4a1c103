import type { LivePoints } from '../../shared/live';
import type { Patch } from '../../shared/partial';
import type { Axes, Series } from '../../shared/report';
import { limits } from '../results/report-schema';
import type { LiveNews, LiveView } from './live-view';

type PlotPatch = Extract<Patch, { view: 'line' | 'scatter' }>;

/** Points of one series that are kept, and that are given out at a time. */
const mostPoints = 100_000;
const pointsAtOnce = 20_000;

/** A plot to whose series points are added. */
export class LivePlot implements LiveView {
  readonly #id: string;
  readonly #title: string;
  readonly #plot: 'line' | 'scatter';
  readonly #series = new Map<string, GrowingSeries>();
  #axes: Axes = {};

  constructor(id: string, { title, view }: PlotPatch) {
    this.#id = id;
    this.#title = title;
    this.#plot = view;
  }

  get bytes(): number {
    return [...this.#series.values()].reduce((sum, one) => sum + one.bytes, 0);
  }

  add(patch: Patch): void {
    if (patch.view !== 'line' && patch.view !== 'scatter') return;
    const added = patch.series.filter(({ name }) => !this.#series.has(name)).length;
    if (this.#series.size + added > limits.series)
      throw new TypeError(`it would have more than ${limits.series} series`);
    for (const { name, ...points } of patch.series) {
      const series = this.#series.get(name) ?? new GrowingSeries(name);
      this.#series.set(name, series);
      series.append(points, this.#plot === 'line');
    }
    const { xLabel, xUnit, yLabel, yUnit, yScale } = patch;
    const given = Object.entries({ xLabel, xUnit, yLabel, yUnit, yScale }).filter(([, value]) => value !== undefined);
    this.#axes = { ...this.#axes, ...Object.fromEntries(given) };
  }

  take(fresh: boolean): LiveNews | null {
    const all = [...this.#series.values()];
    const series = all.flatMap((one) => one.take(fresh) ?? []);
    if (series.length === 0) return null;
    const step = Math.max(...all.map((one) => one.step));
    const note = step === 1 ? null : `One point of ${step} is kept while the job runs.`;
    return {
      change: { id: this.#id, title: this.#title, note, kind: 'points', plot: this.#plot, axes: this.#axes, series },
      more: all.some((one) => one.hasMore),
    };
  }
}

/** Points of one series. When there are too many, every second one is dropped: the whole extent stays. */
class GrowingSeries {
  step = 1;
  readonly #name: string;
  #x = new Float64Array(1024);
  #y = new Float64Array(1024);
  #length = 0;
  /** How many points were ever added. */
  #seen = 0;
  #lastX = -Infinity;
  #given = 0;

  constructor(name: string) {
    this.#name = name;
  }

  get bytes(): number {
    return this.#x.byteLength * 2;
  }

  get hasMore(): boolean {
    return this.#given < this.#length;
  }

  append({ x, y }: Omit<Series, 'name'>, ordered: boolean): void {
    if (x !== undefined && x.length !== y.length)
      throw new TypeError(`its series "${this.#name}" has ${x.length} values of x and ${y.length} of y`);
    for (let index = 0; index < y.length; index += 1) {
      const at = x?.[index] ?? this.#seen;
      if (ordered && at < this.#lastX)
        throw new TypeError(`the x of its series "${this.#name}" goes back from ${this.#lastX} to ${at}`);
      this.#lastX = at;
      if (this.#seen % this.step === 0) this.#push(at, y[index] ?? Number.NaN);
      this.#seen += 1;
    }
  }

  take(fresh: boolean): LivePoints | null {
    if (fresh) this.#given = 0;
    const from = this.#given;
    const to = Math.min(this.#length, from + pointsAtOnce);
    if (to === from && !fresh) return null;
    this.#given = to;
    return { name: this.#name, from, x: this.#x.slice(from, to), y: this.#y.slice(from, to) };
  }

  #push(x: number, y: number): void {
    if (this.#length === mostPoints) this.#halve();
    if (this.#length === this.#x.length) {
      const [oldX, oldY] = [this.#x, this.#y];
      this.#x = new Float64Array(Math.min(mostPoints, oldX.length * 2));
      this.#y = new Float64Array(this.#x.length);
      this.#x.set(oldX);
      this.#y.set(oldY);
    }
    this.#x[this.#length] = x;
    this.#y[this.#length] = y;
    this.#length += 1;
  }

  #halve(): void {
    for (let index = 0; index * 2 < this.#length; index += 1) {
      this.#x[index] = this.#x[index * 2] ?? 0;
      this.#y[index] = this.#y[index * 2] ?? 0;
    }
    this.#length = Math.ceil(this.#length / 2);
    this.step *= 2;
    this.#given = 0;
  }
}
