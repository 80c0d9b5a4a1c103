import type { QueueLines } from './queue-lines';

/** The jobs that a person has marked, and where they began to. */
export interface Marks {
  readonly marked: ReadonlySet<number>;
  /** Key of the job that a range begins at. */
  readonly anchor: number | null;
}

/** One job and no other, or none. */
export const markOnly = (key: number | null): Marks => ({ marked: new Set(key === null ? [] : [key]), anchor: key });

/** With Ctrl: one job more, or one less. */
export function markAlso({ marked }: Marks, key: number): Marks {
  const next = new Set(marked);
  if (!next.delete(key)) next.add(key);
  return { marked: next, anchor: key };
}

/** With Shift: everything from where it began to this job. */
export function markTo({ anchor }: Marks, key: number, lines: QueueLines): Marks {
  const [from, to] = [lines.lineOf('job', anchor ?? key), lines.lineOf('job', key)];
  if (from < 0 || to < 0) return markOnly(key);
  return { marked: new Set(lines.jobs(Math.min(from, to), Math.max(from, to) + 1)), anchor: anchor ?? key };
}
