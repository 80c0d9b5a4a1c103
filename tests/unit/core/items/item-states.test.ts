import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ItemState, ItemStates } from '../../../../src/core/items/item-states';

describe('the states of items', () => {
  it('are counted, and tell open items from settled ones', () => {
    const states = new ItemStates(10);
    for (const [item, state] of [
      [1, 'done'],
      [2, 'failed'],
      [3, 'skipped'],
      [4, 'earlier'],
      [5, 'blocked'],
      [6, 'delayed'],
    ] as const)
      states.set(item, state);
    expect([states.count('ready'), states.settled]).toEqual([4, 4]);
    expect([0, 1, 5, 6, 10, -1].map((item) => states.isOpen(item))).toEqual([true, false, true, true, false, false]);
    expect(states.of(6)).toBe('delayed');
    expect(() => states.of(10)).toThrow('There are 10 items; there is no item 10.');
    expect([...states.among(0, 10, 'done', 'blocked')]).toEqual([1, 5]);
  });

  it('give out the first ready items in pieces without a gap, as large as asked for', () => {
    const states = new ItemStates(5000);
    states.set(3, 'blocked');
    const always = (): boolean => true;
    expect(states.takeReady(10, always)).toEqual([0, 3]);
    expect(states.takeReady(2, always)).toEqual([4, 6]);
    expect(states.takeReady(9, (item) => item !== 8)).toEqual([6, 8]);
    for (let item = 8; item < 4990; item += 1) states.set(item, 'done');
    expect(states.takeReady(100, always)).toEqual([4990, 5000]);
    expect(states.takeReady(1, always)).toBeUndefined();
    states.set(3, 'ready');
    expect(states.takeReady(1, always)).toEqual([3, 4]);
  });

  it('give out each ready item once, whatever changes meanwhile', () => {
    const change = fc.oneof(
      fc.record({ take: fc.integer({ min: 1, max: 700 }) }),
      fc.record({ item: fc.nat(2999), state: fc.constantFrom<ItemState>('ready', 'blocked', 'done', 'delayed') }),
    );
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3000 }), fc.array(change, { maxLength: 40 }), (length, changes) => {
        const states = new ItemStates(length);
        const model = Array.from({ length }, (): ItemState => 'ready');
        for (const given of changes) {
          if ('take' in given) {
            const first = model.indexOf('ready');
            const piece = states.takeReady(given.take, () => true);
            expect(piece?.[0] ?? -1).toBe(first);
            for (let item = piece?.[0] ?? 0; item < (piece?.[1] ?? 0); item += 1) {
              expect(model[item]).toBe('ready');
              model[item] = 'given';
            }
            if (piece) expect(piece[1] - piece[0] === given.take || model[piece[1]] !== 'ready').toBe(true);
          } else if (given.item < length) {
            states.set(given.item, given.state);
            model[given.item] = given.state;
          }
          expect(states.count('ready')).toBe(model.filter((state) => state === 'ready').length);
        }
      }),
    );
  });
});
