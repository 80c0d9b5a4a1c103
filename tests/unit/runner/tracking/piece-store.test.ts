import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { binRange, sharesOf } from '../../../../src/runner/tracking/bin-range';
import { countsOf, PieceStore, placeOf, type StoredPiece, shareOf } from '../../../../src/runner/tracking/piece-store';
import { type IndexState, indexStates, manyRanks, noRank } from '../../../../src/shared/range';

const piece = (start: number, end: number, state: IndexState, rank = 0, began = start): StoredPiece => ({
  start,
  end,
  state: placeOf(state),
  rank,
  began,
  ended: began + 1,
});
const told = (store: PieceStore): string[] =>
  store.pieces.map(({ start, end, state, rank }) => `[${start}, ${end}) ${indexStates[state] ?? ''} ${rank}`);

describe('pieces of a range', () => {
  it('take the place of what was there, and leave the rest of it', () => {
    const store = new PieceStore();
    store.set(piece(0, 100, 'done'));
    store.set(piece(40, 60, 'failed', 1));
    expect(told(store)).toEqual(['[0, 40) done 0', '[40, 60) failed 1', '[60, 100) done 0']);
    store.set(piece(50, 70, 'skipped', 2));
    expect(told(store)).toEqual(['[0, 40) done 0', '[40, 50) failed 1', '[50, 70) skipped 2', '[70, 100) done 0']);
    store.forget(30, 80);
    expect(told(store)).toEqual(['[0, 30) done 0', '[80, 100) done 0']);
    expect([store.at(29)?.start, store.at(30), store.at(99)?.start, store.at(100)]).toEqual([
      0,
      undefined,
      80,
      undefined,
    ]);
  });

  it('that a lost rank had done are lost with it', () => {
    const store = new PieceStore();
    store.set(piece(0, 5, 'done', 1));
    store.set(piece(5, 9, 'done', 2));
    store.restate(1, 'done', 'lost');
    expect(told(store)).toEqual(['[0, 5) lost 1', '[5, 9) done 2']);
  });

  it('say the same as a list of all indices, whatever is set in whatever order', () => {
    const set = fc.record({
      start: fc.integer({ min: 0, max: 60 }),
      size: fc.integer({ min: 0, max: 20 }),
      state: fc.constantFrom(...indexStates),
      rank: fc.integer({ min: 0, max: 3 }),
    });
    fc.assert(
      fc.property(fc.array(set, { maxLength: 40 }), (steps) => {
        const store = new PieceStore();
        const model = new Array<string>(80).fill('');
        for (const [time, { start, size, state, rank }] of steps.entries()) {
          store.set(piece(start, start + size, state, rank, time));
          model.fill(`${placeOf(state)} ${rank}`, start, start + size);
        }
        const shown = model.map((_, index) => {
          const found = store.at(index);
          return found === undefined ? '' : `${found.state} ${found.rank}`;
        });
        expect(shown).toEqual(model);
        for (const [place, one] of store.pieces.entries())
          expect(one.start).toBeGreaterThanOrEqual(store.pieces[place - 1]?.end ?? 0);
      }),
    );
  });

  it('are bounded, and their totals stay exact', () => {
    const store = new PieceStore(1000);
    for (let index = 0; index < 50_000; index += 1)
      store.set(piece(index * 3, index * 3 + 3, index % 7 === 0 ? 'failed' : 'done', index % 4, index));
    expect(store.pieces.length).toBeLessThanOrEqual(1000);
    const totals = indexStates.map((_, place) =>
      store.pieces.reduce((sum, one) => sum + (countsOf(one)[place] ?? 0), 0),
    );
    expect(totals).toEqual([0, 0, 150_000 - 7143 * 3, 7143 * 3, 0, 0]);
  });

  it('of one state keep their state when they are joined', () => {
    const store = new PieceStore(100);
    for (let index = 0; index < 1000; index += 1) store.set(piece(index, index + 1, 'done', index % 2, index));
    expect(store.pieces.every(({ counts }) => counts === undefined)).toBe(true);
    expect(store.pieces.some(({ rank }) => rank === manyRanks)).toBe(true);
  });
});

