import { describe, expect, it } from 'vitest';
import { decodeValue } from '../../../../src/core/data/serialize';
import { ItemBatch, ItemBatchWriter } from '../../../../src/core/items/item-batch';

/** Bytes at an odd place of a larger buffer, as they come from a socket. */
function shifted(bytes: Uint8Array): Uint8Array {
  const larger = new Uint8Array(bytes.byteLength + 3);
  larger.set(bytes, 3);
  return larger.subarray(3);
}

function valueAt(batch: ItemBatch, place: number): unknown {
  const payload = batch.payload(place);
  return payload && decodeValue(payload);
}

describe('a batch of items', () => {
  it('holds values of all kinds, errors and durations in their order', () => {
    const writer = new ItemBatchWriter();
    const large = new Float64Array(20_000).fill(1.5);
    writer.value(42, 0, 1);
    writer.value(undefined, 1, 0.25);
    writer.error(Object.assign(new RangeError('too far'), { code: 'E_FAR', exitCode: 75 }), 3);
    writer.value(large, 3, 4);
    writer.value(new Map([[1, new Date(0)]]), 4, 5);
    expect(writer.count).toBe(5);
    const batch = new ItemBatch(shifted(writer.take()));
    expect(batch.count).toBe(5);
    expect([0, 1, 2, 3, 4].map((place) => batch.isOk(place))).toEqual([true, true, false, true, true]);
    expect([0, 1, 2, 3, 4].map((place) => batch.durationMs(place))).toEqual([1, 0.25, 3, 4, 5]);
    expect(valueAt(batch, 0)).toBe(42);
    expect(valueAt(batch, 1)).toBeUndefined();
    expect(batch.error(2)).toMatchObject({ name: 'RangeError', message: 'too far', code: 'E_FAR', exitCode: 75 });
    expect(batch.payload(2)).toBeUndefined();
    expect(valueAt(batch, 3)).toEqual(large);
    expect(valueAt(batch, 4)).toEqual(new Map([[1, new Date(0)]]));
    expect([writer.count, writer.size]).toEqual([0, 0]);
  });

  it('makes an item fail whose value cannot be sent, with the path, and keeps the others', () => {
    const writer = new ItemBatchWriter();
    writer.value('good', 0, 1);
    writer.value({ list: [1, { callback: () => 1 }] }, 1, 1);
    writer.value('good too', 2, 1);
    const batch = new ItemBatch(writer.take());
    expect([valueAt(batch, 0), valueAt(batch, 2)]).toEqual(['good', 'good too']);
    expect(batch.error(1)).toMatchObject({
      code: 'ERR_NOT_SERIALIZABLE',
      message: expect.stringMatching(/^result of item 1\.list\[1\]\.callback is a function/) as string,
    });
  });

  it('makes an item fail whose value is too large', () => {
    const writer = new ItemBatchWriter(3 * 2 ** 20);
    writer.value(new Uint8Array(4 * 2 ** 20), 7, 1);
    writer.value(new Uint8Array(2 ** 20), 8, 1);
    const batch = new ItemBatch(writer.take());
    expect(batch.error(0).message).toMatch(/^The result of item 7 takes 4 MiB, and one item can give at most 3 MiB/);
    expect(batch.isOk(1)).toBe(true);
  });

  it('that is cut off is refused', () => {
    const writer = new ItemBatchWriter();
    writer.value(1, 0, 1);
    expect(() => new ItemBatch(writer.take().subarray(0, 8))).toThrow(RangeError);
  });
});
