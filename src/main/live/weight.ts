/** About how many bytes of memory a value takes. Typed arrays count as they are, the rest roughly. */
export function weightOf(value: unknown): number {
  if (typeof value === 'string') return value.length * 2;
  if (typeof value !== 'object' || value === null) return 8;
  if (ArrayBuffer.isView(value)) return value.byteLength;
  let sum = 16;
  for (const inner of Array.isArray(value) ? value : Object.values(value)) sum += weightOf(inner);
  return sum;
}