it('a part of a mixed piece has its share of each state, and all of them together the whole', () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat(50), { minLength: 6, maxLength: 6 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (counts, at) => {
        const whole = counts.reduce((sum, count) => sum + count, 0);
        fc.pre(whole > 0);
        const part = Math.floor(whole * at);
        const shares = shareOf(counts, part, whole);
        expect(shares.reduce((sum, count) => sum + count, 0)).toBe(part);
        expect(shares.every((share, place) => share >= 0 && share <= (counts[place] ?? 0) + 1)).toBe(true);
      },
    ),
  );
});

describe('cells of a range', () => {
  const states = indexStates.length;
  const countsAt = (counts: Float64Array, cell: number): number[] => [
    ...counts.subarray(cell * states, (cell + 1) * states),
  ];

  it('have exact bounds and counts, however large the range is', () => {
    const range = Number.MAX_SAFE_INTEGER;
    const { bounds, counts, ranks } = binRange({ from: 0, to: range, cells: 2000 }, [
      piece(0, 1, 'failed', 3),
      piece(1, range - 1, 'done', 1),
    ]);
    expect(bounds[0]).toBe(0);
    expect(bounds[2000]).toBe(range);
    for (let cell = 0; cell < 2000; cell += 1)
      expect(bounds[cell]).toBe(Number((BigInt(cell) * BigInt(range)) / 2000n));
    const size = (bounds[1] ?? 0) - (bounds[0] ?? 0);
    expect(countsAt(counts, 0)).toEqual([0, 0, size - 1, 1, 0, 0]);
    expect(countsAt(counts, 1999)[0]).toBe(1);
    expect([ranks[0], ranks[1]]).toEqual([1, 1]);
  });

  it('agree with counting one by one', () => {
    const cut = fc.record({
      size: fc.integer({ min: 1, max: 9 }),
      state: fc.constantFrom(...indexStates),
      rank: fc.nat(3),
    });
    fc.assert(
      fc.property(
        fc.array(cut, { minLength: 1, maxLength: 30 }),
        fc.integer({ min: 1, max: 40 }),
        fc.nat(30),
        (cuts, cells, from) => {
          let at = 0;
          const pieces = cuts.map(({ size, state, rank }) => {
            at += size;
            return piece(at - size, at, state, rank);
          });
          const to = at + 10;
          fc.pre(from < to);
          const wanted = Math.min(cells, to - from);
          const { counts, bounds } = binRange({ from, to, cells: wanted }, pieces);
          for (let cell = 0; cell < wanted; cell += 1) {
            const expected = indexStates.map(() => 0);
            for (let index = bounds[cell] ?? 0; index < (bounds[cell + 1] ?? 0); index += 1) {
              const state = pieces.find(({ start, end }) => index >= start && index < end)?.state ?? placeOf('waiting');
              expected[state] = (expected[state] ?? 0) + 1;
            }
            expect(countsAt(counts, cell)).toEqual(expected);
          }
        },
      ),
    );
  });

  it('never hide a single index, and are full only when they are', () => {
    const binned = binRange({ from: 0, to: 1_000_000, cells: 2 }, [
      piece(0, 1, 'failed', 0),
      piece(1, 500_000, 'done', 0),
      piece(500_000, 1_000_000, 'done', 1),
    ]);
    const shares = sharesOf(binned);
    expect([...shares.subarray(0, states)]).toEqual([0, 0, 254, 1, 0, 0]);
    expect([...shares.subarray(states)]).toEqual([0, 0, 255, 0, 0, 0]);
  });

  it('belong to the rank that has most of them, or to several', () => {
    const { ranks } = binRange({ from: 0, to: 300, cells: 3 }, [
      piece(0, 90, 'done', 0),
      piece(90, 100, 'done', 1),
      piece(100, 150, 'done', 2),
      piece(150, 200, 'done', 3),
    ]);
    expect([...ranks]).toEqual([0, manyRanks, noRank]);
  });
});
