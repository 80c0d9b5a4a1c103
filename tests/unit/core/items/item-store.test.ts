import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ItemStore, ItemWindow, packRun, unpackRun } from '../../../../src/core/items/item-store';

const none = (): never => {
  throw new Error('there is no proxy');
};

describe('the items of a job', () => {
  it('reach a run piece by piece, each block once, in whatever order the pieces come', () => {
    const items = Array.from({ length: 2000 }, (_, i) => ({ name: `item ${i}`, filler: 'x'.repeat(i % 50) }));
    const store = new ItemStore(items, new Set());
    const whole = store.pack(0, items.length, undefined).bytes.byteLength;
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(1999), fc.integer({ min: 1, max: 300 })), { maxLength: 20 }), (pieces) => {
        const window = new ItemWindow(none);
        let last: number | undefined;
        for (const [start, length] of pieces) {
          const end = Math.min(items.length, start + length);
          const packed = store.pack(start, end, last);
          last = packed.last;
          window.add(packed.bytes);
          for (let index = start; index < end; index += 1) expect(window.at(index)).toEqual(items[index]);
        }
      }),
    );
    let sent = 0;
    let last: number | undefined;
    for (let start = 0; start < items.length; start += 10) {
      const packed = store.pack(start, start + 10, last);
      last = packed.last;
      sent += packed.bytes.byteLength;
    }
    expect(sent).toBe(whole);
  });

  it('are kept in small blocks when they are large, so that one item does not cost many', () => {
    const items = Array.from({ length: 200 }, () => new Uint8Array(50_000));
    const store = new ItemStore(items, new Set());
    expect(store.pack(199, 200, undefined).bytes.byteLength).toBeLessThan(110_000);
  });

  it('that cannot be sent are named by their place', () => {
    const items = Array.from({ length: 1000 }, (_, i) => (i === 777 ? { deep: [() => i] } : i));
    expect(() => new ItemStore(items, new Set())).toThrow(/^items\[777\]\.deep\[0\] is a function/);
  });
});

it('the arguments of a run and its first items are told apart', () => {
  const args = Uint8Array.of(1, 2, 3);
  const items = Uint8Array.of(4, 5);
  expect(unpackRun(packRun(args, items))).toEqual([Buffer.from(args), Buffer.from(items)]);
  expect(unpackRun(packRun(undefined, undefined))).toEqual([undefined, Buffer.alloc(0)]);
});
