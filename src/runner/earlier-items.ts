import type { ErrorInfo } from '../shared/engine-info';
import type { ItemRange } from './item-gate';
import type { ItemEnd } from './run-machine';

/** Items that had ended when the run was started before, with their values or errors. */
export interface EarlierItems {
  /** Those that need not be worked on again, in order; whatever they ended with. */
  readonly ranges: readonly ItemRange[];
  /** Values of items that were done: place and value as it was serialised. */
  readonly values: ReadonlyMap<number, Uint8Array | undefined>;
  readonly errors: ReadonlyMap<number, ErrorInfo>;
  /** How many were done. */
  readonly done: number;
}

export const nothingEarlier: EarlierItems = { ranges: [], values: new Map(), errors: new Map(), done: 0 };

/** How each of them ended. */
export function endsOf({ ranges, errors }: EarlierItems): ItemEnd[] {
  return ranges.flatMap(([start, end]) =>
    Array.from({ length: end - start }, (_, offset): ItemEnd => {
      const index = start + offset;
      return { index, state: errors.has(index) ? 'failed' : 'done' };
    }),
  );
}
