import { types } from 'node:util';

/** JavaScript's own types of typed arrays. */
export const elementTypes = [
  Uint8Array,
  Int8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
] as const;

/** In the order of their numbers in messages. */
const viewTypes: readonly { new (buffer: ArrayBuffer): object; readonly name: string }[] = [...elementTypes, DataView];
/** Node's own kind of Uint8Array. */
const bufferKind = viewTypes.length;

/** The number of a view's type. */
export function viewKindOf(view: NodeJS.ArrayBufferView): number {
  if (Buffer.isBuffer(view)) return bufferKind;
  // By its name: it may be of another realm, or of a class of somebody's own.
  const name = Object.prototype.toString.call(view).slice(8, -1);
  return Math.max(
    0,
    viewTypes.findIndex((type) => type.name === name),
  );
}

/** A view of that type over all of a buffer. */
export function makeView(kind: number, buffer: ArrayBuffer): object {
  if (kind === bufferKind) return Buffer.from(buffer);
  const View = viewTypes[kind] ?? Uint8Array;
  return new View(buffer);
}

/** Whether it is of one of JavaScript's own types: a class of somebody's own may slice in its own way. */
export function isPlainTypedArray(value: unknown): value is Uint8Array {
  if (!types.isTypedArray(value)) return false;
  const { constructor } = value;
  return constructor === Buffer || elementTypes.some((type) => type === constructor);
}
