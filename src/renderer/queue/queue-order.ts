import type { JobRow } from '../../shared/ipc';

/** Parts of the queue, from top to bottom. */
export const sections = ['running', 'waiting', 'ready', 'ended'] as const;

export type Section = (typeof sections)[number];

/** In which part of the queue a job stands: one that a script has asked for beside its script. */
export function sectionOf({ state, scriptState }: Pick<JobRow, 'state' | 'scriptState'>): Section {
  switch (scriptState ?? state) {
    case 'running':
    case 'cancelling':
    case 'pausing':
      return 'running';
    case 'queued':
    case 'paused':
    case 'interrupted':
      return 'waiting';
    case 'ready':
      return 'ready';
    case 'done':
    case 'failed':
    case 'cancelled':
    case 'skipped':
      return 'ended';
  }
}

/**
 * Where a job stands in its part of the queue, by the first number that differs: what runs by age, what waits as it will
 * begin, what has not been submitted file by file, what has ended with the latest first. Jobs of one run stay together.
 */
function placeOf({ key, entry, fileKey, place }: JobRow, section: Section): readonly number[] {
  const run = entry?.run ?? 0;
  switch (section) {
    case 'running':
      return [run, place, key];
    case 'waiting':
      return entry === null
        ? [1, Number.POSITIVE_INFINITY, 0, run, place, key]
        : [entry.isActive ? 0 : 1, -entry.priority, entry.position, run, place, key];
    case 'ready':
      return [fileKey, place, key];
    case 'ended':
      return [-run, place, key];
  }
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (let index = 0; index < a.length; index += 1) {
    const value = a[index] ?? 0;
    const other = b[index] ?? 0;
    if (value !== other) return value < other ? -1 : 1;
  }
  return 0;
}

/** A job in the order of the queue; one that moves is a new object. */
export interface OrderedJob {
  readonly kind: 'job';
  readonly key: number;
  readonly fileKey: number;
  readonly section: Section;
  readonly place: readonly number[];
  /** How it stands now. */
  row: JobRow;
}

type Parts = Record<Section, OrderedJob[]>;

/** One in so many jobs of a part has to move before the whole part is merged anew instead. */
const fewMoves = 64;

/**
 * Keeps jobs in order while they change. Each part of the queue is an array in order; what moves is taken out of one and
 * put into another by binary search, so that a long queue costs no more than a short one while a few jobs pass by.
 */
export class QueueOrder {
  readonly #jobs = new Map<number, OrderedJob>();
  readonly #byFile = new Map<number, Set<number>>();
  readonly #keysOfFile = new Map<number, readonly number[]>();
  readonly #parts: Parts = { running: [], waiting: [], ready: [], ended: [] };
  /** Not in its part yet. */
  readonly #come = new Map<number, OrderedJob>();
  /** Still in its part. */
  #gone: OrderedJob[] = [];
  #version = 0;
  #keys: { readonly version: number; readonly keys: readonly number[] } = { version: 0, keys: [] };

  get size(): number {
    return this.#jobs.size;
  }

