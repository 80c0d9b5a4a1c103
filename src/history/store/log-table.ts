import type { Database } from '../database';
import type { StoredLog, StoredLogLine } from '../types';

/** Of a job's output the first and the last lines are kept, so much of each. */
export interface LogLimits {
  readonly headBytes: number;
  readonly tailBytes: number;
}

export const defaultLogLimits: LogLimits = { headBytes: 64 * 1024, tailBytes: 256 * 1024 };

/** A tail is cut when it has outgrown its limit by this factor: not at every line. */
const slack = 1.25;

interface LogRow {
  readonly id: number;
  readonly part: 'head' | 'tail';
  readonly lines: number;
  readonly size: number;
}

/** The first and the last lines of each job's output. */
export class LogTable {
  readonly #limits: LogLimits;
  readonly #sizes;
  readonly #rows;
  readonly #insert;
  readonly #delete;
  readonly #texts;

  constructor(database: Database, limits: LogLimits) {
    this.#limits = limits;
    this.#sizes = database.prepare<{ part: 'head' | 'tail'; size: number }>(
      'SELECT part, sum(size) AS size FROM logs WHERE job = ? GROUP BY part',
    );
    this.#rows = database.prepare<LogRow>(
      "SELECT id, part, lines, size FROM logs WHERE job = ? AND part = 'tail' ORDER BY id",
    );
    this.#insert = database.prepare<never>('INSERT INTO logs (job, part, lines, size, text) VALUES (?, ?, ?, ?, ?)');
    this.#delete = database.prepare<never>('DELETE FROM logs WHERE id = ?');
    this.#texts = database.prepare<{ part: 'head' | 'tail'; lines: number; text: string }>(
      'SELECT part, lines, text FROM logs WHERE job = ? ORDER BY part, id',
    );
  }

  append(job: number, lines: readonly StoredLogLine[]): void {
    if (lines.length === 0) return;
    const sizes = new Map(this.#sizes.all(job).map(({ part, size }) => [part, size]));
    const room = sizes.has('tail') ? 0 : this.#limits.headBytes - (sizes.get('head') ?? 0);
    const inHead = countFitting(lines, room);
    this.#keep(job, 'head', lines.slice(0, inHead));
    const added = this.#keep(job, 'tail', lines.slice(inHead));
    if ((sizes.get('tail') ?? 0) + added > this.#limits.tailBytes * slack) this.#cutTail(job);
  }

  /** @param total number of lines that the job has logged */
  get(job: number, total: number): StoredLog {
    const head: StoredLogLine[] = [];
    const tail: StoredLogLine[] = [];
    for (const { part, text } of this.#texts.all(job)) (part === 'head' ? head : tail).push(...readLines(text));
    return { head, dropped: Math.max(0, total - head.length - tail.length), tail };
  }

  #keep(job: number, part: 'head' | 'tail', lines: readonly StoredLogLine[]): number {
    if (lines.length === 0) return 0;
    const text = JSON.stringify(lines.map(({ at, rank, stream, text: line }) => [at, rank, stream, line]));
    this.#insert.run(job, part, lines.length, text.length, text);
    return text.length;
  }

  #cutTail(job: number): void {
    const rows = this.#rows.all(job);
    let size = rows.reduce((sum, row) => sum + row.size, 0);
    // The newest stays, however large.
    for (const row of rows.slice(0, -1)) {
      if (size <= this.#limits.tailBytes) return;
      this.#delete.run(row.id);
      size -= row.size;
    }
  }
}

/** What a line takes up beside its text, about. */
const lineOverhead = 32;

function countFitting(lines: readonly StoredLogLine[], room: number): number {
  let left = room;
  for (const [index, line] of lines.entries()) {
    left -= line.text.length + lineOverhead;
    if (left < 0) return index;
  }
  return lines.length;
}

function readLines(text: string): StoredLogLine[] {
  try {
    const lines = JSON.parse(text) as (readonly [number, number, StoredLogLine['stream'], string])[];
    return lines.map(([at, rank, stream, line]) => ({ at, rank, stream, text: line }));
  } catch {
    return [];
  }
}
