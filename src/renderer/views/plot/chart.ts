import 'uplot/dist/uPlot.min.css';
import uPlot from 'uplot';
import { cssColor } from '../../lib/use-scheme';
import type { Scales } from './draw-points';
import type { Extent } from './plot-data';

/** What a chart asks for when it lays itself out and draws. */
export interface ChartContent {
  /** Extent of x when nothing is zoomed. */
  readonly extent: () => Extent;
  /** Extent of y over a part of x; not asked for while y is zoomed by itself. */
  readonly extentOfY: (from: number, to: number) => Extent;
  readonly draw: (context: CanvasRenderingContext2D, scales: Scales) => void;
  /** Where the pointer or the cursor keys are, in values; null when nowhere. */
  readonly onCursor: (at: { readonly x: number; readonly y: number } | null) => void;
  readonly formatX?: (value: number) => string;
  /** All `x` are whole numbers: then nothing is marked between them. */
  readonly hasWholeX?: () => boolean;
}

/** A ring around a point. */
export interface Mark {
  readonly x: number;
  readonly y: number;
  readonly color: string;
}

export interface ChartLook {
  readonly xLabel: string;
  readonly yLabel: string;
  readonly log: boolean;
  /** Dragging zooms a box instead of a part of x. */
  readonly box: boolean;
  /** Class of the rings around points. */
  readonly markClass: string;
}

const axisFont = '11px "Inter Variable", system-ui, sans-serif';
const wheelStep = 1.0015;
/** uPlot's number for a logarithmic scale, and its base. */
const logarithmic = { distr: 3, log: 10 } as const;

/**
 * Axes, cursor and zoom by uPlot around a picture that is drawn by its owner: so points need neither be in one list
 * nor be copied. Dragging zooms, the wheel too, a double click shows everything again.
 */
export class Chart {
  readonly #plot: uPlot;
  readonly #content: ChartContent;
  readonly #look: ChartLook;
  readonly #observer: ResizeObserver;
  readonly #marks: HTMLElement[] = [];
  #marked: readonly Mark[] = [];
  /** Null while all is shown. */
  #x: Extent | null = null;
  #y: Extent | null = null;

