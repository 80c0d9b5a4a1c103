import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { spanAt, timeTicks } from '../../../src/renderer/lib/paint-timeline';
import { cellsOfRanks, withCells } from '../../../src/renderer/lib/range-cells';
import {
  allOf,
  indexAt,
  isAll,
  panRange,
  showIndex,
  ticksOf,
  viewOf,
  zoomRange,
  zoomTo,
} from '../../../src/renderer/lib/range-view';
import { indexStates, noRank } from '../../../src/shared/range';

const states = indexStates.length;

describe('the part of a range that is shown', () => {
  it('is enlarged around an index, which stays where it is', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 10, max: 1e9 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 1, max: 5, noNaN: true }),
        (range, at, factor) => {
          const shown = zoomRange(allOf(range), range, factor, at);
          expect(shown.from).toBeGreaterThanOrEqual(0);
          expect(shown.to).toBeLessThanOrEqual(range);
          const under = range * at;
          expect(shown.from + (shown.to - shown.from) * at).toBeCloseTo(under, 3);
        },
      ),
    );
  });

  it('never leaves the range, and never shows less than a few indices', () => {
    let shown = allOf(1000);
    for (let step = 0; step < 60; step += 1) shown = zoomRange(shown, 1000, 2, 0.3);
    expect(shown.to - shown.from).toBe(4);
    expect(panRange(shown, 1000, 1e9)).toEqual({ from: 996, to: 1000 });
    expect(panRange(shown, 1000, -Infinity)).toEqual({ from: 0, to: 4 });
    expect(zoomRange(allOf(2), 2, 100, 0.5)).toEqual({ from: 0, to: 2 });
    expect(isAll(zoomRange(shown, 1000, 1e-9, 0.5), 1000)).toBe(true);
  });

  it('moves to an index, and zooms to a piece', () => {
    expect(showIndex({ from: 10, to: 20 }, 100, 15)).toEqual({ from: 10, to: 20 });
    expect(showIndex({ from: 10, to: 20 }, 100, 25)).toEqual({ from: 16, to: 26 });
    expect(showIndex({ from: 10, to: 20 }, 100, 3)).toEqual({ from: 3, to: 13 });
    expect(zoomTo(40, 60, 100)).toEqual({ from: 38, to: 62 });
    expect(indexAt({ from: 10, to: 20 }, 100, 1)).toBe(20);
    expect(indexAt(allOf(100), 100, 1)).toBe(99);
  });

  it('is asked for with a margin, so that it can be moved at once', () => {
    expect(viewOf(allOf(1000), 1000, 300)).toEqual({ from: 0, to: 1000, cells: 300 });
    expect(viewOf({ from: 400, to: 500 }, 1000, 300)).toEqual({ from: 350, to: 550, cells: 600 });
    expect(viewOf({ from: 0, to: 100 }, 1000, 300)).toEqual({ from: 0, to: 150, cells: 450 });
  });

  it('has round numbers below it', () => {
    expect(ticksOf({ from: 0, to: 100 }, 5)).toEqual([0, 20, 40, 60, 80, 100]);
    expect(ticksOf({ from: 17, to: 23 }, 4)).toEqual([18, 20, 22]);
    expect(ticksOf({ from: 0, to: 1e9 }, 4)).toEqual([0, 500_000_000, 1_000_000_000]);
    expect(ticksOf({ from: 3.2, to: 4.1 }, 4)).toEqual([4]);
  });
});

describe('the cells of a range', () => {
  const view = { from: 0, to: 100, cells: 4 };
  const news = (fresh: boolean, ...changed: readonly (readonly [cell: number, done: number, rank: number])[]) => ({
    view,
    fresh,
    changed: Uint16Array.from(changed, ([cell]) => cell),
    shares: Uint8Array.from(changed.flatMap(([, done]) => [255 - done, 0, done, 0, 0, 0])),
    ranks: Int16Array.from(changed, ([, , rank]) => rank),
  });

  it('take what is new of them', () => {
    const all = withCells(null, news(true, [0, 0, 0], [1, 0, 0], [2, 0, 1], [3, 0, 1]));
    const next = withCells(all, news(false, [1, 200, 0]));
    expect([...(next?.shares.subarray(states, 2 * states) ?? [])]).toEqual([55, 0, 200, 0, 0, 0]);
    expect([...(next?.ranks ?? [])]).toEqual([0, 0, 1, 1]);
    expect(next).not.toBe(all);
  });

  it('are asked for anew when news do not fit', () => {
    expect(withCells(null, news(false, [1, 200, 0]))).toBeNull();
    const other = withCells(null, { ...news(true), view: { ...view, cells: 9 } });
    expect(withCells(other, news(false, [1, 200, 0]))).toBeNull();
  });

  it('of a job that has not run are those that its ranks would get', () => {
    const rank = { pid: null, chunks: 1, assigned: 50, count: 0, state: 'waiting' } as const;
    const { ranks, shares } = cellsOfRanks(view, [
      { ...rank, index: 0, start: 0, end: 50 },
      { ...rank, index: 1, start: 50, end: 75 },
    ]);
    expect([...ranks]).toEqual([0, 0, 1, noRank]);
    expect([...shares.subarray(0, states)]).toEqual([255, 0, 0, 0, 0, 0]);
  });
});

describe('the timeline', () => {
  const lane = { spans: Float64Array.of(100, 200, 0, 10, 200, Number.NaN, 10, 20), states: Uint8Array.of(2, 1) };

  it('tells what a rank worked on at a time', () => {
    expect(spanAt([lane], 0, 150, 300)).toEqual({ lane: 0, began: 100, ended: 200, start: 0, end: 10, state: 'done' });
    expect(spanAt([lane], 0, 250, 300)).toMatchObject({ ended: null, start: 10, state: 'running' });
    expect([spanAt([lane], 0, 50, 300), spanAt([lane], 0, 350, 300), spanAt([lane], 1, 150, 300)]).toEqual([
      null,
      null,
      null,
    ]);
  });

  it('has round times below it', () => {
    expect(timeTicks({ from: 1000, to: 2000 }, 1000, 4)).toEqual([0, 500, 1000]);
    expect(timeTicks({ from: 61_000, to: 181_000 }, 1000, 4)).toEqual([60_000, 90_000, 120_000, 150_000, 180_000]);
    expect(timeTicks({ from: 1003, to: 1009 }, 1000, 3)).toEqual([4, 6, 8]);
  });
});
