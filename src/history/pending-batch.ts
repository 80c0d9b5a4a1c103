import type { ErrorInfo } from '../shared/engine-info';
import { packValues } from './pack-values';
import type { JobBatch, RunBatch, RunEnd } from './store/commit';
import type { JobUpdate } from './store/job-table';
import type { SettledBlock } from './store/settled-table';
import type { ItemState, StoredLogLine } from './types';

/** Values of items that follow each other are packed into blocks of about this size, in bytes. */
const blockBytes = 64 * 1024;

/** Of lines that cannot be written for a long time so many are kept, of each job: the first and the last half. */
const mostLines = 4000;

/** Items `[start, start + values.length)` that were reported together. */
interface Report {
  readonly start: number;
  readonly state: ItemState;
  readonly attempts: number;
  readonly error?: ErrorInfo;
  readonly values: readonly (Uint8Array | undefined)[];
}

interface PendingJob {
  update: Omit<JobUpdate, 'result'>;
  result?: { readonly bytes: Uint8Array; readonly mayMove: boolean };
  readonly reports: Report[];
  settleRest?: Exclude<ItemState, 'done'>;
  lines: StoredLogLine[];
  droppedLines: number;
}

/** What is to be written of one run in the next transaction. Of what is overwritten only the last is kept. */
export class PendingBatch {
  readonly #jobs = new Map<string, PendingJob>();
  #end: RunEnd | undefined;
  #bytes = 0;
  #reports = 0;

  get isEmpty(): boolean {
    return this.#jobs.size === 0 && !this.#end;
  }

  /** Size of the values in it. */
  get bytes(): number {
    return this.#bytes;
  }

  get reports(): number {
    return this.#reports;
  }

  update(key: string, update: Omit<JobUpdate, 'result'>): void {
    const job = this.#job(key);
    job.update = { ...job.update, ...update };
  }

  result(key: string, bytes: Uint8Array, mayMove: boolean): void {
    this.#job(key).result = { bytes, mayMove };
    this.#bytes += bytes.byteLength;
  }

  report(key: string, report: Report): void {
    if (report.values.length === 0) return;
    this.#job(key).reports.push(report);
    this.#reports += 1;
    for (const value of report.values) this.#bytes += value?.byteLength ?? 0;
  }

  settleRest(key: string, state: Exclude<ItemState, 'done'>): void {
    this.#job(key).settleRest = state;
  }

  log(key: string, lines: readonly StoredLogLine[], dropped: number): void {
    const job = this.#job(key);
    job.lines.push(...lines);
    job.droppedLines += dropped;
    if (job.lines.length <= mostLines) return;
    const excess = job.lines.length - mostLines;
    job.lines.splice(mostLines / 2, excess);
    job.droppedLines += excess;
  }

  end(end: RunEnd): void {
    this.#end = end;
  }

  /** The message for it. `transfer` gets the buffers that are moved with it. */
  take(run: number, fence: number, batch: number, transfer: ArrayBuffer[]): RunBatch {
    const jobs = [...this.#jobs].map(([key, job]): JobBatch => {
      const settled = pack(job.reports);
      for (const { payload } of settled) if (payload) give(payload, transfer);
      if (job.result?.mayMove) give(job.result.bytes, transfer);
      return {
        key,
        update: job.update,
        ...(job.result && { result: job.result.bytes }),
        settled,
        ...(job.settleRest && { settleRest: job.settleRest }),
        lines: job.lines,
        droppedLines: job.droppedLines,
      };
    });
    return { run, fence, batch, jobs, ...(this.#end && { end: this.#end }) };
  }

  #job(key: string): PendingJob {
    const known = this.#jobs.get(key);
    if (known) return known;
    const made: PendingJob = { update: {}, reports: [], lines: [], droppedLines: 0 };
    this.#jobs.set(key, made);
    return made;
  }
}

/** Joins reports of items that follow each other, and cuts where a block gets large. */
function pack(reports: readonly Report[]): SettledBlock[] {
  const blocks: SettledBlock[] = [];
  const sorted = [...reports].sort((a, b) => a.start - b.start);
  for (let first = 0; first < sorted.length; ) {
    const head = sorted[first];
    if (!head) break;
    const values = [...head.values];
    let next = first + 1;
    for (let other = sorted[next]; other && isContinued(head, values.length, other); other = sorted[++next])
      values.push(...other.values);
    const { start, state, attempts, error } = head;
    let from = 0;
    for (const to of cuts(values)) {
      const payload = packValues(values.slice(from, to));
      blocks.push({ start: start + from, count: to - from, state, attempts, ...(error && { error }), payload });
      from = to;
    }
    first = next;
  }
  return blocks;
}

function isContinued(head: Report, length: number, other: Report): boolean {
  const { start, state, attempts, error } = head;
  return (
    other.start === start + length && other.state === state && other.attempts === attempts && other.error === error
  );
}

/** The ends of blocks. A value that is large by itself has a block by itself. */
function cuts(values: readonly (Uint8Array | undefined)[]): number[] {
  const ends: number[] = [];
  let from = 0;
  let size = 0;
  for (const [index, value] of values.entries()) {
    const bytes = value?.byteLength ?? 0;
    if (index > from && size + bytes > blockBytes) {
      ends.push(index);
      from = index;
      size = 0;
    }
    size += bytes;
  }
  ends.push(values.length);
  return ends;
}

/** Has a buffer moved with a message, if it holds nothing else. */
function give(bytes: Uint8Array, transfer: ArrayBuffer[]): void {
  const { buffer, byteLength } = bytes;
  if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) transfer.push(buffer);
}
