import { useEffect, useRef, useState } from 'react';
import type { ResultRef } from '../../shared/result';
import type { LogEntry, LogPage } from '../../shared/run';
import { bridge } from '../bridge';
import { Fetcher } from './fetcher';

/** The lines of a run that the window has. */
export interface LogState {
  readonly entries: readonly LogEntry[];
  readonly total: number;
}

/** The lines with a page of further ones, and without those that main does not keep any more. */
export function withLog(before: LogState | null, { entries, total, dropped }: LogPage): LogState {
  const kept = (before?.entries ?? []).filter(({ number }) => number < dropped.from || number >= dropped.to);
  const last = kept.at(-1)?.number ?? -1;
  return { entries: [...kept, ...entries.filter(({ number }) => number > last)], total };
}

/** What a run has printed, while it is looked at; null until it is known. */
export function useLog(ref: ResultRef, version: number): LogState | null {
  const [state, setState] = useState<{ readonly ref: ResultRef; readonly log: LogState } | null>(null);
  const next = useRef(0);
  const fetcher = useRef<Fetcher | null>(null);
  useEffect(() => {
    next.current = 0;
    const made = new Fetcher(async () => {
      const page = await bridge.getLog(ref, next.current);
      if (page === null || made.hasEnded) return false;
      next.current = (page.entries.at(-1)?.number ?? next.current - 1) + 1;
      setState((before) => ({ ref, log: withLog(before?.ref === ref ? before.log : null, page) }));
      return page.more;
    });
    fetcher.current = made;
    return () => made.end();
  }, [ref]);
  useEffect(() => fetcher.current?.announce(version), [version, ref]);
  return state?.ref === ref ? state.log : null;
}
