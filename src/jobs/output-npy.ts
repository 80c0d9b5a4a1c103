import { isReport, type View } from '../shared/report';
import { bytesOf, isTypedArray, numpyType, type TypedArray } from './typed-arrays';

interface Shaped {
  readonly shape: readonly number[];
  readonly arrays: readonly TypedArray[];
}

/**
 * A result in NumPy's format 1.0 (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html): a typed
 * array; the ranks' typed arrays of one kind, joined in rank order; a list of numbers; a report's data, or its first
 * image as rows and columns.
 *
 * @throws TypeError when the result is none of these
 */
export function toNpy(result: unknown): Uint8Array {
  const shaped = isReport(result) ? (shapedOf(result.data) ?? shapedOfImage(result.views)) : shapedOf(result);
  if (!shaped) throw new TypeError('it is neither a typed array, nor a list of numbers, nor a report with an image.');
  const [first] = shaped.arrays;
  const type = numpyType(first ?? new Float64Array());
  const shape = shaped.shape.length === 1 ? `(${shaped.shape[0]},)` : `(${shaped.shape.join(', ')})`;
  return Buffer.concat([header(type, shape), ...shaped.arrays.map(bytesOf)]);
}

/** Magic, version, length, then a Python literal padded so that the data begin at a multiple of 64 bytes. */
function header(type: string, shape: string): Buffer {
  const literal = `{'descr': '${type}', 'fortran_order': False, 'shape': ${shape}, }`;
  const padded = `${literal.padEnd(Math.ceil((literal.length + 11) / 64) * 64 - 11)}\n`;
  const start = Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, 0, 0]);
  start.writeUInt16LE(padded.length, 8);
  return Buffer.concat([start, Buffer.from(padded, 'latin1')]);
}

function shapedOf(value: unknown): Shaped | undefined {
  if (isTypedArray(value)) return { shape: [value.length], arrays: [value] };
  if (!Array.isArray(value) || value.length === 0) return undefined;
  if (value.every((part): part is number => typeof part === 'number'))
    return { shape: [value.length], arrays: [Float64Array.from(value)] };
  if (!value.every(isTypedArray)) return undefined;
  const kinds = new Set(value.map(numpyType));
  if (kinds.size > 1) throw new TypeError(`the ranks returned arrays of different kinds (${[...kinds].join(', ')}).`);
  return { shape: [value.reduce((sum, part) => sum + part.length, 0)], arrays: value };
}

function shapedOfImage(views: readonly View[]): Shaped | undefined {
  const image = views.find((view) => view.kind === 'image');
  return image && { shape: [image.height, image.width], arrays: [image.data] };
}
