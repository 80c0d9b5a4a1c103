import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CallQueue } from '../../../../src/core/objects/call-queue';

describe('the calls of one object', () => {
  it('run one at a time, in the order in which they came', () => {
    const queue = new CallQueue<string>();
    expect(queue.enter('a')).toBe('a');
    expect(queue.enter('b')).toBeUndefined();
    expect(queue.enter('c')).toBeUndefined();
    expect(queue.length).toBe(2);
    expect(queue.running).toBe('a');
    expect(queue.leave('a')).toBe('b');
    expect(queue.leave('b')).toBe('c');
    expect(queue.leave('c')).toBeUndefined();
    expect(queue.enter('d')).toBe('d');
  });

  it('go on once when the one that runs is given up and ends later all the same', () => {
    const queue = new CallQueue<string>();
    for (const call of ['a', 'b', 'c']) queue.enter(call);
    expect(queue.leave('a')).toBe('b');
    expect(queue.leave('a')).toBeUndefined();
    expect(queue.running).toBe('b');
    expect(queue.length).toBe(1);
  });

  it('are taken out when nobody wants them, but for the one that runs', () => {
    const queue = new CallQueue<string>();
    for (const call of ['a1', 'a2', 'b1', 'a3']) queue.enter(call);
    expect(queue.drop((call) => call.startsWith('a'))).toEqual(['a2', 'a3']);
    expect(queue.leave('a1')).toBe('b1');
    expect(queue.leave('b1')).toBeUndefined();
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
          const ended = running;
          running = undefined;
          start(queue.leave(ended));
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
