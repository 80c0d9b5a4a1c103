import type { Problem } from './problem';
import type { Path, Source } from './source';

/** Data that comes from no text, such as what a form has gathered. It knows what a problem is about, but no lines. */
export interface DataSource extends Source {
  /** Where the value stands that a problem of this source is about. */
  pathOf(problem: Problem): Path;
}

/** @param value plain data, without keys that data may not have */
export function dataSource(value: unknown, file: string): DataSource {
  const paths = new Map<Problem, Path>();
  return {
    value,
    lineOf: () => 1,
    pathOf: (problem) => paths.get(problem) ?? [],
    problemAt: (path, code, message) => {
      const problem: Problem = { file, line: 1, column: 1, length: 1, code, message };
      paths.set(problem, path);
      return problem;
    },
  };
}
