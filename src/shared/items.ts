import type { ErrorInfo } from './engine-info';
import type { IndexState } from './range';

/** How the items of a `map` or `run` job travel to the window: in bounded pages, filtered and searched in main. */

/** How many items of a job stand how, as far as it is more than "done" and "not yet". */
export interface ItemTally {
  readonly failed: number;
  readonly skipped: number;
  /** Tried more than once, or about to be. */
  readonly retried: number;
  /** Done in an earlier run. */
  readonly earlier: number;
  /** Waiting for the same item of another job. */
  readonly blocked: number;
}

/** Which items are asked for. */
export const itemFilters = ['all', 'done', 'failed', 'retried', 'skipped', 'open'] as const;
export type ItemFilter = (typeof itemFilters)[number];

/** In the order of the range, or those that took longest first: of these a thousand. */
export type ItemOrder = 'index' | 'slowest';

export interface ItemQuery {
  readonly filter: ItemFilter;
  readonly order: ItemOrder;
  /** Only items with this text in their name, value or error; all when it is empty. */
  readonly text: string;
  /** Place of the first wanted row among those that fit. */
  readonly offset: number;
}

/** One item in one line. */
export interface ItemRow {
  readonly index: number;
  /** The item as a person knows it: a number, a text, a path, the columns of a row. */
  readonly name: string;
  readonly state: IndexState;
  /** How often it was tried; 0 while that is not known. */
  readonly attempts: number;
  /** How long its last attempt took, in milliseconds; null when that is not known. */
  readonly ms: number | null;
  /** What came of it in short: its value, what a command printed last, or why it failed. */
  readonly text: string;
}

/** Some of the items that fit a query, from `offset` on. */
export interface ItemPage {
  readonly offset: number;
  readonly rows: readonly ItemRow[];
  /** How many fit; when a search has not come to its end, so far. */
  readonly total: number;
  /** Set when not all items were looked at, or not all that fit are told. */
  readonly note: string | null;
}

/** All that is known of one item. */
export interface ItemDetail extends ItemRow {
  /** The rank that worked on it; null when none did. */
  readonly rank: number | null;
  /** There is a value to be had with `getResult`, or what its command wrote. */
  readonly hasValue: boolean;
  readonly error: ErrorInfo | null;
}

/** The same mistake at several places. */
export interface ErrorGroup {
  readonly signature: string;
  /** The first of them. */
  readonly error: ErrorInfo;
  /** Ranks that it came from, ascending. */
  readonly ranks: readonly number[];
  /** Items that failed with it, ascending; at most a thousand. */
  readonly items: readonly number[];
  readonly count: number;
  /** What the others say, where it is not the same word for word. */
  readonly messages: readonly string[];
}

/** The errors of a run by what went wrong. */
export interface RunErrors {
  readonly groups: readonly ErrorGroup[];
  /** How many more there are, of further kinds. */
  readonly more: number;
}
