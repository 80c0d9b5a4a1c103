import type { ErrorInfo } from '../shared/engine-info';
import { packDurations, packValues } from './pack-values';
import type { JobBatch, RunBatch, RunEnd } from './store/commit';
import type { JobUpdate } from './store/job-table';
import type { SettledBlock } from './store/settled-table';
import type { ItemState, NewJob, StoredLogLine } from './types';

/** Values of items that follow each other are packed into blocks of about this size, in bytes. */
const blockBytes = 64 * 1024;

/** Of lines that cannot be written for a long time so many are kept, of each job: the first and the last half. */
const mostLines = 4000;

/** How items that follow each other ended. */
export interface Report {
  readonly start: number;
  readonly state: ItemState;
  readonly attempts: number;
  readonly error?: ErrorInfo;
  /** One for each item. They are copied. */
  readonly values: readonly (Uint8Array | undefined)[];
  /** How long each took, in milliseconds. */
  readonly durationsMs?: readonly (number | undefined)[];
}

interface PendingJob {
  added?: Omit<NewJob, 'key'>;
  update: Omit<JobUpdate, 'result'>;
  result?: { readonly bytes: Uint8Array; readonly mayMove: boolean };
  timeline?: Uint8Array;
  readonly blocks: SettledBlock[];
  settleRest?: Exclude<ItemState, 'done'>;
  lines: StoredLogLine[];
  droppedLines: number;
}

/** What is to be written of one run in the next transaction. Of what is overwritten only the last is kept. */
export class PendingBatch {
  readonly #jobs = new Map<string, PendingJob>();
  readonly #removed = new Set<string>();
  #end: RunEnd | undefined;
  #bytes = 0;
  #blocks = 0;

  get isEmpty(): boolean {
    return this.#jobs.size === 0 && this.#removed.size === 0 && !this.#end;
  }

  /** Size of the values in it. */
  get bytes(): number {
    return this.#bytes;
  }

  /** How many blocks of items are in it. */
  get blocks(): number {
    return this.#blocks;
  }

  add({ key, ...job }: NewJob): void {
    this.#job(key).added = job;
  }

  remove(key: string): void {
    this.#jobs.delete(key);
    this.#removed.add(key);
  }

  update(key: string, update: Omit<JobUpdate, 'result'>): void {
    const job = this.#job(key);
    job.update = { ...job.update, ...update };
  }

  timeline(key: string, bytes: Uint8Array): void {
    this.#job(key).timeline = bytes;
  }

  result(key: string, bytes: Uint8Array, mayMove: boolean): void {
    this.#job(key).result = { bytes, mayMove };
    this.#bytes += bytes.byteLength;
  }

  /** Packs it at once, so that a large batch takes no time when it is sent. */
  report(key: string, { start, state, attempts, error, values, durationsMs = [] }: Report): void {
    const { blocks } = this.#job(key);
    let from = 0;
    for (const to of cuts(values)) {
      const payload = packValues(from === 0 && to === values.length ? values : values.slice(from, to));
      const durations = packDurations(durationsMs.slice(from, to));
      const block = { start: start + from, count: to - from, state, attempts, payload, durations };
      blocks.push({ ...block, ...(error && { error }) });
      this.#blocks += 1;
      this.#bytes += payload?.byteLength ?? 0;
      from = to;
    }
  }

  /** Items that ended without values. */
  range(key: string, block: Omit<SettledBlock, 'payload'>): void {
    this.#job(key).blocks.push({ ...block, payload: null });
    this.#blocks += 1;
  }

  settleRest(key: string, state: Exclude<ItemState, 'done'>): void {
    this.#job(key).settleRest = state;
  }

  log(key: string, lines: readonly StoredLogLine[], dropped: number): void {
    const job = this.#job(key);
    job.lines.push(...lines);
    job.droppedLines += dropped;
    // Not with each line of a flood: taking lines out of the middle moves all that come after.
    if (job.lines.length > mostLines * 2) dropMiddle(job);
  }

  end(end: RunEnd): void {
    this.#end = end;
  }

