import { useEffect, useMemo, useRef, useState } from 'react';
import type { Lane, RangeView, StateCounts } from '../../shared/range';
import type { ResultRef } from '../../shared/result';
import { bridge } from '../bridge';
import { type Cells, withCells } from '../lib/range-cells';
import { Fetcher } from './fetcher';
import { useWindow } from './store';

/** The range of a run as far as it is known. */
export interface RangeState {
  readonly cells: Cells;
  readonly totals: StateCounts;
  readonly lanes: readonly Lane[];
}

/** Number that grows when something has become of the run's indices. */
export const useRangeVersion = (ref: ResultRef): number =>
  useWindow(({ pulse }) => (pulse?.key === ref.key && pulse.run === ref.run ? pulse.range : 0));

/** The cells of a part of a run's range, as they change; null while main knows nothing of the run. */
export function useRange(ref: ResultRef, view: RangeView | null): RangeState | null {
  const version = useRangeVersion(ref);
  const [state, setState] = useState<{ readonly ref: ResultRef; readonly range: RangeState } | null>(null);
  const latest = useRef(view);
  const cells = useRef<Cells | null>(null);
  const fetcher = useRef<Fetcher | null>(null);
  const place = view === null ? '' : `${view.from} ${view.to} ${view.cells}`;

  useEffect(() => {
    latest.current = view;
  }, [view]);
  useEffect(() => {
    cells.current = null;
    const made = new Fetcher(async () => {
      const asked = latest.current;
      if (asked === null) return false;
      const update = await bridge.getRange(ref, asked, cells.current === null);
      if (update === null || made.hasEnded) return false;
      const next = withCells(cells.current, update.cells);
      cells.current = next;
      // What does not fit is asked for anew.
      if (next === null) return true;
      setState({ ref, range: { cells: next, totals: update.totals, lanes: update.lanes } });
      return false;
    });
    fetcher.current = made;
    return () => made.end();
  }, [ref]);
  useEffect(() => {
    if (place !== '') fetcher.current?.announce(`${version} ${place}`);
  }, [version, place, ref]);
  return useMemo(() => (state?.ref === ref ? state.range : null), [state, ref]);
}
