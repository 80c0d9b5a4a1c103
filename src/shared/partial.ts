import { isRecord } from './is-record';
import type { Axes, Cell, HistogramData, ImageLook, Pixels, Report, Series } from './report';

/**
 * What a rank may `emit` while it works, so that a person sees its job's result grow: a patch, several of them, or a
 * whole report. A patch names its view by kind and title, and says all that is needed to begin it, so it does not
 * matter which rank comes first. Patches of all ranks go into the same views; a report is its rank's own, and takes
 * the place of the one before. What the job returns in the end takes the place of everything.
 */
export type PartialResult = Patch | readonly Patch[] | Report;

/** A rectangle of an image, in pixels of it. */
export interface Tile {
  /** Column of its left edge. */
  readonly x: number;
  /** Row of its upper edge. */
  readonly y: number;
  /** Columns of pixels; up to the right edge of the image when there is none. */
  readonly columns?: number;
  /** Rows of pixels; as many as there are in `data` when there is none. */
  readonly rows?: number;
}

/** A piece of a view of the job's partial result. */
export type Patch =
  | ({
      /** Tells it from a whole report. */
      readonly kind: 'procession.patch';
      /**
       * A tile of an image: it takes the place of what was there. The image is shown from the lowest `low` to the
       * highest `high` of all its tiles.
       */
      readonly view: 'image';
      /** One value for each pixel, row by row from the top. */
      readonly data: Pixels;
    } & ImageLook &
      Tile)
  | ({
      /** Tells it from a whole report. */
      readonly kind: 'procession.patch';
      /** A tile of a picture in colours. */
      readonly view: 'rgba';
      /** Stands above the picture. */
      readonly title: string;
      /** Columns of the whole picture. */
      readonly width: number;
      /** Rows of the whole picture. */
      readonly height: number;
      /** Red, green, blue and opacity of each pixel, row by row from the top. */
      readonly data: Uint8Array | Uint8ClampedArray;
    } & Tile)
  /**
   * Counts that are added to those that are there. The edges must be the same ones each time, or multiples of one
   * step: then the histogram grows to both sides.
   */
  | ({
      /** Tells it from a whole report. */
      readonly kind: 'procession.patch';
      /** Kind of the view. */
      readonly view: 'histogram';
    } & HistogramData)
  | {
      /** Tells it from a whole report. */
      readonly kind: 'procession.patch';
      /** Rows that follow those that are there. */
      readonly view: 'table';
      /** Stands above the table. */
      readonly title: string;
      /** Heads of the columns, the same ones each time. */
      readonly columns: readonly string[];
      /** The rows. */
      readonly rows: readonly (readonly Cell[])[];
    }
  | ({
      /** Tells it from a whole report. */
      readonly kind: 'procession.patch';
      /** Points that follow those of the series of the same name. */
      readonly view: 'line' | 'scatter';
      /** Stands above the plot. */
      readonly title: string;
      /** The points; those of a line must not go back behind what is there. */
      readonly series: readonly Series[];
    } & Axes)
  | {
      /** Tells it from a whole report. */
      readonly kind: 'procession.patch';
      /** A figure. */
      readonly view: 'figure';
      /** What it is. */
      readonly label: string;
      /** What it is now; with `add` a number that is added to what is there. */
      readonly value: number | string;
      /** Unit of the value, as it is written behind it. */
      readonly unit?: string;
      /** Whether the value is added; by default it takes the place of the one before. */
      readonly add?: boolean;
    };

/** Whether something that a rank has emitted says that it is a patch. */
export const isPatch = (value: unknown): value is Patch => isRecord(value) && value.kind === 'procession.patch';