  /** The message for it. `transfer` gets the buffers that are moved with it. */
  take(run: number, fence: number, batch: number, transfer: ArrayBuffer[]): RunBatch {
    const jobs = [...this.#jobs].map(([key, job]): JobBatch => {
      dropMiddle(job);
      const settled = join(job.blocks);
      for (const { payload, durations } of settled) {
        if (payload) give(payload, transfer);
        if (durations) give(durations, transfer);
      }
      if (job.timeline) give(job.timeline, transfer);
      if (job.result?.mayMove) give(job.result.bytes, transfer);
      return {
        key,
        ...(job.added && { added: job.added }),
        update: job.update,
        ...(job.result && { result: job.result.bytes }),
        ...(job.timeline && { timeline: job.timeline }),
        settled,
        ...(job.settleRest && { settleRest: job.settleRest }),
        lines: job.lines,
        droppedLines: job.droppedLines,
      };
    });
    const removed = [...this.#removed];
    return { run, fence, batch, jobs, ...(removed.length > 0 && { removed }), ...(this.#end && { end: this.#end }) };
  }

  #job(key: string): PendingJob {
    const known = this.#jobs.get(key);
    if (known) return known;
    const made: PendingJob = { update: {}, blocks: [], lines: [], droppedLines: 0 };
    this.#jobs.set(key, made);
    return made;
  }
}

/** Joins small blocks of items that follow each other. */
function join(blocks: readonly SettledBlock[]): SettledBlock[] {
  const joined: SettledBlock[] = [];
  const sorted = [...blocks].sort((a, b) => a.start - b.start);
  for (let first = 0; first < sorted.length; ) {
    const head = sorted[first];
    if (!head) break;
    const { state, attempts, error } = head;
    let end = head.start + head.count;
    let size = sizeOf(head);
    let next = first + 1;
    for (let other = sorted[next]; other; other = sorted[++next]) {
      const isAlike = other.state === state && other.attempts === attempts && other.error === error;
      if (other.start !== end || !isAlike || size + sizeOf(other) > blockBytes) break;
      end += other.count;
      size += sizeOf(other);
    }
    joined.push(
      next === first + 1 ? head : { ...head, count: end - head.start, ...joinParts(sorted.slice(first, next), size) },
    );
    first = next;
  }
  return joined;
}

/** Of an item without a value a byte, as it takes up beside others that have one. */
const sizeOf = ({ payload, count, state }: SettledBlock): number =>
  payload?.byteLength ?? (state === 'done' ? count : 0);

function joinParts(
  blocks: readonly SettledBlock[],
  size: number,
): Pick<SettledBlock, 'payload'> & { readonly durations: Uint8Array | null } {
  const timeOf = ({ durations, count }: SettledBlock): number => durations?.byteLength ?? count;
  return {
    payload: joinBytes(blocks, size, ({ payload }) => payload, sizeOf),
    durations: joinBytes(
      blocks,
      blocks.reduce((sum, block) => sum + timeOf(block), 0),
      ({ durations = null }) => durations,
      timeOf,
    ),
  };
}

function joinBytes(
  blocks: readonly SettledBlock[],
  size: number,
  bytesOf: (block: SettledBlock) => Uint8Array | null,
  sizeOfOne: (block: SettledBlock) => number,
): Uint8Array | null {
  if (blocks.every((block) => bytesOf(block) === null)) return null;
  const joined = new Uint8Array(size);
  let at = 0;
  for (const block of blocks) {
    const bytes = bytesOf(block);
    // What is not written stays zero: values that are undefined, times that are not known.
    if (bytes) joined.set(bytes, at);
    at += sizeOfOne(block);
  }
  return joined;
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
  if (values.length > 0) ends.push(values.length);
  return ends;
}

/** Has a buffer moved with a message, if it holds nothing else. */
function give(bytes: Uint8Array, transfer: ArrayBuffer[]): void {
  const { buffer, byteLength } = bytes;
  if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) transfer.push(buffer);
}

/** Leaves of many lines the first and the last. */
function dropMiddle(job: PendingJob): void {
  const excess = job.lines.length - mostLines;
  if (excess <= 0) return;
  job.lines.splice(mostLines / 2, excess);
  job.droppedLines += excess;
}
