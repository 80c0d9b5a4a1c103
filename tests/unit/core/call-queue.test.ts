import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CallQueue } from '../../../src/core/call-queue';

describe('the calls of one object', () => {
  it('run one at a time, in the order in which they came', () => {
    const queue = new CallQueue<string>();
    expect(queue.enter('a')).toBe('a');
    expect(queue.enter('b')).toBeUndefined();
    expect(queue.enter('c')).toBeUndefined();
    expect(queue.length).toBe(2);
    expect(queue.next()).toBe('b');
    expect(queue.next()).toBe('c');
    expect(queue.next()).toBeUndefined();
    expect(queue.enter('d')).toBe('d');
  });

  it('are taken out when nobody wants them, but for the one that runs', () => {
    const queue = new CallQueue<string>();
    for (const call of ['a1', 'a2', 'b1', 'a3']) queue.enter(call);
    expect(queue.drop((call) => call.startsWith('a'))).toEqual(['a2', 'a3']);
    expect(queue.next()).toBe('b1');
    expect(queue.next()).toBeUndefined();
  });

  it('each run once or are dropped once, whatever happens in which order', () => {
    const step = fc.constantFrom('enter', 'end', 'drop');
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const queue = new CallQueue<number>();
        const run: number[] = [];
        const dropped: number[] = [];
        let running: number | undefined;
        let entered = 0;
        const start = (call: number | undefined): void => {
          if (call === undefined) return;
          expect(running, 'two at once').toBeUndefined();
          running = call;
          run.push(call);
        };
        const end = (): void => {
          if (running === undefined) return;
          running = undefined;
          start(queue.next());
        };
        for (const what of steps) {
          if (what === 'enter') start(queue.enter(entered++));
          else if (what === 'end') end();
          else dropped.push(...queue.drop((call) => call % 2 === 0));
        }
        while (running !== undefined) end();
        expect(run).toEqual([...run].sort((a, b) => a - b));
        expect([...run, ...dropped].sort((a, b) => a - b)).toEqual(Array.from({ length: entered }, (_, i) => i));
      }),
    );
  });
});
