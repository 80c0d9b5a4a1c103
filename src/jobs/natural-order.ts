/**
 * Orders texts as a person does: digits by their value (`scan9` before `scan10`), everything else by code unit, so that
 * the order is the same on every machine and in every locale.
 */
export function naturalCompare(a: string, b: string): number {
  const aParts = a.match(chunks) ?? [];
  const bParts = b.match(chunks) ?? [];
  for (let index = 0; index < aParts.length && index < bParts.length; index++) {
    const order = compareParts(aParts[index] ?? '', bParts[index] ?? '');
    if (order !== 0) return order;
  }
  return aParts.length - bParts.length || byCodeUnit(a, b);
}

const chunks = /\d+|\D+/g;

function compareParts(a: string, b: string): number {
  if (!/^\d/.test(a) || !/^\d/.test(b)) return byCodeUnit(a, b);
  const aDigits = a.replace(/^0+/, '');
  const bDigits = b.replace(/^0+/, '');
  return aDigits.length - bDigits.length || byCodeUnit(aDigits, bDigits);
}

function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
