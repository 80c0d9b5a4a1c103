import { types } from 'node:util';
import { serialize } from 'node:v8';

/** What V8 puts in front of each value: its mark and the version of its format. */
export const header = serialize(null).subarray(0, 2);

/** Tags of V8's serialization format (`value-serializer.cc`), which readers of any later version take. */
export const tag = {
  undefined: 0x5f,
  null: 0x30,
  true: 0x54,
  false: 0x46,
  int32: 0x49,
  double: 0x4e,
  oneByteString: 0x22,
  object: 0x6f,
  objectEnd: 0x7b,
  array: 0x41,
  arrayEnd: 0x24,
} as const;

const firstBytes = 4096;
const longestString = 256;
/** Of elements and of members, and of objects in one value. */
const mostParts = 32;
/** Bytes that each step may take at most besides a string: a tag and a double, or a tag and two lengths. */
const mostStepBytes = 11;

/**
 * Writes small plain values one behind the other, each as `v8.serialize` would: numbers, booleans, null, short strings
 * of Latin letters, and small arrays and objects of these. What it does not take is left to the real serializer, which
 * costs 2 to 20 microseconds to set up, ten times what a small value costs here.
 */
export class PlainWriter {
  #bytes = Buffer.allocUnsafe(firstBytes);
  #length = 0;
  /** Objects of the value that is being written: one that comes twice is not for us, since it must stay one. */
  readonly #seen: object[] = [];

  get length(): number {
    return this.#length;
  }

  /** A copy of everything written since the last time; the next value starts at 0 again. */
  take(): Uint8Array {
    // With memory of its own: a message port would send all of a shared one.
    const taken = new Uint8Array(this.#bytes.subarray(0, this.#length));
    this.#length = 0;
    return taken;
  }

  /** Appends bytes as they are. */
  append(bytes: Uint8Array): void {
    this.#reserve(bytes.byteLength);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.byteLength;
  }

  /** Appends a value with its header. Returns false, and appends nothing, when it is not for this writer. */
  write(value: unknown): boolean {
    const start = this.#length;
    this.#seen.length = 0;
    this.append(header);
    try {
      if (this.#value(value)) return true;
    } catch {
      // A getter threw. The real serializer says it properly.
    }
    this.#length = start;
    return false;
  }

  #value(value: unknown): boolean {
    this.#reserve(mostStepBytes);
    switch (typeof value) {
      case 'number':
        return this.#number(value);
      case 'string':
        return this.#string(value);
      case 'boolean':
        return this.#tag(value ? tag.true : tag.false);
      case 'undefined':
        return this.#tag(tag.undefined);
      case 'object':
        return value === null ? this.#tag(tag.null) : this.#object(value);
      default:
        return false;
    }
  }

  #tag(code: number): boolean {
    this.#bytes[this.#length] = code;
    this.#length += 1;
    return true;
  }

  #number(value: number): boolean {
    // Small enough to be an integer of the engine everywhere, and not minus zero.
    if ((value | 0) === value && value < 0x3fffffff && value > -0x3fffffff && !Object.is(value, -0)) {
      this.#tag(tag.int32);
      this.#varint(((value << 1) ^ (value >> 31)) >>> 0);
      return true;
    }
    this.#tag(tag.double);
    this.#length = this.#bytes.writeDoubleLE(value, this.#length);
    return true;
  }

  #string(value: string): boolean {
    if (value.length > longestString) return false;
    this.#reserve(value.length + mostStepBytes);
    this.#tag(tag.oneByteString);
    this.#varint(value.length);
    for (let i = 0; i < value.length; i += 1) {
      const code = value.charCodeAt(i);
      if (code > 0xff) return false;
      this.#bytes[this.#length + i] = code;
    }
    this.#length += value.length;
    return true;
  }

  #object(value: object): boolean {
    if (this.#seen.length >= mostParts || this.#seen.includes(value) || types.isProxy(value)) return false;
    this.#seen.push(value);
    return Array.isArray(value) ? this.#array(value) : this.#plain(value);
  }

  #array(values: readonly unknown[]): boolean {
    if (values.length > mostParts || !isDense(values)) return false;
    this.#tag(tag.array);
    this.#varint(values.length);
    for (const value of values) if (!this.#value(value)) return false;
    this.#reserve(mostStepBytes);
    this.#tag(tag.arrayEnd);
    this.#varint(0);
    this.#varint(values.length);
    return true;
  }

  #plain(value: object): boolean {
    if (Object.getPrototypeOf(value) !== Object.prototype) return false;
    const entries = Object.entries(value);
    if (entries.length > mostParts) return false;
    this.#tag(tag.object);
    for (const [key, member] of entries) {
      // Keys that are numbers are written as such.
      if (key >= '0' && key < ':') return false;
      if (!this.#string(key) || !this.#value(member)) return false;
    }
    this.#reserve(mostStepBytes);
    this.#tag(tag.objectEnd);
    this.#varint(entries.length);
    return true;
  }

  #varint(value: number): void {
    let rest = value;
    while (rest >= 0x80) {
      this.#bytes[this.#length] = (rest & 0x7f) | 0x80;
      this.#length += 1;
      rest >>>= 7;
    }
    this.#bytes[this.#length] = rest;
    this.#length += 1;
  }

  #reserve(bytes: number): void {
    if (this.#length + bytes <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(2 * this.#bytes.length, this.#length + bytes));
    larger.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = larger;
  }
}

/** No holes and no properties of its own: as many keys as elements, the last of which is the last place. */
function isDense(values: readonly unknown[]): boolean {
  const keys = Object.keys(values);
  return keys.length === values.length && (keys.length === 0 || keys.at(-1) === String(values.length - 1));
}
