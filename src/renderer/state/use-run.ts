import { useEffect, useRef, useState } from 'react';
import type { ResultRef } from '../../shared/result';
import { Fetcher } from './fetcher';
import { useWindow } from './store';

/** Number that grows with the items of a run that have ended; 0 while none has. */
export const useItemsVersion = (ref: ResultRef): number =>
  useWindow(({ pulse }) => (pulse?.key === ref.key && pulse.run === ref.run ? pulse.items : 0));

/**
 * What is fetched of a run, as it was last; null until it has come. It is fetched again each time that `version`
 * changes, `restMs` milliseconds after the time before at the earliest.
 *
 * @param fetch null when there is nothing (any more): then what was there stays
 */
export function useFetched<T>(
  ref: ResultRef,
  version: number | string,
  restMs: number,
  fetch: (ref: ResultRef) => Promise<T | null>,
): T | null {
  const [state, setState] = useState<{ readonly ref: ResultRef; readonly data: T } | null>(null);
  const latest = useRef(fetch);
  const fetcher = useRef<Fetcher | null>(null);
  useEffect(() => {
    latest.current = fetch;
  }, [fetch]);
  useEffect(() => {
    const rest = (): Promise<unknown> => new Promise((resolve) => setTimeout(resolve, restMs));
    const made = new Fetcher(async () => {
      const data = await latest.current(ref);
      if (data !== null && !made.hasEnded) setState({ ref, data });
      return false;
    }, rest);
    fetcher.current = made;
    return () => made.end();
  }, [ref, restMs]);
  useEffect(() => fetcher.current?.announce(version), [version, ref]);
  return state?.ref === ref ? state.data : null;
}
