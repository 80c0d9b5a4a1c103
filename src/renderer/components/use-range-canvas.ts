import { type RefObject, useLayoutEffect, useMemo } from 'react';
import type { RankInfo } from '../../shared/engine-info';
import { type RangeColors, RangePaint } from '../lib/paint-range';
import { cellsOfRanks } from '../lib/range-cells';
import type { Shown } from '../lib/range-view';
import { useScheme } from '../lib/use-scheme';
import type { RangeState } from '../state/use-range';

/** What a strip shows. */
interface Painted {
  readonly state: RangeState | null;
  readonly ranks: readonly RankInfo[];
  readonly range: number;
  readonly shown: Shown;
}

/** Paints the strip when what it shows has changed, at most once for each frame. */
export function useRangePaint(
  canvas: RefObject<HTMLCanvasElement | null>,
  { state, ranks, range, shown }: Painted,
  colors: RangeColors,
  width: number,
  height: number,
): void {
  const scheme = useScheme();
  const planned = useMemo(
    () =>
      state === null && range > 0 ? cellsOfRanks({ from: 0, to: range, cells: Math.min(range, 600) }, ranks) : null,
    [state, range, ranks],
  );
  useLayoutEffect(() => {
    const element = canvas.current;
    const context = element?.getContext('2d') ?? null;
    const cells = state?.cells ?? planned;
    if (element === null || context === null || cells === null || width === 0) return undefined;
    const ratio = window.devicePixelRatio;
    const request = requestAnimationFrame(() => {
      const [across, down] = [Math.round(width * ratio), Math.round(height * ratio)];
      if (element.width !== across) element.width = across;
      if (element.height !== down) element.height = down;
      new RangePaint(context).cells(cells, shown, colors, { width: across, height: down });
    });
    return () => cancelAnimationFrame(request);
  }, [canvas, state, planned, shown, colors, width, height, scheme]);
}
