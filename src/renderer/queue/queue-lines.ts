import type { QueueItem } from './queue-items';
import { type OrderedJob, placeAmong, type Section, sections } from './queue-order';

/** Heights of the lines of each kind, in pixels. */
const heights: Readonly<Record<QueueItem['kind'], number>> = { section: 30, file: 34, job: 54 };

/** Height of a line with a job. */
export const jobHeight = heights.job;

/** The lines of one part of the queue: its heading, files, and their jobs. */
interface Block {
  readonly section: Section;
  readonly jobs: readonly OrderedJob[];
  /** Places in `jobs` where another file begins. */
  readonly heads: readonly number[];
  /** Files without jobs, at the end. */
  readonly empty: readonly number[];
  readonly heading: 0 | 1;
  /** Its first line, and where that begins in pixels. */
  readonly first: number;
  readonly top: number;
}

/**
 * The lines of the list, from top to bottom. None of them is kept: what stands in a line, and where it is, is found when
 * somebody asks, so that a list of a hundred thousand jobs can be laid out twenty times a second.
 */
export class QueueLines {
  readonly #blocks: readonly Block[];
  readonly #jobOf: (key: number) => OrderedJob | undefined;
  readonly count: number;
  /** Of all lines together, in pixels. */
  readonly height: number;

  /**
   * @param parts the jobs that are shown, in order
   * @param empty files without jobs
   * @param jobOf how a job stands in its part
   */
  constructor(
    parts: Readonly<Record<Section, readonly OrderedJob[]>>,
    empty: readonly number[],
    jobOf: (key: number) => OrderedJob | undefined,
  ) {
    this.#jobOf = jobOf;
    const shown = sections.filter((section) => parts[section].length > 0 || (section === 'ready' && empty.length > 0));
    // With nothing else in the list its only part needs no heading.
    const heading = shown.length === 1 && shown[0] === 'ready' ? 0 : 1;
    const blocks: Block[] = [];
    let [first, top] = [0, 0];
    for (const section of shown) {
      const jobs = parts[section];
      const block: Block = {
        section,
        jobs,
        heads: headsOf(jobs),
        empty: section === 'ready' ? empty : [],
        heading,
        first,
        top,
      };
      blocks.push(block);
      first += countOf(block);
      top += heightOf(block);
    }
    this.#blocks = blocks;
    this.count = first;
    this.height = top;
  }

  /** What stands in a line. */
  at(line: number): QueueItem | undefined {
    const block = this.#blockOf(line);
    if (block === undefined) return undefined;
    const { section, jobs, heads, empty } = block;
    const place = line - block.first - block.heading;
    if (place < 0) return { kind: 'section', section, count: jobs.length };
    const files = filesUpTo(block, place);
    if (files > 0 && (heads[files - 1] ?? 0) + files - 1 === place)
      return { kind: 'file', key: jobs[place - files + 1]?.fileKey ?? 0, section };
    const job = jobs[place - files];
    if (job !== undefined) return job;
    const key = empty[place - files - jobs.length];
    return key === undefined ? undefined : { kind: 'file', key, section };
  }

  /** Where a line begins, in pixels. */
  topOf(line: number): number {
    const block = this.#blockOf(line);
    if (block === undefined) return this.height;
    const place = line - block.first - block.heading;
    if (place <= 0) return block.top + (place < 0 ? 0 : block.heading * heights.section);
    const files = place > 0 ? filesUpTo(block, place - 1) : 0;
    const jobs = Math.min(block.jobs.length, place - files);
    return block.top + block.heading * heights.section + jobs * heights.job + (place - jobs) * heights.file;
  }

  /** The line that covers a place, in pixels; the nearest one when there is none. */
  lineAt(top: number): number {
    let [low, high] = [0, Math.max(0, this.count - 1)];
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (this.topOf(middle) <= top) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** The first line of a job or a file; -1 when it is not shown. */
  lineOf(kind: 'file' | 'job', key: number): number {
    return kind === 'job' ? this.#lineOfJob(key) : this.#lineOfFile(key);
  }

  /** Keys of the jobs in some lines, or in all of them. */
  jobs(from = 0, to = this.count): number[] {
    const keys: number[] = [];
    for (const block of this.#blocks) {
      const start = block.first + block.heading;
      const [begin, end] = [placeBehind(block, from - start), placeBehind(block, to - start)];
      for (let place = begin; place < end; place += 1) keys.push(block.jobs[place]?.key ?? 0);
    }
    return keys;
  }

  #blockOf(line: number): Block | undefined {
    return line < this.count ? this.#blocks.filter(({ first }) => first <= line).at(-1) : undefined;
  }

  #lineOfJob(key: number): number {
    const job = this.#jobOf(key);
    const block = this.#blocks.find(({ section }) => section === job?.section);
    if (job === undefined || block === undefined) return -1;
    const place = placeAmong(block.jobs, job);
    if (block.jobs[place] !== job) return -1;
    return block.first + block.heading + place + countUpTo(block.heads, place);
  }

  #lineOfFile(key: number): number {
    for (const { first, heading, jobs, heads, empty } of this.#blocks) {
      const head = heads.findIndex((place) => jobs[place]?.fileKey === key);
      if (head >= 0) return first + heading + (heads[head] ?? 0) + head;
      const place = empty.indexOf(key);
      if (place >= 0) return first + heading + jobs.length + heads.length + place;
    }
    return -1;
  }
}

function headsOf(jobs: readonly OrderedJob[]): number[] {
  const heads: number[] = [];
  let file = -1;
  for (let place = 0; place < jobs.length; place += 1) {
    const next = jobs[place]?.fileKey ?? -1;
    if (next !== file) heads.push(place);
    file = next;
  }
  return heads;
}

const countOf = ({ jobs, heads, empty, heading }: Block): number => heading + jobs.length + heads.length + empty.length;

const heightOf = ({ jobs, heads, empty, heading }: Block): number =>
  heading * heights.section + jobs.length * heights.job + (heads.length + empty.length) * heights.file;

/** How many lines of files there are up to a line of a block, itself included; `place` counts from below the heading. */
function filesUpTo({ heads }: Block, place: number): number {
  let [low, high] = [0, heads.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((heads[middle] ?? 0) + middle <= place) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** How many of some ascending numbers are at most so large. */
function countUpTo(numbers: readonly number[], most: number): number {
  let [low, high] = [0, numbers.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((numbers[middle] ?? 0) <= most) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** How many jobs of a block stand above a line of it. */
function placeBehind(block: Block, place: number): number {
  if (place <= 0) return 0;
  return Math.min(block.jobs.length, place - filesUpTo(block, place - 1));
}
