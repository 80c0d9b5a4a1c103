import type { RankInfo } from '../../shared/engine-info';
import { indexStates, noRank, type RangeCells, type RangeView } from '../../shared/range';

const states = indexStates.length;

/** The cells of a view as the window has them. */
export interface Cells {
  readonly view: RangeView;
  /** Of each cell the share of each state in 255ths. */
  readonly shares: Uint8Array;
  readonly ranks: Int16Array;
}

/** The cells with what has changed of them; null when the news do not fit what is there. */
export function withCells(before: Cells | null, news: RangeCells): Cells | null {
  const { view, changed } = news;
  if (!news.fresh && before?.view.cells !== view.cells) return null;
  const shares = news.fresh || before === null ? new Uint8Array(view.cells * states) : before.shares.slice();
  const ranks = news.fresh || before === null ? new Int16Array(view.cells) : before.ranks.slice();
  for (const [place, cell] of changed.entries()) {
    shares.set(news.shares.subarray(place * states, (place + 1) * states), cell * states);
    ranks[cell] = news.ranks[place] ?? noRank;
  }
  return { view, shares, ranks };
}

/**
 * Cells of a range of which only the ranks are known: one that has not run yet, or of which main keeps no more. Each
 * rank has one part, whose beginning is done as far as its count goes.
 */
export function cellsOfRanks(view: RangeView, ranks: readonly RankInfo[]): Cells {
  const { from, to, cells } = view;
  const shares = new Uint8Array(cells * states);
  const owners = new Int16Array(cells).fill(noRank);
  for (let cell = 0; cell < cells; cell += 1) {
    const start = from + ((to - from) * cell) / cells;
    const end = from + ((to - from) * (cell + 1)) / cells;
    const middle = (start + end) / 2;
    const rank = ranks.find((one) => middle >= one.start && middle < one.end);
    if (rank === undefined) {
      shares[cell * states] = 255;
      continue;
    }
    owners[cell] = rank.index;
    const done = Math.max(0, Math.min(1, (rank.start + rank.count - start) / (end - start)));
    const worked = rank.state === 'lost' ? 'lost' : 'done';
    const rest =
      rank.state === 'waiting' || rank.state === 'running' ? 'waiting' : rank.state === 'lost' ? 'lost' : 'skipped';
    const add = (state: (typeof indexStates)[number], share: number): void => {
      const place = cell * states + indexStates.indexOf(state);
      shares[place] = Math.min(255, (shares[place] ?? 0) + Math.round(share * 255));
    };
    add(rank.state === 'done' ? 'done' : worked, rank.state === 'done' ? 1 : done);
    if (rank.state !== 'done') add(rest, 1 - done);
  }
  return { view, shares, ranks: owners };
}
