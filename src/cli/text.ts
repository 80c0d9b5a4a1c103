/** How many columns a text takes on a terminal: wide characters two, combining marks none. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const character of text) width += widthOf(character);
  return width;
}

function widthOf(character: string): number {
  if (/^[\p{Mn}\p{Me}\p{Cf}]$/u.test(character)) return 0;
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x1100) return 1;
  return wideRanges.some(([from, to]) => code >= from && code <= to) ? 2 : 1;
}

/** East Asian wide and fullwidth characters, and emoji, in ranges that are coarse but never too narrow. */
const wideRanges: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0xa4cf],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x1f300, 0x1f64f],
  [0x1f680, 0x1f6ff],
  [0x1f900, 0x1f9ff],
  [0x20000, 0x3fffd],
];

/** A text that takes at most so many columns, with `…` where something was cut off. */
export function shorten(text: string, columns: number): string {
  if (displayWidth(text) <= columns) return text;
  let short = '';
  let width = 1;
  for (const character of text) {
    width += widthOf(character);
    if (width > columns) break;
    short += character;
  }
  return columns > 0 ? `${short}…` : '';
}

/** A text that takes exactly so many columns. */
export function fit(text: string, columns: number): string {
  const short = shorten(text, columns);
  return short + ' '.repeat(Math.max(0, columns - displayWidth(short)));
}

export { cleanText } from '../shared/clean-text';
export { counted } from '../shared/counted';
