import type { Cell } from '../../../shared/report';

/** Whether a cell is among those that a person wants to see. */
export type CellTest = (value: Cell) => boolean;

const comparisons: Readonly<Record<string, (value: number, bound: number) => boolean>> = {
  '>=': (value, bound) => value >= bound,
  '<=': (value, bound) => value <= bound,
  '!=': (value, bound) => value !== bound,
  '>': (value, bound) => value > bound,
  '<': (value, bound) => value < bound,
  '=': (value, bound) => value === bound,
};

/**
 * What a person types to filter a column: `>5`, `<=3`, `=4`, `!=0`, `1..5` (both ends included), `=text` for exactly
 * this text, anything else for cells that contain it. Upper and lower case are the same.
 *
 * @returns null for an empty text
 */
export function parseFilter(text: string): CellTest | null {
  const wanted = text.trim();
  if (wanted === '') return null;
  const between = /^(-?[\d.]+(?:e[+-]?\d+)?)\.\.(-?[\d.]+(?:e[+-]?\d+)?)$/i.exec(wanted);
  if (between !== null) {
    const [low, high] = [Number(between[1]), Number(between[2])];
    return (value) => typeof value === 'number' && value >= low && value <= high;
  }
  const [, sign = '', rest = ''] = /^(>=|<=|!=|>|<|=)\s*(.*)$/.exec(wanted) ?? [];
  const compare = comparisons[sign];
  const bound = Number(rest);
  if (compare !== undefined && rest !== '' && !Number.isNaN(bound))
    return (value) => typeof value === 'number' && compare(value, bound);
  if ((sign === '=' || sign === '!=') && rest !== '') {
    const same = (value: Cell): boolean => String(value ?? '').toLowerCase() === rest.toLowerCase();
    return sign === '=' ? same : (value) => !same(value);
  }
  return containing(wanted);
}

/** Cells that contain a text. */
export function containing(text: string): CellTest {
  const wanted = text.toLowerCase();
  return (value) => value !== null && String(value).toLowerCase().includes(wanted);
}
