import type { LiveTile } from '../../shared/live';
import type { Patch } from '../../shared/partial';
import type { ImageLook, Pixels } from '../../shared/report';
import { limits } from '../results/report-schema';
import { sent } from '../results/shown-views';
import { type LiveNews, type LiveView, requireSame, requireWhole } from './live-view';

type ImagePatch = Extract<Patch, { view: 'image' | 'rgba' }>;

/** Most pixels in one answer. */
const pixelsAtOnce = 1_048_576;

/**
 * A picture that comes in tiles. Of one that is too large to be shown pixel by pixel every `step`-th in each direction
 * is kept. What has changed is known row by row.
 */
export class LiveImage implements LiveView {
  readonly #id: string;
  readonly #first: ImagePatch;
  readonly #step: number;
  readonly #width: number;
  readonly #height: number;
  readonly #channels: number;
  readonly #pixels: Pixels | Uint8ClampedArray;
  /** By row: whether the window does not have it yet, and whether there is anything in it. */
  readonly #dirty: Uint8Array;
  readonly #filled: Uint8Array;
  #look: ImageLook | null;

  /** @throws TypeError when the patch is none */
  constructor(id: string, first: ImagePatch) {
    requireWhole('width', first.width, 1, limits.pixels);
    requireWhole('height', first.height, 1, limits.pixels);
    if (first.width * first.height > limits.pixels)
      throw new TypeError(`it has ${first.width * first.height} pixels; at most ${limits.pixels} can be shown`);
    this.#id = id;
    this.#first = first;
    this.#step = Math.max(1, Math.ceil(Math.sqrt((first.width * first.height) / sent.pixels)));
    this.#width = Math.ceil(first.width / this.#step);
    this.#height = Math.ceil(first.height / this.#step);
    this.#channels = first.view === 'rgba' ? 4 : 1;
    this.#pixels = emptyLike(first, this.#width * this.#height * this.#channels);
    this.#dirty = new Uint8Array(this.#height);
    this.#filled = new Uint8Array(this.#height);
    this.#look = lookOf(first);
  }

  get bytes(): number {
    return this.#pixels.byteLength;
  }

  add(patch: Patch): void {
    if (patch.view !== 'image' && patch.view !== 'rgba') return;
    requireSame(this.#first, patch, ['width', 'height']);
    if (
      patch.data.constructor !== this.#pixels.constructor &&
      !(patch.view === 'rgba' && patch.data instanceof Uint8Array)
    )
      throw new TypeError(`its pixels were a ${this.#pixels.constructor.name}, and are a ${nameOf(patch.data)} now`);
    const { x, y } = patch;
    requireWhole('x', x, 0, patch.width - 1);
    requireWhole('y', y, 0, patch.height - 1);
    const columns = patch.columns ?? patch.width - x;
    requireWhole('columns', columns, 1, patch.width - x);
    const rows = patch.rows ?? patch.data.length / columns / this.#channels;
    requireWhole('rows', rows, 1, patch.height - y);
    if (patch.data.length !== columns * rows * this.#channels)
      throw new TypeError(
        `a tile of ${columns} x ${rows} needs ${columns * rows * this.#channels} values in data, and has ${patch.data.length}`,
      );
    this.#copy(patch.data, x, y, columns, rows);
    const look = lookOf(patch);
    // Ranks may have seen other values: the range is that of all of them.
    if (look !== null && this.#look !== null)
      this.#look = { ...look, low: Math.min(look.low, this.#look.low), high: Math.max(look.high, this.#look.high) };
  }

  take(fresh: boolean): LiveNews | null {
    if (fresh) this.#dirty.set(this.#filled);
    const { tiles, more } = this.#takeTiles();
    if (tiles.length === 0 && !fresh) return null;
    const step = this.#step;
    const note =
      step === 1
        ? null
        : `One pixel of ${step} × ${step} is shown: the image has ${this.#first.width} × ${this.#first.height}.`;
    const size = { width: this.#width, height: this.#height };
    const named = { id: this.#id, title: this.#first.title, note, step, tiles };
    if (this.#look === null) return { change: { ...named, ...size, kind: 'rgba' }, more };
    return { change: { ...named, kind: 'image', look: { ...this.#look, ...size } }, more };
  }

  /** Copies those pixels of a tile that are kept. */
  #copy(data: Pixels | Uint8ClampedArray, x: number, y: number, columns: number, rows: number): void {
    const step = this.#step;
    const channels = this.#channels;
    const right = Math.ceil((x + columns) / step);
    for (let row = Math.ceil(y / step); row * step < y + rows; row += 1) {
      const from = (row * step - y) * columns;
      const to = row * this.#width;
      if (step === 1) {
        const line = data.subarray(from * channels, (from + columns) * channels);
        this.#pixels.set(line, (to + x) * channels);
      } else {
        for (let column = Math.ceil(x / step); column < right; column += 1) {
          for (let channel = 0; channel < channels; channel += 1)
            this.#pixels[(to + column) * channels + channel] =
              data[(from + column * step - x) * channels + channel] ?? 0;
        }
      }
      this.#dirty[row] = 1;
      this.#filled[row] = 1;
    }
  }

  /** The rows that have changed, neighbours together, as many as fit into one answer. */
  #takeTiles(): { tiles: LiveTile[]; more: boolean } {
    const tiles: LiveTile[] = [];
    const width = this.#width;
    let left = Math.max(1, Math.floor(pixelsAtOnce / width));
    let row = this.#dirty.indexOf(1);
    while (row >= 0 && left > 0) {
      let end = row;
      while (end < this.#height && this.#dirty[end] === 1 && left > 0) {
        this.#dirty[end] = 0;
        end += 1;
        left -= 1;
      }
      const data = this.#pixels.slice(row * width * this.#channels, end * width * this.#channels);
      tiles.push({ x: 0, y: row, width, height: end - row, data });
      row = this.#dirty.indexOf(1, end);
    }
    return { tiles, more: row >= 0 };
  }
}

const nameOf = (value: unknown): string => Object.prototype.toString.call(value).slice(8, -1);

function emptyLike(patch: ImagePatch, length: number): Pixels | Uint8ClampedArray {
  const { data } = patch;
  if (patch.view === 'rgba') {
    if (data instanceof Uint8Array || data instanceof Uint8ClampedArray) return new Uint8ClampedArray(length);
    throw new TypeError('data must be a Uint8Array or a Uint8ClampedArray');
  }
  if (data instanceof Uint8Array) return new Uint8Array(length);
  if (data instanceof Uint16Array) return new Uint16Array(length);
  if (data instanceof Int16Array) return new Int16Array(length);
  if (data instanceof Float32Array) return new Float32Array(length).fill(Number.NaN);
  throw new TypeError('data must be a Uint8Array, a Uint16Array, an Int16Array or a Float32Array');
}

function lookOf(patch: ImagePatch): ImageLook | null {
  if (patch.view === 'rgba') return null;
  const { title, width, height, low, high, palette } = patch;
  if (!Number.isFinite(low) || !Number.isFinite(high)) throw new TypeError('low and high must be finite numbers');
  return { title, width, height, low, high, ...(palette === undefined ? {} : { palette }) };
}
