import { describe, expect, it } from 'vitest';
import { Shelf, shelfBytes } from '../../../../src/core/meetings/shelf';
import type { StoredObject } from '../../../../src/shared/worker-protocol';

const small: StoredObject = { name: 'ä', object: { version: 4, payload: new Uint8Array([1, 2]) }, obsolete: [] };
const large: StoredObject = { name: 'mesh', object: { version: 9, payload: null }, obsolete: [3, 5] };
const empty: StoredObject = { name: '', object: { version: 1, payload: new Uint8Array() }, obsolete: [] };

describe('a shelf', () => {
  it('is taken from once, by the same run', () => {
    const shelf = new Shelf();
    expect(shelf.put(7, [small, large, empty])).toBe(true);
    expect(shelf.isEmpty).toBe(false);
    expect(shelf.take(6)).toEqual([]);
    expect(shelf.take(7)).toEqual([small, large, empty]);
    expect([shelf.isEmpty, shelf.take(7)]).toEqual([true, []]);
  });

  it('holds what was put there last, and nothing when that is too much', () => {
    const shelf = new Shelf();
    shelf.put(7, [small]);
    shelf.put(7, [large]);
    expect(shelf.take(7)).toEqual([large]);
    shelf.put(7, [small]);
    const tooLarge = { ...small, object: { version: 1, payload: new Uint8Array(shelfBytes) } };
    expect(shelf.put(7, [tooLarge])).toBe(false);
    expect([shelf.isEmpty, shelf.take(7)]).toEqual([true, []]);
    expect(shelf.put(7, [])).toBe(true);
  });

  it('is left alone while somebody is at it, and is free again after a thread that ended there', () => {
    const shelf = new Shelf();
    shelf.put(7, [small]);
    new Int32Array(shelf.buffer)[0] = 1;
    expect(shelf.take(7)).toEqual([]);
    shelf.reset();
    expect(shelf.isEmpty).toBe(true);
    shelf.put(7, [small]);
    expect(shelf.take(7)).toEqual([small]);
  });
});
