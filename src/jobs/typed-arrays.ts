/** Every kind of typed array, and what NumPy calls its numbers (little-endian). */
const kinds = [
  [Int8Array, '|i1'],
  [Uint8Array, '|u1'],
  [Uint8ClampedArray, '|u1'],
  [Int16Array, '<i2'],
  [Uint16Array, '<u2'],
  [Int32Array, '<i4'],
  [Uint32Array, '<u4'],
  [Float32Array, '<f4'],
  [Float64Array, '<f8'],
  [BigInt64Array, '<i8'],
  [BigUint64Array, '<u8'],
] as const;

export type TypedArray =
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | Float32Array
  | Float64Array
  | BigInt64Array
  | BigUint64Array;

export function isTypedArray(value: unknown): value is TypedArray {
  return ArrayBuffer.isView(value) && !(value instanceof DataView);
}

/** NumPy's name of an array's kind of number, for example `<u2`. */
export function numpyType(array: TypedArray): string {
  const kind = kinds.find(([Kind]) => array instanceof Kind);
  if (!kind) throw new TypeError(`${array.constructor.name} has no kind of number that other programs know.`);
  return kind[1];
}

/** The name of an array's class, for example `Uint16Array`; a Node `Buffer` is a `Uint8Array`. */
export function typeName(array: TypedArray): string {
  return kinds.find(([Kind]) => array instanceof Kind)?.[0].name ?? array.constructor.name;
}

/** The bytes as they lie in memory, without a copy. Every platform that Electron runs on is little-endian. */
export function bytesOf(array: TypedArray): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}
