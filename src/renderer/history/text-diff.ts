/** A line of two texts side by side: null where one of them has none. */
export interface DiffLine {
  readonly kind: 'same' | 'changed' | 'left' | 'right';
  readonly left: string | null;
  readonly right: string | null;
}

/** Above so many pairs of differing lines everything between the same beginning and end counts as changed. */
const mostPairs = 4_000_000;

/** Two texts line by line: the longest common sequence stands side by side (Wagner and Fischer's table). */
export function diffLines(left: string, right: string): DiffLine[] {
  const [a, b] = [linesOf(left), linesOf(right)];
  let first = 0;
  while (first < a.length && first < b.length && a[first] === b[first]) first += 1;
  let last = 0;
  while (last < a.length - first && last < b.length - first && a.at(-1 - last) === b.at(-1 - last)) last += 1;
  const same = (lines: readonly string[]): DiffLine[] =>
    lines.map((line) => ({ kind: 'same', left: line, right: line }));
  return [
    ...same(a.slice(0, first)),
    ...between(a.slice(first, a.length - last), b.slice(first, b.length - last)),
    ...same(a.slice(a.length - last)),
  ];
}

function between(a: readonly string[], b: readonly string[]): DiffLine[] {
  if (a.length * b.length > mostPairs) return paired(a, b);
  const width = b.length + 1;
  // Length of the longest common sequence of what follows each pair of places.
  const common = new Uint32Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i -= 1)
    for (let j = b.length - 1; j >= 0; j -= 1)
      common[i * width + j] =
        a[i] === b[j]
          ? (common[(i + 1) * width + j + 1] ?? 0) + 1
          : Math.max(common[(i + 1) * width + j] ?? 0, common[i * width + j + 1] ?? 0);
  const lines: DiffLine[] = [];
  let [i, j, removed, added]: [number, number, string[], string[]] = [0, 0, [], []];
  const flush = (): void => {
    lines.push(...paired(removed, added));
    [removed, added] = [[], []];
  };
  while (i < a.length || j < b.length) {
    const [line, other] = [a[i], b[j]];
    if (line !== undefined && line === other) {
      flush();
      lines.push({ kind: 'same', left: line, right: line });
      i += 1;
      j += 1;
    } else if (
      line !== undefined &&
      (other === undefined || (common[(i + 1) * width + j] ?? 0) >= (common[i * width + j + 1] ?? 0))
    ) {
      removed.push(line);
      i += 1;
    } else if (other !== undefined) {
      added.push(other);
      j += 1;
    }
  }
  flush();
  return lines;
}

/** What was removed beside what came in its place. */
function paired(removed: readonly string[], added: readonly string[]): DiffLine[] {
  return Array.from({ length: Math.max(removed.length, added.length) }, (_, place): DiffLine => {
    const [left = null, right = null] = [removed[place], added[place]];
    const kind = left === null ? 'right' : right === null ? 'left' : 'changed';
    return { kind, left, right };
  });
}

function linesOf(text: string): string[] {
  if (text === '') return [];
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}
