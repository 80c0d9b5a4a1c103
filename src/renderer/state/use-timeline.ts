import { useEffect, useRef, useState } from 'react';
import type { Timeline } from '../../shared/range';
import type { ResultRef } from '../../shared/result';
import { bridge } from '../bridge';
import type { TimeView } from '../lib/paint-timeline';
import { Fetcher } from './fetcher';
import { useRangeVersion } from './use-range';

/** When the ranks of a run worked on what; null until it is known. With no view the whole run. */
export function useTimeline(ref: ResultRef, view: TimeView | null): Timeline | null {
  const version = useRangeVersion(ref);
  const [state, setState] = useState<{ readonly ref: ResultRef; readonly timeline: Timeline } | null>(null);
  const latest = useRef(view);
  const fetcher = useRef<Fetcher | null>(null);
  useEffect(() => {
    latest.current = view;
  }, [view]);
  useEffect(() => {
    const rest = (): Promise<unknown> => new Promise((resolve) => setTimeout(resolve, 250));
    const made = new Fetcher(async () => {
      const { from, to } = latest.current ?? { from: 0, to: Number.MAX_SAFE_INTEGER };
      const timeline = await bridge.getTimeline(ref, from, to);
      if (timeline !== null && !made.hasEnded) setState({ ref, timeline });
      return false;
    }, rest);
    fetcher.current = made;
    return () => made.end();
  }, [ref]);
  const place = view === null ? '' : `${view.from} ${view.to}`;
  useEffect(() => fetcher.current?.announce(`${version} ${place}`), [version, place, ref]);
  return state?.ref === ref ? state.timeline : null;
}
