/**
 * A text as a cell of CSV (RFC 4180): quoted where it has to be. Spreadsheets run cells that begin with `= + - @` as
 * formulas; an apostrophe before them makes them text.
 */
export function csvText(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) || safe !== text ? `"${safe.replaceAll('"', '""')}"` : safe;
}
