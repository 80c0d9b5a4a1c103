/** Longest piece of a line that is one piece of the page. */
const longestPiece = 4000;

/** A line of a text, or a piece of one that is very long. */
export interface TextLine {
  /** Number of the line, from 1; the further pieces of a long line have none. */
  readonly number: number | null;
  readonly text: string;
}

/** A text by its lines. Very long lines are cut into pieces, since a page cannot lay them out. */
export function linesOf(text: string): TextLine[] {
  const lines: TextLine[] = [];
  const all = text.split(/\r\n|\n|\r/);
  // What ends with a line end has no empty line after it.
  if (all.length > 1 && all.at(-1) === '') all.pop();
  all.forEach((line, index) => {
    for (let from = 0; from === 0 || from < line.length; from += longestPiece)
      lines.push({ number: from === 0 ? index + 1 : null, text: line.slice(from, from + longestPiece) });
  });
  return lines;
}

/** The places in `lines` that contain a text; upper and lower case are the same. At most 10,000. */
export function findLines(lines: readonly { readonly text: string }[], text: string): number[] {
  const wanted = text.toLowerCase();
  const places: number[] = [];
  if (wanted === '') return places;
  for (let place = 0; place < lines.length && places.length < 10_000; place += 1)
    if (lines[place]?.text.toLowerCase().includes(wanted) === true) places.push(place);
  return places;
}

/** A line cut where a text begins and ends in it: every other part, from the second on, is the text. */
export function splitAround(line: string, text: string): string[] {
  if (text === '') return [line];
  const parts: string[] = [];
  const [lower, wanted] = [line.toLowerCase(), text.toLowerCase()];
  let from = 0;
  for (let at = lower.indexOf(wanted); at >= 0; at = lower.indexOf(wanted, from)) {
    parts.push(line.slice(from, at), line.slice(at, at + wanted.length));
    from = at + wanted.length;
  }
  return [...parts, line.slice(from)];
}
