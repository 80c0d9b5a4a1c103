import type { Axes, Figure, ImageLook, Numbers, Pixels } from './report';
import type { ShownView, TablePage } from './result';

/**
 * How the partial result of a running job travels to the window: what has changed since it was asked for last, in
 * bounded parts. Views are known by `id`, which is also their order.
 */

/** A rectangle of an image that has changed. */
export interface LiveTile {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly data: Pixels | Uint8ClampedArray;
}

/** Points of a series: they take the place of those from `from` on. */
export interface LivePoints {
  readonly name: string;
  readonly from: number;
  readonly x: Numbers;
  readonly y: Numbers;
}

/** News of one view. `note` tells what has been left out. */
export type LiveChange = { readonly id: string; readonly title: string; readonly note: string | null } & (
  | { readonly kind: 'image'; readonly look: ImageLook; readonly step: number; readonly tiles: readonly LiveTile[] }
  | {
      readonly kind: 'rgba';
      readonly width: number;
      readonly height: number;
      readonly step: number;
      readonly tiles: readonly LiveTile[];
    }
  /** All of the view. */
  | { readonly kind: 'whole'; readonly view: ShownView }
  /** Rows that follow those before; `page.offset` is 0 when they are the first ones. */
  | { readonly kind: 'rows'; readonly columns: readonly string[]; readonly page: TablePage }
  | {
      readonly kind: 'points';
      readonly plot: 'line' | 'scatter';
      readonly axes: Axes;
      readonly series: readonly LivePoints[];
    }
);

/** News of a job's partial result. */
export interface LiveUpdate {
  readonly run: number;
  /** The window is to forget what it had: this is the beginning. */
  readonly fresh: boolean;
  /** There is more to be had at once. */
  readonly more: boolean;
  readonly figures: readonly Figure[];
  /** Views that there are, in their order. */
  readonly ids: readonly string[];
  readonly changes: readonly LiveChange[];
  /** What was emitted and cannot be shown, and why. */
  readonly problems: readonly string[];
}
