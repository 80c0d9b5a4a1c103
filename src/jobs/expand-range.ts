import { resolve } from 'node:path';
import type { JobRange } from '../shared/job-file';
import { parseNumbers } from '../shared/job-units';
import type { NumberSpan, PlannedItems } from '../shared/plan';
import { maxMapItems } from './limits';
import type { Lookups } from './lookups';
import { countOf } from './plan-items';
import type { ProblemCode } from './problem';
import { readCsv } from './read-csv';
import { DataFileError, readLines } from './read-lines';
import type { Path } from './source';

export interface ExpandedRange {
  /** How many items there are. */
  readonly count: number;
  readonly items: PlannedItems;
}

/** Why a range cannot be expanded, and the part of it that is to blame. */
export interface RangeProblem {
  readonly at: Path;
  readonly code: ProblemCode;
  readonly message: string;
}

/** Finds out what a range stands for. Reads folders and files of data, and executes nothing. */
export async function expandRange(
  range: JobRange | undefined,
  lookups: Lookups,
): Promise<ExpandedRange | RangeProblem> {
  // A command without a range is run once.
  if (range === undefined) return { count: 1, items: { kind: 'count' } };
  if (typeof range === 'number') return { count: range, items: { kind: 'count' } };
  if (typeof range === 'string') {
    const parts = parseNumbers(range);
    return numbers(typeof parts === 'string' ? [] : parts.map(({ from, to, step }) => spanOf(from, to, step)));
  }
  if ('from' in range) return numbers([spanOf(range.from, range.to, range.step ?? 1)]);
  if ('list' in range) return values(range.list);
  if ('files' in range) {
    const exclude = range.exclude === undefined ? [] : [range.exclude].flat();
    const found = await lookups.findFiles([range.files].flat(), exclude);
    if (!found.ok) return { at: ['files'], code: found.code, message: found.message };
    return { count: found.files.length, items: { kind: 'files', paths: found.files } };
  }
  if ('csv' in range)
    return await reading('csv', range.csv, lookups, async (path) => {
      const { columns, rows } = await readCsv(path);
      return { count: rows.length, items: { kind: 'rows', columns, rows } };
    });
  return await reading('lines', range.lines, lookups, async (path) => values(await readLines(path)));
}

/** The numbers from one to another: as many as there are, whatever the step. */
function spanOf(from: number, to: number, step: number): NumberSpan {
  return [from, step, Math.floor((to - from) / step) + 1];
}

function numbers(spans: readonly NumberSpan[]): ExpandedRange | RangeProblem {
  const count = countOf(spans);
  if (count > maxMapItems)
    return { at: [], code: 'E114', message: `The range has ${count} numbers; at most ${maxMapItems} are allowed.` };
  return { count, items: { kind: 'numbers', spans } };
}

function values(list: readonly (string | number)[]): ExpandedRange {
  return { count: list.length, items: { kind: 'values', values: list } };
}

async function reading(
  key: 'csv' | 'lines',
  written: string,
  { folder }: Lookups,
  read: (path: string) => Promise<ExpandedRange>,
): Promise<ExpandedRange | RangeProblem> {
  try {
    return await read(resolve(folder, written));
  } catch (error) {
    if (!(error instanceof DataFileError)) throw error;
    return { at: [key], code: 'E211', message: `${JSON.stringify(written)} ${error.message}.` };
  }
}
