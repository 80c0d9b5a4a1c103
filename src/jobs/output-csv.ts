import { csvText } from '../shared/csv';
import { isRecord } from '../shared/is-record';
import { isReport, type Report } from '../shared/report';
import { isTypedArray } from './typed-arrays';

/** Rows with a value for each column. */
export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
}

/**
 * A result as CSV (RFC 4180, UTF-8, `\n`): a report's first table, histogram or plot, else its figures; a list
 * of objects with their keys as columns; a list of lists; a list or typed array of values with its indices.
 *
 * @throws TypeError when the result has no rows
 */
export function toCsv(result: unknown): string {
  const table = isReport(result) ? (tableOf(result.data, false) ?? tableOfReport(result)) : tableOf(result, true);
  if (!table) throw new TypeError('it is neither a report nor a list.');
  return [table.columns, ...table.rows].map((row) => `${row.map(cell).join(',')}\n`).join('');
}

function tableOfReport(report: Report): Table {
  for (const view of report.views) {
    if (view.kind === 'table') return view;
    if (view.kind === 'histogram') {
      return {
        columns: ['from', 'to', 'count'],
        rows: Array.from(view.counts, (count, index) => [view.edges[index], view.edges[index + 1], count]),
      };
    }
    if (view.kind === 'line' || view.kind === 'scatter') {
      return {
        columns: ['series', 'x', 'y'],
        rows: view.series.flatMap(({ name, x, y }) =>
          Array.from(y, (value, index) => [name, x?.[index] ?? index, value]),
        ),
      };
    }
  }
  return {
    columns: ['figure', 'value', 'unit'],
    rows: report.figures.map(({ label, value, unit }) => [label, value, unit ?? '']),
  };
}

/**
 * A list of objects as rows with their keys as columns, or a list of lists as it is; undefined when it is neither.
 *
 * @param values whether a list of bare values is a table too
 */
export function tableOf(result: unknown, values: boolean): Table | undefined {
  if (!Array.isArray(result) && !isTypedArray(result)) return undefined;
  const rows: unknown[] = Array.from<unknown>(result);
  if (rows.length > 0 && rows.every(Array.isArray)) {
    const width = rows.reduce((most: number, row) => Math.max(most, Array.isArray(row) ? row.length : 0), 0);
    return { columns: Array.from({ length: width }, (_, index) => String(index)), rows: rows.filter(Array.isArray) };
  }
  if (rows.length > 0 && rows.every(isRow)) {
    const columns = [...new Set(rows.flatMap(Object.keys))];
    return { columns, rows: rows.map((row) => columns.map((column) => (isRow(row) ? row[column] : undefined))) };
  }
  return values ? { columns: ['index', 'value'], rows: rows.map((value, index) => [index, value]) } : undefined;
}

function cell(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') return String(value);
  return csvText(
    typeof value === 'string' ? value : value instanceof Date ? value.toISOString() : JSON.stringify(value),
  );
}

function isRow(value: unknown): value is Record<string, unknown> {
  return isRecord(value) && !ArrayBuffer.isView(value);
}
