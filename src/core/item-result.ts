import type { ErrorInfo } from '../shared/engine-info';

/** How one item ended, its value as it came. `attempts` counts how often it was tried. */
export type ItemResult =
  | {
      readonly index: number;
      readonly state: 'done';
      readonly payload: Uint8Array | undefined;
      readonly attempts: number;
    }
  | {
      readonly index: number;
      readonly state: 'failed' | 'skipped';
      readonly error: ErrorInfo;
      readonly attempts: number;
    }
  | { readonly index: number; readonly state: 'earlier'; readonly attempts: 0 };

/** How many items of a map job stand how. */
export interface ItemCounts {
  readonly done: number;
  readonly failed: number;
  readonly skipped: number;
  /** Done in an earlier run. */
  readonly earlier: number;
  /** Not yet to be worked on: see `MapOptions.blocked`. */
  readonly blocked: number;
  /** Tried more than once, or about to be. */
  readonly retried: number;
}

/**
 * An item that has just been settled; see `MapOptions.onItems`. `payload` is its value as the worker has serialised it
 * (undefined when that is undefined), `durationMs` how long its last attempt took, where that is known.
 */
export type SettledItem =
  | {
      readonly index: number;
      readonly state: 'done';
      readonly payload: Uint8Array | undefined;
      readonly attempts: number;
      readonly durationMs: number;
    }
  | {
      readonly index: number;
      readonly state: 'failed' | 'skipped';
      readonly error: ErrorInfo;
      readonly attempts: number;
      readonly durationMs?: number;
    };
