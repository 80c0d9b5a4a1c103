import { tableOf } from '../../jobs/output-csv';
import type { Cell, Numbers, Series, View } from '../../shared/report';
import { isNumberArray } from './report-schema';
import type { RowSource } from './shown-views';
import { short } from './value-tree';

/** Most rows and columns of a table that is made of a plain value, and most lines of a plot. */
const maxRows = 1_000_000;
const maxColumns = 200;
const maxSeries = 16;
/** A text of one line that is not longer is read well enough in the tree. */
const shortText = 200;

/** What can be made of a value that is no report: a plot of numbers, a text, a table of records or lists. */
export function viewsOf(value: unknown): (Exclude<View, { kind: 'table' }> | ({ kind: 'table' } & RowSource))[] {
  if (typeof value === 'string')
    return value.length > shortText || value.includes('\n') ? [{ kind: 'text', title: 'Text', text: value }] : [];
  const lines = seriesOf(value);
  const table = rowsOf(value);
  return [
    ...(lines === null ? [] : [{ kind: 'line', title: 'Values', xLabel: 'Index', series: lines } as const]),
    ...(table === null ? [] : [{ kind: 'table', ...table } as const]),
  ];
}

/**
 * What can be made of the values of items not all of which have one (null): a table of those that have, with their
 * items, and a plot of numbers at their places.
 */
export function viewsOfItems(
  values: readonly unknown[],
  nameOf: (index: number) => string,
): ReturnType<typeof viewsOf> {
  const places = values.flatMap((value, index) => (value === null ? [] : [index]));
  if (places.length === 0 || places.length > maxRows) return [];
  const present = places.map((index) => values[index]);
  if (present.every((value) => typeof value === 'number'))
    return [{ kind: 'line', title: 'Values', xLabel: 'Item', series: [{ name: 'Value', x: places, y: present }] }];
  const table = tableOf(present, false);
  if (table === undefined || table.columns.length === 0 || table.columns.length > maxColumns) return [];
  const rows = table.rows.map((row, place): Cell[] => [nameOf(places[place] ?? 0), ...Array.from(row, toCell)]);
  return [{ kind: 'table', title: 'Rows', columns: ['Item', ...table.columns], rows }];
}

function seriesOf(value: unknown): Series[] | null {
  if (isSeries(value)) return [{ name: 'Value', y: value }];
  if (!Array.isArray(value) || value.length === 0 || value.length > maxSeries || !value.every(isSeries)) return null;
  return value.map((y: Numbers, index) => ({ name: `[${index}]`, y }));
}

const isSeries = (value: unknown): value is Numbers =>
  isNumberArray(value)
    ? value.length > 1
    : Array.isArray(value) && value.length > 1 && value.every((item) => typeof item === 'number');

function rowsOf(value: unknown): RowSource | null {
  if (!Array.isArray(value) || value.length > maxRows) return null;
  const table = tableOf(value, false);
  if (table === undefined || table.columns.length === 0 || table.columns.length > maxColumns) return null;
  return { title: 'Rows', columns: table.columns, rows: table.rows.map((row) => Array.from(row, toCell)) };
}

const toCell = (value: unknown): Cell => {
  if (value === undefined || value === null) return null;
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : short(value);
};
