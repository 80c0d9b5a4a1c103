/** A cell by its place among those that are shown. */
export interface Place {
  readonly row: number;
  readonly column: number;
}

/** Selected cells: the rectangle between where the selection began and where it has got to. */
export interface Selection {
  readonly anchor: Place;
  readonly focus: Place;
}

/** The rectangle of a selection; both ends belong to it. */
export interface Rectangle {
  readonly top: number;
  readonly left: number;
  readonly rows: number;
  readonly columns: number;
}

export const rectangleOf = ({ anchor, focus }: Selection): Rectangle => ({
  top: Math.min(anchor.row, focus.row),
  left: Math.min(anchor.column, focus.column),
  rows: Math.abs(anchor.row - focus.row) + 1,
  columns: Math.abs(anchor.column - focus.column) + 1,
});

export const holds = ({ top, left, rows, columns }: Rectangle, row: number, column: number): boolean =>
  row >= top && row < top + rows && column >= left && column < left + columns;

/** What a key press says. */
interface Key {
  readonly key: string;
  readonly shiftKey: boolean;
  readonly jump: boolean;
}

const arrows: Readonly<Record<string, readonly [down: number, right: number]>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

/**
 * The selection after a key: arrows, pages, Home and End move it, with Shift they stretch it, with `jump` (Ctrl or
 * Cmd) they go to the edge.
 *
 * @param page rows in sight
 * @returns undefined when the key does not concern the selection
 */
export function afterKey(
  before: Selection | null,
  { key, shiftKey, jump }: Key,
  size: { readonly rows: number; readonly columns: number },
  page: number,
): Selection | null | undefined {
  if (key === 'Escape') return before === null ? undefined : null;
  const target = targetOf(before?.focus ?? null, key, jump, page);
  if (target === null || size.rows === 0) return undefined;
  const focus = {
    row: Math.max(0, Math.min(size.rows - 1, target.row)),
    column: Math.max(0, Math.min(size.columns - 1, target.column)),
  };
  return { anchor: shiftKey && before !== null ? before.anchor : focus, focus };
}

function targetOf(focus: Place | null, key: string, jump: boolean, page: number): Place | null {
  const { row, column } = focus ?? { row: 0, column: 0 };
  const arrow = arrows[key];
  if (arrow !== undefined) {
    if (focus === null) return { row, column };
    const step = jump ? Number.MAX_SAFE_INTEGER : 1;
    return { row: row + arrow[0] * step, column: column + arrow[1] * step };
  }
  switch (key) {
    case 'PageDown':
      return { row: row + page, column };
    case 'PageUp':
      return { row: row - page, column };
    case 'Home':
      return { row: jump ? 0 : row, column: 0 };
    case 'End':
      return { row: jump ? Number.MAX_SAFE_INTEGER : row, column: Number.MAX_SAFE_INTEGER };
    default:
      return null;
  }
}
