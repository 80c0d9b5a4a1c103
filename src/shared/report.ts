import type { PaletteName } from './palette';

/**
 * What a target may return so that a person sees more than raw values: a few figures, and pictures of them.
 * Any target may return one; the built-in ones do.
 */

/** One figure with its name and unit. */
export interface Figure {
  readonly label: string;
  readonly value: number | string;
  readonly unit?: string;
}

/** Something to look at. Typed arrays are shown without being copied into text. */
export type View =
  /** `counts[i]` values lie in `[edges[i], edges[i + 1])`; `edges` has one element more than `counts`. */
  | {
      readonly kind: 'histogram';
      readonly title: string;
      readonly unit?: string;
      readonly edges: readonly number[];
      readonly counts: readonly number[];
    }
  /** Grey values, row by row from the top: `data` has `width * height` elements, shown between `low` and `high`. */
  | {
      readonly kind: 'image';
      readonly title: string;
      readonly width: number;
      readonly height: number;
      readonly data: Uint8Array | Uint16Array;
      readonly low: number;
      readonly high: number;
      readonly palette?: PaletteName;
    }
  | {
      readonly kind: 'table';
      readonly title: string;
      readonly columns: readonly string[];
      readonly rows: readonly (readonly (string | number | null)[])[];
    };

/** The views of one kind. */
export type ViewOf<Kind extends View['kind']> = Extract<View, { kind: Kind }>;

export interface Report {
  readonly kind: 'procession.report';
  readonly figures: readonly Figure[];
  readonly views: readonly View[];
  /** The values themselves, for `output` files and scripts. */
  readonly data?: unknown;
}

/** Whether a job's result is a {@link Report}. */
export function isReport(value: unknown): value is Report {
  return typeof value === 'object' && value !== null && (value as { kind?: unknown }).kind === 'procession.report';
}
