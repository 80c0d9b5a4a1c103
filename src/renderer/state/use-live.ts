import { useEffect, useRef, useState } from 'react';
import type { ResultRef } from '../../shared/result';
import { bridge } from '../bridge';
import { type LiveState, withLive } from '../lib/live-state';
import { Fetcher } from './fetcher';
import { useWindow } from './store';

/** Whether the latest run of the selected job has shown anything yet; also after its end. */
export const useHasLive = (key: number, run: number): boolean =>
  useWindow(({ pulse }) => pulse?.key === key && pulse.run === run && pulse.live > 0);

/** The partial result of a run, as it grows; null until something of it has come. */
export function useLive(ref: ResultRef): LiveState | null {
  const version = useWindow(({ pulse }) => (pulse?.key === ref.key && pulse.run === ref.run ? pulse.live : 0));
  const [state, setState] = useState<{ readonly ref: ResultRef; readonly live: LiveState } | null>(null);
  const fetcher = useRef<Fetcher | null>(null);

  useEffect(() => {
    const made = new Fetcher(async (fresh) => {
      const update = await bridge.getLive(ref, fresh);
      if (update === null || made.hasEnded) return false;
      setState((before) => ({ ref, live: withLive(before?.ref === ref ? before.live : null, update) }));
      return update.more;
    });
    fetcher.current = made;
    return () => made.end();
  }, [ref]);
  useEffect(() => fetcher.current?.announce(version), [version, ref]);
  return state?.ref === ref ? state.live : null;
}
