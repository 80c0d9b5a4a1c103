/** A value in a sentence: short, and never a whole structure. */
export function showValue(value: unknown): string {
  if (value === null) return 'empty';
  if (typeof value === 'string') {
    return value.length > 60 ? `${JSON.stringify(value.slice(0, 57)).slice(0, -1)}…"` : JSON.stringify(value);
  }
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : 'a mapping';
}
