import type { ItemRow } from './items';

/**
 * How the range of a job travels to the window: as a bounded number of cells, however many indices there are.
 */

/** What became of an index. `lost`: its process died under it; `skipped`: nobody will work on it any more. */
export const indexStates = ['waiting', 'running', 'done', 'failed', 'lost', 'skipped'] as const;

export type IndexState = (typeof indexStates)[number];

/** Part of the range `[from, to)`, cut into `cells` cells of one size (to within one index). */
export interface RangeView {
  readonly from: number;
  readonly to: number;
  readonly cells: number;
}

/** What stands in for a rank: several have worked on a cell, or none has been given it. */
export const manyRanks = -2;
export const noRank = -1;

/** News of the cells of a view. Of each changed cell: the share of each state, in 255ths, and the rank that has most of it. */
export interface RangeCells {
  readonly view: RangeView;
  /** All cells are among the changed ones. */
  readonly fresh: boolean;
  /** Places of the cells that have changed. */
  readonly changed: Uint16Array;
  /** For each changed cell one share for each of {@link indexStates}. What is there at all has a share of at least 1. */
  readonly shares: Uint8Array;
  readonly ranks: Int16Array;
}

/** How many indices are in each state, in the order of {@link indexStates}. */
export type StateCounts = readonly number[];

/** What one process does, besides what `RankInfo` tells of it. */
export interface Lane {
  /** Index that it works on; null when it works on none, or nobody knows. */
  readonly item: number | null;
  /** Pieces of the range that it has finished. */
  readonly chunksDone: number;
  /** Items a second; null while nobody can tell. */
  readonly rate: number | null;
}

/** The range of a run, as it stands. */
export interface RangeUpdate {
  readonly run: number;
  /** Number of indices. */
  readonly range: number;
  readonly cells: RangeCells;
  readonly totals: StateCounts;
  readonly lanes: readonly Lane[];
}

/** A piece of the range: what one rank was given, or what is known of one index. */
export interface RangePiece {
  readonly start: number;
  readonly end: number;
  readonly state: IndexState;
  readonly rank: number;
  /** Milliseconds since the epoch; null when not yet, or not known. */
  readonly began: number | null;
  readonly ended: number | null;
  /** Why it failed or was lost. */
  readonly error: string | null;
  /** Of jobs that work item by item: the item at the index that was asked for. */
  readonly item: ItemRow | null;
}

/** What a person has selected of the range. */
export interface RangeSelection {
  readonly start: number;
  readonly end: number;
  readonly totals: StateCounts;
}

/** When a rank worked on which piece: four numbers for each span: began, ended (NaN: not yet), start, end. */
export interface LaneSpans {
  readonly spans: Float64Array;
  /** Place in {@link indexStates} of what became of each span. */
  readonly states: Uint8Array;
}

/** When the ranks of a run worked on what. Times are milliseconds since the epoch. */
export interface Timeline {
  readonly run: number;
  /** Begin of the run, and its end or the time now. */
  readonly began: number;
  readonly ended: number;
  readonly lanes: readonly LaneSpans[];
}
