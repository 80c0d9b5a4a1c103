import type { PaletteName } from './palette';

/**
 * What a target may return so that a person sees more than raw values: a few figures, and pictures of them.
 * Any target may return one; the built-in ones do.
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

/** Something to look at. Typed arrays are shown without being copied into text. */
export type View =
  | {
      readonly kind: 'histogram';
      /** Stands above it. */
      readonly title: string;
      /** Unit of the edges. */
      readonly unit?: string;
      /** Edges of the bins, rising; one more than there are bins. */
      readonly edges: readonly number[];
      /** How many values lie in `[edges[i], edges[i + 1])`. */
      readonly counts: readonly number[];
    }
  | {
      readonly kind: 'image';
      /** Stands above it. */
      readonly title: string;
      /** Columns of pixels. */
      readonly width: number;
      /** Rows of pixels. */
      readonly height: number;
      /** Grey values, row by row from the top: `width * height` elements. */
      readonly data: Uint8Array | Uint16Array;
      /** Value that is shown as the palette's first colour. */
      readonly low: number;
      /** Value that is shown as the palette's last colour. */
      readonly high: number;
      /** Colours; `grey` when there is none. */
      readonly palette?: PaletteName;
    }
  | {
      readonly kind: 'table';
      /** Stands above it. */
      readonly title: string;
      /** Heads of the columns. */
      readonly columns: readonly string[];
      /** Rows with one cell for each column; null leaves a cell empty. */
      readonly rows: readonly (readonly (string | number | null)[])[];
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
