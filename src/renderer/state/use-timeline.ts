import { useCallback } from 'react';
import type { Timeline } from '../../shared/range';
import type { ResultRef } from '../../shared/result';
import { bridge } from '../bridge';
import type { TimeView } from '../lib/paint-timeline';
import { useRangeVersion } from './use-range';
import { useFetched } from './use-run';

/** When the ranks of a run worked on what; null until it is known. With no view the whole run. */
export function useTimeline(ref: ResultRef, view: TimeView | null): Timeline | null {
  const version = useRangeVersion(ref);
  const { from, to } = view ?? { from: 0, to: Number.MAX_SAFE_INTEGER };
  const fetch = useCallback((of: ResultRef) => bridge.getTimeline(of, from, to), [from, to]);
  return useFetched(ref, `${version} ${from} ${to}`, 250, fetch);
}