  constructor(frame: HTMLElement, content: ChartContent, look: ChartLook) {
    this.#content = content;
    this.#look = look;
    const [low, high] = content.extent();
    const size = { width: Math.max(80, frame.clientWidth), height: Math.max(60, frame.clientHeight) };
    this.#plot = new uPlot(
      this.#options(size),
      [
        [low, high],
        [low, high],
      ],
      frame,
    );
    this.#observer = new ResizeObserver(() => {
      if (frame.clientWidth > 0)
        this.#plot.setSize({ width: frame.clientWidth, height: Math.max(60, frame.clientHeight) });
    });
    this.#observer.observe(frame);
    this.#plot.over.addEventListener('wheel', this.#onWheel, { passive: false });
    this.#plot.over.addEventListener('dblclick', this.#onDoubleClick);
    this.#apply();
  }

  destroy(): void {
    this.#observer.disconnect();
    this.#plot.destroy();
  }

  /** What is drawn has changed. */
  refresh(): void {
    this.#apply();
  }

  get isZoomed(): boolean {
    return this.#x !== null || this.#y !== null;
  }

  /** The part of x that is shown. */
  get shown(): Extent {
    return this.#x ?? this.#content.extent();
  }

  /** How much of x one pixel is. */
  get xPerPixel(): number {
    const [low, high] = this.shown;
    return (high - low) / Math.max(1, this.#plot.over.clientWidth);
  }

  /** Shows everything. */
  reset(): void {
    this.#x = null;
    this.#y = null;
    this.#apply();
  }

  /** Enlarges x by a factor around a value; the middle by default. */
  zoom(factor: number, around?: number): void {
    const [low, high] = this.shown;
    const middle = around ?? (low + high) / 2;
    this.#setX([middle - (middle - low) / factor, middle + (high - middle) / factor]);
  }

  /** Moves by a share of what is shown. */
  pan(share: number): void {
    const [low, high] = this.shown;
    const [first, last] = this.#content.extent();
    const by = Math.max(first - low, Math.min(last - high, (high - low) * share));
    this.#setX([low + by, high + by]);
  }

  /** Where a point is on the plot, in pixels; null outside it. */
  placeOf(x: number, y: number): { readonly left: number; readonly top: number } | null {
    const [left, top] = [this.#plot.valToPos(x, 'x'), this.#plot.valToPos(y, 'y')];
    const { clientWidth, clientHeight } = this.#plot.over;
    return left >= -1 && top >= -1 && left <= clientWidth + 1 && top <= clientHeight + 1 ? { left, top } : null;
  }

  /** Puts rings around points, in place of those before. */
  mark(marks: readonly Mark[]): void {
    this.#marked = marks;
    this.#placeMarks();
  }

  #placeMarks(): void {
    while (this.#marks.length < this.#marked.length) {
      const ring = document.createElement('span');
      this.#plot.over.append(ring);
      this.#marks.push(ring);
    }
    for (const [index, ring] of this.#marks.entries()) {
      const mark = this.#marked[index];
      const place = mark === undefined ? null : this.placeOf(mark.x, mark.y);
      ring.hidden = place === null;
      ring.className = this.#look.markClass;
      if (mark === undefined || place === null) continue;
      ring.style.left = `${place.left}px`;
      ring.style.top = `${place.top}px`;
      ring.style.setProperty('--rank', mark.color);
    }
  }

  /** Puts the cross hair at a value of x, or takes it away. */
  pointAt(x: number | null): void {
    const left = x === null ? -10 : this.#plot.valToPos(x, 'x');
    this.#plot.setCursor({ left, top: x === null ? -10 : this.#plot.over.clientHeight / 2 }, false);
  }

  readonly #onWheel = (event: WheelEvent): void => {
    event.preventDefault();
    const box = this.#plot.over.getBoundingClientRect();
    if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
      this.pan((event.deltaX || event.deltaY) / box.width);
      return;
    }
    this.zoom(wheelStep ** -event.deltaY, this.#plot.posToVal(event.clientX - box.left, 'x'));
  };

  readonly #onDoubleClick = (): void => this.reset();

  #setX([low, high]: Extent): void {
    const [first, last] = this.#content.extent();
    const [from, to] = [Math.max(first, low), Math.min(last, high)];
    if (to - from >= last - first) this.#x = null;
    else if (to - from > Math.max(Math.abs(from), Math.abs(to)) * 1e-12) this.#x = [from, to];
    this.#apply();
  }

  #apply(): void {
    const [low, high] = this.shown;
    this.#plot.batch(() => {
      // Setting the scale of x draws everything again, also when it stays as it is.
      this.#plot.setScale('x', { min: low, max: high });
      const [bottom, top] = this.#y ?? this.#content.extentOfY(low, high);
      this.#plot.setScale('y', { min: bottom, max: top });
    });
    this.#placeMarks();
  }

  #options(size: { width: number; height: number }): uPlot.Options {
    const { xLabel, yLabel, log, box } = this.#look;
    const { formatX, hasWholeX } = this.#content;
    const filter = (_plot: uPlot, splits: number[]): (number | null)[] =>
      hasWholeX?.() === true ? splits.map((split) => (Number.isInteger(split) ? split : null)) : splits;
    const axis = (label: string, side: 'x' | 'y'): uPlot.Axis => ({
      stroke: () => cssColor('--text-3'),
      grid: { stroke: () => cssColor('--line'), width: 1, ...(side === 'x' && { filter }) },
      ticks: { stroke: () => cssColor('--line-strong'), width: 1, size: 5, ...(side === 'x' && { filter }) },
      ...(side === 'x' && { filter }),
      font: axisFont,
      labelFont: axisFont,
      labelSize: 18,
      labelGap: 0,
      gap: 4,
      ...(label === '' ? {} : { label }),
      ...(side === 'x' ? { size: 28 } : { size: (plot, values) => axisWidth(plot, values) }),
      ...(side === 'x' && formatX !== undefined
        ? {
            values: (_plot, splits: (number | null)[]) => splits.map((split) => (split === null ? '' : formatX(split))),
          }
        : {}),
    });
    return {
      ...size,
      pxAlign: false,
      legend: { show: false },
      padding: [12, 16, 4, 4],
      scales: {
        x: { time: false, auto: false, range: keep },
        y: Object.assign({ auto: false, range: keep }, log ? logarithmic : {}),
      },
      axes: [axis(xLabel, 'x'), axis(yLabel, 'y')],
      series: [{}, { show: true, paths: () => null, points: { show: false } }],
      cursor: {
        points: { show: false },
        drag: { x: true, y: box, setScale: false, dist: 4, ...(box ? { uni: 24 } : {}) },
      },
      hooks: {
        draw: [(plot) => this.#draw(plot)],
        setSelect: [(plot) => this.#zoomToSelection(plot)],
        setCursor: [(plot) => this.#tellCursor(plot)],
      },
    };
  }

  #draw(plot: uPlot): void {
    const { ctx: context, bbox: area } = plot;
    const [from, to] = this.shown;
    context.save();
    context.beginPath();
    context.rect(area.left, area.top, area.width, area.height);
    context.clip();
    this.#content.draw(context, {
      toX: (value) => plot.valToPos(value, 'x', true),
      toY: (value) => plot.valToPos(value, 'y', true),
      from,
      to,
      area,
    });
    context.restore();
  }

  #zoomToSelection(plot: uPlot): void {
    const { left, top, width, height } = plot.select;
    if (width < 4 && height < 4) return;
    const all = { y: plot.over.clientHeight, x: plot.over.clientWidth };
    if (this.#look.box && height > 3 && height < all.y - 1)
      this.#y = [plot.posToVal(top + height, 'y'), plot.posToVal(top, 'y')];
    const chosen: Extent = [plot.posToVal(left, 'x'), plot.posToVal(left + width, 'x')];
    plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
    if (width > 3) this.#setX(chosen);
    else this.#apply();
  }

  #tellCursor(plot: uPlot): void {
    const { left = -1, top = -1 } = plot.cursor;
    this.#content.onCursor(left < 0 || top < 0 ? null : { x: plot.posToVal(left, 'x'), y: plot.posToVal(top, 'y') });
  }
}

/** Scales are what they are set to. */
const keep: uPlot.Range.Function = (_plot, low, high) => [low, high];

/** As wide as the widest number at the axis. */
function axisWidth(plot: uPlot, values: readonly (string | null)[] | null): number {
  const context = plot.ctx;
  context.save();
  context.font = axisFont;
  const widths = (values ?? []).map((value) => context.measureText(value ?? '').width);
  context.restore();
  return Math.ceil(Math.max(24, ...widths)) + 14;
}
