import type { JobSpec } from '../shared/job-file';
import type { MatrixValue } from '../shared/plan';

export type Matrix = NonNullable<JobSpec['matrix']>;

/** One value for each name. */
export type Combination = Readonly<Record<string, MatrixValue>>;

/** How many combinations a matrix has; 1 for an empty one. */
export function combinationCount(matrix: Matrix): number {
  return Object.values(matrix).reduce((product, values) => product * values.length, 1);
}

/** All combinations, the last name's values changing fastest. Of no matrix one, which is empty. */
export function combinationsOf(matrix: Matrix | undefined): Combination[] {
  return Object.entries(matrix ?? {}).reduce<Combination[]>(
    (sofar, [name, values]) => sofar.flatMap((before) => values.map((value) => ({ ...before, [name]: value }))),
    [{}],
  );
}

/** Key of a job in its run: `thumbs[size=100,mode=a]`, or the id alone. */
export function keyOf(id: string, combination: Combination): string {
  const parts = Object.entries(combination).map(([name, value]) => `${name}=${valueKey(value)}`);
  return parts.length === 0 ? id : `${id}[${parts.join(',')}]`;
}

/** A value in a key: what separates the parts of a key is written as in a URL, so that no two keys are alike. */
export function valueKey(value: MatrixValue): string {
  return String(value).replace(
    /[%,=[\]\p{Cc}]/gu,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
}

/** What people see after the label: ` (size 100, mode a)`. */
export function combinationLabel(combination: Combination): string {
  const parts = Object.entries(combination).map(([name, value]) => `${name} ${String(value)}`);
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`;
}
