import type { ErrorInfo } from '../../shared/engine-info';
import { decodeValue } from '../data/serialize';

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

/** An item that has just been settled; see `MapOptions.onItems`. */
export type SettledItem =
  | {
      /** Its place among the items, from 0. */
      readonly index: number;
      /** It has a value. */
      readonly state: 'done';
      /** Its value as the worker has serialised it, for {@link decodeItem}; undefined when it is undefined. */
      readonly payload: Uint8Array | undefined;
      /** How often it was tried. */
      readonly attempts: number;
      /** How long its last attempt took, in milliseconds. */
      readonly durationMs: number;
    }
  | {
      /** Its place among the items, from 0. */
      readonly index: number;
      /** It failed for good, or was left out; `error` says why. */
      readonly state: 'failed' | 'skipped';
      /** Why its last attempt failed, or why it was skipped. */
      readonly error: ErrorInfo;
      /** How often it was tried. */
      readonly attempts: number;
      /** How long its last attempt took, in milliseconds, where that is known. */
      readonly durationMs?: number;
    };

/** The value of an item that is done, from its payload. */
export function decodeItem(payload: Uint8Array | undefined): unknown {
  return payload && decodeValue(payload);
}
