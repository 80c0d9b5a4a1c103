import { header, tag } from './plain-value';

/** Longer ones are left to the real deserializer, which is quicker once it is set up. */
const mostBytes = 4096;
const longestJoined = 24;

/** Stands for a value that {@link readPlain} leaves to the real deserializer. */
export const notPlain = Symbol('not plain');

/**
 * The value that stands in `bytes`, when it is small and made of what a `PlainWriter` writes, whoever wrote it;
 * {@link notPlain} when it is not. Setting up the real deserializer for a small value costs some ten times as much.
 */
export function readPlain(bytes: Uint8Array): unknown {
  if (bytes.length > mostBytes || bytes[0] !== header[0] || bytes[1] !== header[1]) return notPlain;
  const reader = new PlainReader(bytes);
  const value = reader.value();
  return reader.isAtEnd ? value : notPlain;
}

/** A view of each place that a number stands in would cost more than the number. */
const doubleView = new DataView(new ArrayBuffer(8));

class PlainReader {
  readonly #bytes: Uint8Array;
  #place = 2;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#place === this.#bytes.length;
  }

  value(): unknown {
    switch (this.#byte()) {
      case tag.int32: {
        const zigzag = this.#varint();
        return (zigzag >>> 1) ^ -(zigzag & 1);
      }
      case tag.double:
        return this.#double();
      case tag.oneByteString:
        return this.#string(this.#varint());
      case tag.object:
        return this.#object();
      case tag.array:
        return this.#array(this.#varint());
      case tag.true:
        return true;
      case tag.false:
        return false;
      case tag.null:
        return null;
      case tag.undefined:
        return undefined;
      default:
        return notPlain;
    }
  }

  #object(): unknown {
    const object: Record<string, unknown> = {};
    for (;;) {
      const code = this.#byte();
      if (code === tag.objectEnd) {
        this.#varint();
        return object;
      }
      const key = code === tag.oneByteString ? this.#string(this.#varint()) : notPlain;
      const value = key === notPlain ? notPlain : this.value();
      // An assignment to this key would set the prototype.
      if (typeof key !== 'string' || key === '__proto__' || value === notPlain) return notPlain;
      object[key] = value;
    }
  }

  #array(length: number): unknown {
    const values: unknown[] = [];
    for (let i = 0; i < length; i += 1) {
      const value = this.value();
      if (value === notPlain) return notPlain;
      values.push(value);
    }
    if (this.#byte() !== tag.arrayEnd || this.#varint() !== 0 || this.#varint() !== length) return notPlain;
    return values;
  }

  #double(): unknown {
    const place = this.#place;
    this.#place += 8;
    if (this.#place > this.#bytes.length) return notPlain;
    for (let i = 0; i < 8; i += 1) doubleView.setUint8(i, this.#bytes[place + i] ?? 0);
    return doubleView.getFloat64(0, true);
  }

  #string(length: number): unknown {
    const start = this.#place;
    this.#place += length;
    if (this.#place > this.#bytes.length) return notPlain;
    if (length > longestJoined)
      return Buffer.from(this.#bytes.buffer, this.#bytes.byteOffset + start, length).toString('latin1');
    let text = '';
    for (let i = start; i < this.#place; i += 1) text += String.fromCharCode(this.#bytes[i] ?? 0);
    return text;
  }

  #varint(): number {
    let value = 0;
    for (let shift = 0; shift < 32; shift += 7) {
      const byte = this.#byte();
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    return value >>> 0;
  }

  /** Past the end it gives 0, which is no tag, so that what is cut off comes to an end. */
  #byte(): number {
    const byte = this.#bytes[this.#place] ?? 0;
    this.#place += 1;
    return byte;
  }
}
