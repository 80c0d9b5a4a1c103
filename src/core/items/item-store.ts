import { decodeValue, encodeValue } from '../data/serialize';
import type { ObjectProxy } from '../objects/object-proxy';

/** Serialised size of a block of items that is aimed at, in bytes: sending one for the sake of one item must be cheap. */
const blockBytes = 64 * 1024;
const firstBlockItems = 16;
const mostBlockItems = 4096;

interface Block {
  readonly start: number;
  readonly end: number;
  /** An array of its items, serialised. */
  readonly bytes: Uint8Array;
}

/** Blocks of items for a run. */
export interface PackedItems {
  readonly bytes: Uint8Array;
  readonly last: number | undefined;
}

/**
 * The items of a map job as the server keeps them: serialised when the job is submitted, in blocks, so that a worker
 * is sent those that it needs and not all of them with each run.
 */
export class ItemStore {
  readonly #blocks: Block[] = [];

  /**
   * @param proxies collects the proxies of objects that are found among the items
   * @throws SerializationError that names the item and the path in it
   */
  constructor(items: readonly unknown[], proxies: Set<ObjectProxy>) {
    let count = firstBlockItems;
    for (let start = 0; start < items.length; ) {
      const end = Math.min(items.length, start + count);
      const bytes = encodeBlock(items, start, end, proxies);
      this.#blocks.push({ start, end, bytes });
      const itemBytes = Math.max(1, bytes.byteLength / (end - start));
      count = Math.max(1, Math.min(Math.floor(blockBytes / itemBytes), 4 * count, mostBlockItems));
      start = end;
    }
  }

  /**
   * What a run needs for a piece of the items.
   *
   * @param last number of the block that it was sent last, which it still has; undefined when it was sent none
   * @returns the blocks that it has not, in one piece of bytes, and the number of the last block that it has then
   */
  pack(start: number, end: number, last: number | undefined): PackedItems {
    const blocks: Block[] = [];
    let lastSent = last;
    let number = this.#blockOf(start);
    for (let block = this.#blocks[number]; block && block.start < end; block = this.#blocks[number]) {
      if (number !== last) {
        blocks.push(block);
        lastSent = number;
      }
      number += 1;
    }
    return { bytes: packBlocks(blocks), last: lastSent };
  }

  #blockOf(item: number): number {
    let low = 0;
    let high = this.#blocks.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#blocks[middle]?.start ?? 0) <= item) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

/*
 * Blocks on the wire, little endian: for each its first item and its length in bytes, of eight and four bytes, and then
 * its bytes.
 */
const headBytes = 12;

function packBlocks(blocks: readonly Block[]): Uint8Array {
  const packed = Buffer.allocUnsafe(blocks.reduce((sum, { bytes }) => sum + headBytes + bytes.byteLength, 0));
  let place = 0;
  for (const { start, bytes } of blocks) {
    packed.writeDoubleLE(start, place);
    packed.writeUInt32LE(bytes.byteLength, place + 8);
    packed.set(bytes, place + headBytes);
    place += headBytes + bytes.byteLength;
  }
  return packed;
}

/** The items that a run has: those of the blocks that it was sent last. */
export class ItemWindow {
  #blocks: { readonly start: number; readonly items: readonly unknown[] }[] = [];
  readonly #reviveProxy: (id: number) => object;

  constructor(reviveProxy: (id: number) => object) {
    this.#reviveProxy = reviveProxy;
  }

  /** Takes what {@link ItemStore.pack} has made. Of what was there before only the last block stays. */
  add(packed: Uint8Array): void {
    const bytes = Buffer.from(packed.buffer, packed.byteOffset, packed.byteLength);
    this.#blocks = this.#blocks.slice(-1);
    for (let place = 0; place < bytes.length; ) {
      const start = bytes.readDoubleLE(place);
      const end = place + headBytes + bytes.readUInt32LE(place + 8);
      const items = decodeValue(bytes.subarray(place + headBytes, end), this.#reviveProxy) as unknown[];
      this.#blocks.push({ start, items });
      place = end;
    }
  }

  at(index: number): unknown {
    const block = this.#blocks.find(({ start, items }) => start <= index && index < start + items.length);
    return block?.items[index - block.start];
  }
}

/** Puts the arguments of a run and its first items into one payload. */
export function packRun(args: Uint8Array | undefined, items: Uint8Array | undefined): Uint8Array {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(args?.byteLength ?? 0);
  return Buffer.concat([length, args ?? noBytes, items ?? noBytes]);
}

/** The arguments and the first items that {@link packRun} has put together. */
export function unpackRun(payload: Uint8Array): readonly [args: Uint8Array | undefined, items: Uint8Array] {
  const start = 4 + Buffer.from(payload.buffer, payload.byteOffset, 4).readUInt32LE();
  return [start === 4 ? undefined : payload.subarray(4, start), payload.subarray(start)];
}

const noBytes = new Uint8Array(0);

function encodeBlock(items: readonly unknown[], start: number, end: number, proxies: Set<ObjectProxy>): Uint8Array {
  try {
    return encodeValue(items.slice(start, end), 'items', proxies);
  } catch (error) {
    // Looked at one by one to name the culprit by its own index.
    for (let index = start; index < end; index += 1) encodeValue(items[index], `items[${index}]`, proxies);
    throw error;
  }
}
