import type { PaletteName } from './palette';

/**
 * What a target may return so that a person sees more than raw values: a few figures, and pictures of them.
 * Any target may return one; the built-in ones do. What it may show before its end is in `partial.ts`.
 */

/** One figure with its name and unit. */
export interface Figure {
  /** What it is. */
  readonly label: string;
  /** The figure itself. */
  readonly value: number | string;
  /** Unit of the value, as it is written behind it. */
  readonly unit?: string;
}

/** A list of numbers. Typed arrays cost least: they travel as they lie in memory. */
export type Numbers =
  | readonly number[]
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | Float32Array
  | Float64Array;

/** What a cell of a table may hold; null is an empty one. */
export type Cell = string | number | boolean | null;

/** Points of a plot. Values that are not finite are gaps. */
export interface Series {
  /** Stands in the legend. */
  readonly name: string;
  /** Where the points stand; 0, 1, 2 and so on without it. */
  readonly x?: Numbers;
  /** Their values, as many as there are in `x`. */
  readonly y: Numbers;
}

/** What stands at the axes of a plot, and how they are divided. */
export interface Axes {
  /** Name of the values of `x`. */
  readonly xLabel?: string;
  /** Unit of the values of `x`. */
  readonly xUnit?: string;
  /** Name of the values of `y`. */
  readonly yLabel?: string;
  /** Unit of the values of `y`. */
  readonly yUnit?: string;
  /** `linear` by default. A logarithmic axis leaves out what is not above 0. */
  readonly yScale?: 'linear' | 'log';
}

/** How often values occur. */
export interface HistogramData {
  /** Stands above it. */
  readonly title: string;
  /** Unit of the edges. */
  readonly unit?: string;
  /** Edges of the bins, rising; one more than there are bins. */
  readonly edges: Numbers;
  /** How many values lie in `[edges[i], edges[i + 1])`. */
  readonly counts: Numbers;
}

/** Values of pixels, one for each. */
export type Pixels = Uint8Array | Uint16Array | Int16Array | Float32Array;

/** How an image is shown. */
export interface ImageLook {
  /** Stands above it. */
  readonly title: string;
  /** Columns of pixels. */
  readonly width: number;
  /** Rows of pixels. */
  readonly height: number;
  /** Value that is shown as the palette's first colour. */
  readonly low: number;
  /** Value that is shown as the palette's last colour. */
  readonly high: number;
  /** Colours; `grey` when there is none. */
  readonly palette?: PaletteName;
}

/** Something to look at. */
export type View =
  | ({ readonly kind: 'histogram' } & HistogramData)
  | ({
      readonly kind: 'image';
      /** One value for each pixel, row by row from the top: `width * height` elements. */
      readonly data: Pixels;
    } & ImageLook)
  | {
      readonly kind: 'rgba';
      /** Stands above it. */
      readonly title: string;
      /** Columns of pixels. */
      readonly width: number;
      /** Rows of pixels. */
      readonly height: number;
      /** Red, green, blue and opacity of each pixel, row by row from the top: `width * height * 4` bytes. */
      readonly data: Uint8Array | Uint8ClampedArray;
    }
  | {
      readonly kind: 'table';
      /** Stands above it. */
      readonly title: string;
      /** Heads of the columns. */
      readonly columns: readonly string[];
      /** Rows with one cell for each column; null leaves a cell empty. */
      readonly rows: readonly (readonly Cell[])[];
    }
  | ({
      /** Whether the points are joined; the `x` of a line must not decrease. */
      readonly kind: 'line';
      /** Stands above it. */
      readonly title: string;
      /** What is drawn, each in a colour of its own. */
      readonly series: readonly Series[];
    } & Axes)
  | ({
      readonly kind: 'scatter';
      /** Stands above it. */
      readonly title: string;
      /** What is drawn, each in a colour of its own. */
      readonly series: readonly Series[];
    } & Axes)
  | {
      readonly kind: 'mesh';
      /** Stands above it. */
      readonly title: string;
      /** x, y and z of each vertex. */
      readonly positions: Float32Array | Float64Array;
      /** Numbers of the three vertices of each triangle; without it every three vertices are one. */
      readonly triangles?: Uint16Array | Uint32Array;
      /** A value for each vertex, which colours it. */
      readonly values?: Float32Array | Float64Array;
      /** Value that is shown as the palette's first colour; the lowest when there is none. */
      readonly low?: number;
      /** Value that is shown as the palette's last colour; the highest when there is none. */
      readonly high?: number;
      /** Unit of the values. */
      readonly unit?: string;
      /** Colours; `viridis` when there is none. */
      readonly palette?: PaletteName;
    }
  | {
      readonly kind: 'text';
      /** Stands above it. */
      readonly title: string;
      /** Lines of any length. */
      readonly text: string;
    };

/** The views of one kind. */
export type ViewOf<Kind extends View['kind']> = Extract<View, { kind: Kind }>;

/** A result that is shown with figures and pictures. */
export interface Report {
  /** Says that it is one. */
  readonly kind: 'procession.report';
  /** Shown as a list, in this order. */
  readonly figures: readonly Figure[];
  /** Shown below each other, in this order. */
  readonly views: readonly View[];
  /** The values themselves, for `output` files and scripts. */
  readonly data?: unknown;
}

/** Whether a job's result is a {@link Report}. */
export function isReport(value: unknown): value is Report {
  return typeof value === 'object' && value !== null && (value as { kind?: unknown }).kind === 'procession.report';
}
