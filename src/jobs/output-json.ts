import { isReport, type Report } from '../shared/report';
import { bytesOf, isTypedArray, type TypedArray, typeName } from './typed-arrays';

/** Up to here a typed array is written as numbers that a person can read; above, as base64, a quarter of the size. */
const maxReadableNumbers = 1000;

/** A text of JSON may not be longer than V8's longest string; base64 of this much leaves room for the rest. */
const maxBase64Bytes = 256 * 1024 * 1024;

/** How large typed arrays are told: with their bytes, or (for a stream of events) only with their length. */
type Large = 'base64' | 'length';

/** A result as indented JSON with a newline at the end. */
export function toJson(result: unknown): string {
  return `${JSON.stringify(toPlain(result), null, 2)}\n`;
}

/** One line of JSON for each element of an array (each rank's value, each row), one line for anything else. */
export function toNdjson(result: unknown): string {
  const plain = toPlain(result);
  const rows: readonly unknown[] = Array.isArray(plain) ? plain : [plain];
  return rows.map((row) => `${JSON.stringify(row)}\n`).join('');
}

/**
 * A value as JSON can hold it. A report becomes its `data` (or its figures and views when it has none), a Map with
 * text keys an object and any other Map a list of pairs, a Set a list, a BigInt its digits as text, a Date its ISO
 * form, NaN and infinities null, an error its name and message; a typed array a list of numbers or, when large,
 * `{ type, length, base64 }`.
 *
 * @throws TypeError for a circle, RangeError for arrays too large for JSON
 */
export function toPlain(result: unknown, large: Large = 'base64'): unknown {
  return plainOf(isReport(result) ? dataOf(result) : result, large, new Set());
}

/** What a report is about, as data. */
function dataOf(report: Report): unknown {
  return report.data === undefined ? { figures: report.figures, views: report.views } : report.data;
}

function plainOf(value: unknown, large: Large, around: Set<object>): unknown {
  if (typeof value === 'bigint') return String(value);
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value !== 'object' || value === null) return value ?? null;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (value instanceof Error) return { name: value.name, message: value.message };
  if (isTypedArray(value)) return plainArray(value, large);
  if (value instanceof ArrayBuffer) return plainArray(new Uint8Array(value), large);
  if (around.has(value)) throw new TypeError('it contains itself.');
  around.add(value);
  const plain = plainContainer(value, (inner) => plainOf(inner, large, around));
  around.delete(value);
  return plain;
}

function plainContainer(value: object, convert: (inner: unknown) => unknown): unknown {
  if (Array.isArray(value)) return value.map((inner: unknown) => convert(inner));
  if (value instanceof Set) return [...value].map(convert);
  if (value instanceof Map) {
    const pairs = [...value].map(([key, inner]: [unknown, unknown]) => [key, convert(inner)] as const);
    const named = pairs.filter((pair): pair is readonly [string, unknown] => typeof pair[0] === 'string');
    return named.length === pairs.length
      ? Object.fromEntries(named)
      : pairs.map(([key, inner]) => [convert(key), inner]);
  }
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, convert(inner)]));
}

function plainArray(array: TypedArray, large: Large): unknown {
  if (array.length <= maxReadableNumbers) return [...array].map((number) => plainOf(number, large, new Set()));
  const description = { type: typeName(array), length: array.length };
  if (large === 'length') return description;
  if (array.byteLength > maxBase64Bytes)
    throw new RangeError(`a ${typeName(array)} of ${array.length} numbers is too large for JSON; write it as npy.`);
  const bytes = bytesOf(array);
  return { ...description, base64: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64') };
}
