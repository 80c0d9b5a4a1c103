import { pipeline } from 'node:stream/promises';
import { CsvError, parse } from 'csv-parse';
import { forbiddenKeys } from './inspect-document';
import { maxColumns, maxFieldLength, maxItems } from './limits';
import { DataFileError, readText } from './read-lines';

export interface Table {
  readonly columns: readonly string[];
  /** A text for each column. */
  readonly rows: readonly (readonly string[])[];
}

/**
 * The rows of a CSV file (RFC 4180): fields separated by commas, in quotes where they have commas, quotes or line ends
 * in them; the first line has the names of the columns.
 *
 * @throws DataFileError when it cannot be read or is no such table
 */
export async function readCsv(path: string): Promise<Table> {
  const parser = parse({
    bom: true,
    skip_empty_lines: true,
    max_record_size: maxFieldLength * 4,
    record_delimiter: ['\r\n', '\n'],
    cast: false,
  });
  // What goes wrong while reading comes out of the parser, below.
  const fed = pipeline(readText(path), parser).catch(() => undefined);
  let columns: readonly string[] | undefined;
  const rows: string[][] = [];
  try {
    for await (const record of parser) {
      const row = record as string[];
      const tooLong = row.find((field) => field.length > maxFieldLength);
      if (tooLong !== undefined) throw new DataFileError(`has a field of more than ${maxFieldLength} characters`);
      if (columns === undefined) columns = checkColumns(row);
      else if (rows.length === maxItems) throw new DataFileError(`has more than ${maxItems} rows`);
      else rows.push(row);
    }
  } catch (error) {
    throw error instanceof CsvError ? new DataFileError(describe(error)) : error;
  } finally {
    parser.destroy();
    await fed;
  }
  if (columns === undefined) throw new DataFileError('is empty; its first line must have the names of the columns');
  if (rows.length === 0) throw new DataFileError('has no rows below the names of its columns');
  return { columns, rows };
}

function checkColumns(row: readonly string[]): readonly string[] {
  const columns = row.map((name) => name.trim());
  const bad = columns.find((name) => forbiddenKeys.has(name));
  if (bad !== undefined) throw new DataFileError(`has a column "${bad}", a name that is not allowed`);
  const unnamed = columns.indexOf('');
  if (unnamed >= 0) throw new DataFileError(`has no name for its column ${unnamed + 1}`);
  const braced = columns.find((name) => /[{}]/.test(name));
  if (braced !== undefined)
    throw new DataFileError(`has a column ${JSON.stringify(braced)}; braces cannot be in a name`);
  const twice = columns.find((name, index) => columns.indexOf(name) < index);
  if (twice !== undefined) throw new DataFileError(`has two columns "${twice}"`);
  if (columns.length > maxColumns) throw new DataFileError(`has more than ${maxColumns} columns`);
  return columns;
}

function describe(error: CsvError): string {
  const line: unknown = error.lines;
  const where = typeof line === 'number' ? ` in line ${line}` : '';
  switch (error.code) {
    case 'CSV_RECORD_INCONSISTENT_FIELDS_LENGTH':
    case 'CSV_RECORD_INCONSISTENT_COLUMNS':
      return `has another number of fields${where} than names of columns`;
    case 'CSV_QUOTE_NOT_CLOSED':
      return 'has a field in quotes that is not closed';
    case 'CSV_INVALID_CLOSING_QUOTE':
    case 'INVALID_OPENING_QUOTE':
      return `has a quote${where} where none can be; a field with quotes in it is put in quotes, and they are doubled`;
    case 'CSV_MAX_RECORD_SIZE':
      return `has too long a row${where}`;
    default:
      return `is no table${where}: ${error.message}`;
  }
}
