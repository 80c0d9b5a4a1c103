import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WaitingRuns } from '../../../../src/main/queue/waiting-runs';

const place = (position: number, priority = 0) => ({ position, priority });

describe('the runs that wait', () => {
  it('go by priority, then by position', () => {
    const runs = new WaitingRuns();
    runs.put(1, place(1));
    runs.put(2, place(2, 5));
    runs.put(3, place(0.5));
    const order: number[] = [];
    for (let run = runs.first(); run !== undefined; run = runs.first()) {
      order.push(run);
      runs.remove(run);
    }
    expect(order).toEqual([2, 3, 1]);
    expect(runs.size).toBe(0);
  });

  it('are passed over while they may not begin', () => {
    const runs = new WaitingRuns();
    for (const id of [1, 2, 3]) runs.put(id, place(id));
    expect(runs.first((id) => id > 1)).toBe(2);
    expect(runs.first()).toBe(1);
    expect(runs.first(() => false)).toBeUndefined();
  });

  it('give the same order as sorting, whatever comes, moves and goes', () => {
    const step = fc.record({
      what: fc.constantFrom('put', 'put', 'put', 'remove', 'take'),
      id: fc.nat(20),
      priority: fc.integer({ min: -1, max: 1 }),
      position: fc.integer({ min: 0, max: 50 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const runs = new WaitingRuns();
        const known = new Map<number, { priority: number; position: number }>();
        const next = (): number | undefined =>
          [...known].sort(([a, x], [b, y]) => y.priority - x.priority || x.position - y.position || a - b)[0]?.[0];
        for (const { what, id, priority, position } of steps) {
          // No two runs have the same position.
          const own = { priority, position: position + id / 100 };
          if (what === 'put') {
            runs.put(id, own);
            known.set(id, own);
          } else if (what === 'remove') expect(runs.remove(id)).toBe(known.delete(id));
          else {
            const first = runs.first();
            expect(first).toBe(next());
            if (first !== undefined) {
              runs.remove(first);
              known.delete(first);
            }
          }
          expect(runs.size).toBe(known.size);
        }
        while (known.size > 0) {
          const first = runs.first() ?? -1;
          expect(first).toBe(next());
          runs.remove(first);
          known.delete(first);
        }
        expect(runs.first()).toBeUndefined();
      }),
    );
  });
});
