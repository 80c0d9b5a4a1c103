import type { LogLine } from './engine-info';

/**
 * What main keeps of a run besides its result and its range: what it printed, and how fast it was. It travels in
 * bounded pages, to a window that asks for it.
 */

/** The part of a job that combines what the ranks have returned, where a line says who printed it. */
export const combineRank = -1;

/** A line of output. */
export interface LogEntry extends LogLine {
  /** Which line of the run it is, from 0. */
  readonly number: number;
  /** When it arrived, in milliseconds since the epoch. */
  readonly at: number;
}

/** Lines of a run, from the one that was asked for on, as far as they are kept. */
export interface LogPage {
  readonly entries: readonly LogEntry[];
  /** How many lines the run has printed. */
  readonly total: number;
  /** Lines `[from, to)` were too many to be kept. */
  readonly dropped: { readonly from: number; readonly to: number };
  /** There is more to be had at once. */
  readonly more: boolean;
}

/** How many items were done when: `at` in milliseconds since the epoch, the counts of all ranks and of each. */
export interface ThroughputData {
  readonly at: Float64Array;
  readonly total: Float64Array;
  readonly ranks: readonly Float64Array[];
}
