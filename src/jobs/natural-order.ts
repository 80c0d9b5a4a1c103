/**
 * Orders texts as a person does: digits by their value (`scan9` before `scan10`), everything else by code unit, so that
 * the order is the same on every machine and in every locale. A run of digits or of other characters counts as one.
 */
export function naturalCompare(a: string, b: string): number {
  let at = 0;
  // Most names of a folder begin alike.
  while (at < a.length && at < b.length && a.charCodeAt(at) === b.charCodeAt(at)) at += 1;
  let start = at;
  while (start > 0 && isDigit(a, start - 1) === isDigit(a, at - 1)) start -= 1;
  return compareRuns(a, b, start);
}

/** From the beginning of the run in which they part, or would. */
function compareRuns(a: string, b: string, start: number): number {
  let aAt = start;
  let bAt = start;
  while (aAt < a.length && bAt < b.length) {
    const aEnd = runEnd(a, aAt);
    const bEnd = runEnd(b, bAt);
    const order =
      isDigit(a, aAt) && isDigit(b, bAt)
        ? compareDigits(a.slice(aAt, aEnd), b.slice(bAt, bEnd))
        : byCodeUnit(a.slice(aAt, aEnd), b.slice(bAt, bEnd));
    if (order !== 0) return order;
    aAt = aEnd;
    bAt = bEnd;
  }
  return Number(aAt < a.length) - Number(bAt < b.length) || byCodeUnit(a, b);
}

function compareDigits(a: string, b: string): number {
  const aDigits = a.replace(/^0+/, '');
  const bDigits = b.replace(/^0+/, '');
  return aDigits.length - bDigits.length || byCodeUnit(aDigits, bDigits);
}

function runEnd(text: string, from: number): number {
  const digits = isDigit(text, from);
  let end = from + 1;
  while (end < text.length && isDigit(text, end) === digits) end += 1;
  return end;
}

function isDigit(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 0x30 && code <= 0x39;
}

function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