  /** Brings everything into its place. The number is the same as before when nothing has moved. */
  get version(): number {
    if (this.#settle()) this.#version += 1;
    return this.#version;
  }

  put(row: JobRow): void {
    const before = this.#jobs.get(row.key);
    const section = sectionOf(row);
    const place = placeOf(row, section);
    if (before?.section === section && compare(before.place, place) === 0) {
      before.row = row;
      return;
    }
    if (before === undefined) this.#enlist(row);
    else if (before.row.place !== row.place) this.#keysOfFile.delete(row.fileKey);
    if (before !== undefined && !this.#come.has(row.key)) this.#gone.push(before);
    const job: OrderedJob = { kind: 'job', key: row.key, fileKey: row.fileKey, section, place, row };
    this.#jobs.set(row.key, job);
    this.#come.set(row.key, job);
  }

  remove(key: number): void {
    const job = this.#jobs.get(key);
    if (job === undefined) return;
    this.#jobs.delete(key);
    if (!this.#come.delete(key)) this.#gone.push(job);
    this.#byFile.get(job.row.fileKey)?.delete(key);
    this.#keysOfFile.delete(job.row.fileKey);
  }

  /** All keys in order; the same array as before when nothing has moved. */
  get keys(): readonly number[] {
    const { version } = this;
    if (this.#keys.version !== version) {
      const keys: number[] = [];
      for (const section of sections) for (const { key } of this.#parts[section]) keys.push(key);
      this.#keys = { version, keys };
    }
    return this.#keys.keys;
  }

  /** The first job of all; undefined when there is none. */
  get first(): number | undefined {
    if (this.#settle()) this.#version += 1;
    return sections.map((section) => this.#parts[section][0]?.key).find((key) => key !== undefined);
  }

  /** The jobs of a part, in order. It changes with the next one that moves. */
  part(section: Section): readonly OrderedJob[] {
    return this.#parts[section];
  }

  /** A job as it stands in its part. */
  job(key: number): OrderedJob | undefined {
    return this.#jobs.get(key);
  }

  /** Keys of the jobs of a file as it names them; the same array as before when none has come or gone. */
  ofFile(fileKey: number): readonly number[] {
    const known = this.#keysOfFile.get(fileKey);
    if (known !== undefined) return known;
    const placeIn = (key: number): number => this.#jobs.get(key)?.row.place ?? 0;
    const keys = [...(this.#byFile.get(fileKey) ?? [])].sort((a, b) => placeIn(a) - placeIn(b) || a - b);
    this.#keysOfFile.set(fileKey, keys);
    return keys;
  }

  #enlist({ key, fileKey }: JobRow): void {
    const keys = this.#byFile.get(fileKey);
    if (keys === undefined) this.#byFile.set(fileKey, new Set([key]));
    else keys.add(key);
    this.#keysOfFile.delete(fileKey);
  }

  /** Brings everything into its place; returns whether anything has moved. */
  #settle(): boolean {
    if (this.#come.size === 0 && this.#gone.length === 0) return false;
    const come = bySection(this.#come.values());
    const gone = bySection(this.#gone);
    for (const section of sections) {
      const part = this.#parts[section];
      if ((come[section].length + gone[section].length) * fewMoves < part.length)
        moveSome(part, gone[section], come[section]);
      else this.#parts[section] = merge(part, gone[section], come[section]);
    }
    this.#come.clear();
    this.#gone = [];
    return true;
  }
}

function bySection(jobs: Iterable<OrderedJob>): Parts {
  const parts: Parts = { running: [], waiting: [], ready: [], ended: [] };
  for (const job of jobs) parts[job.section].push(job);
  return parts;
}

function moveSome(part: OrderedJob[], gone: readonly OrderedJob[], come: readonly OrderedJob[]): void {
  for (const job of gone) part.splice(placeAmong(part, job), 1);
  for (const job of come) part.splice(placeAmong(part, job), 0, job);
}

/** Where a job stands among others, or would stand. */
export function placeAmong(part: readonly OrderedJob[], { place }: OrderedJob): number {
  let [low, high] = [0, part.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const other = part[middle];
    if (other !== undefined && compare(other.place, place) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function merge(part: OrderedJob[], gone: readonly OrderedJob[], come: OrderedJob[]): OrderedJob[] {
  if (gone.length === 0 && come.length === 0) return part;
  const left = new Set(gone);
  come.sort((a, b) => compare(a.place, b.place));
  const merged: OrderedJob[] = [];
  let at = 0;
  for (const job of part) {
    if (left.has(job)) continue;
    for (let next = come[at]; next !== undefined && compare(next.place, job.place) < 0; next = come[at]) {
      merged.push(next);
      at += 1;
    }
    merged.push(job);
  }
  for (; at < come.length; at += 1) {
    const next = come[at];
    if (next !== undefined) merged.push(next);
  }
  return merged;
}
