import fc from 'fast-check';
import { expect, it } from 'vitest';
import { DueItems } from '../../../../src/core/items/due-items';

it('items are due in the order of their times, and not before', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(100)), fc.array(fc.nat(120)), (times, looks) => {
      const due = new DueItems();
      times.forEach((at, item) => due.add(item, at));
      let waiting = times.map((at, item) => ({ at, item }));
      for (const now of looks.sort((a, b) => a - b)) {
        const expected = waiting.filter(({ at }) => at <= now);
        waiting = waiting.filter(({ at }) => at > now);
        const taken = due.takeDue(now);
        expect([...taken].sort((a, b) => a - b)).toEqual(expected.map(({ item }) => item));
        const at = taken.map((item) => times[item] ?? 0);
        expect(at).toEqual([...at].sort((a, b) => a - b));
        expect(due.nextAt).toBe(waiting.length === 0 ? undefined : Math.min(...waiting.map((entry) => entry.at)));
      }
    }),
  );
});
