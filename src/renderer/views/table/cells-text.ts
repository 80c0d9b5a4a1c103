import { csvText } from '../../../shared/csv';
import type { Cell } from '../../../shared/report';

/** Rows of a table as they are shown: how many, and their cells by place. */
export interface CellGrid {
  readonly columns: readonly string[];
  readonly rows: number;
  readonly cell: (row: number, column: number) => Cell;
}

/** CSV (RFC 4180) with the names of the columns in the first line. */
export const toCsv = (grid: CellGrid): string =>
  linesOf(grid, (value) => (typeof value === 'string' ? csvText(value) : String(value ?? '')), ',', true);

/** What spreadsheets take from the clipboard: tabs between cells. Texts with tabs, quotes or line ends are quoted. */
export const toTsv = (grid: CellGrid, heading: boolean): string =>
  linesOf(
    grid,
    (value) => {
      const text = String(value ?? '');
      return /["\t\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
    },
    '\t',
    heading,
  );

/** A list with an object for each row. A number that JSON has no word for becomes its name as text. */
export function toJson({ columns, rows, cell }: CellGrid): string {
  const names = distinct(columns);
  const lines = Array.from({ length: rows }, (_, row) => {
    const pairs = names.map((name, column) => {
      const value = cell(row, column);
      const shown = typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
      return `${JSON.stringify(name)}: ${JSON.stringify(shown)}`;
    });
    return `  {${pairs.join(', ')}}`;
  });
  return `[\n${lines.join(',\n')}\n]\n`;
}

/** Columns of one name would be one key of an object: the later ones get a number. */
function distinct(columns: readonly string[]): string[] {
  const seen = new Map<string, number>();
  return columns.map((name) => {
    const times = (seen.get(name) ?? 0) + 1;
    seen.set(name, times);
    return times === 1 ? name : `${name} (${times})`;
  });
}

function linesOf(grid: CellGrid, write: (value: Cell) => string, between: string, heading: boolean): string {
  const lines = heading ? [grid.columns.map(write).join(between)] : [];
  for (let row = 0; row < grid.rows; row += 1)
    lines.push(grid.columns.map((_, column) => write(grid.cell(row, column))).join(between));
  return `${lines.join('\n')}\n`;
}
