import type { ErrorInfo, JobInfo } from '../../shared/engine-info';
import type { ResolvedTarget } from '../../shared/worker-protocol';
import { toErrorInfo } from '../error-info';
import type { SettledItem } from '../items/item-result';
import type { ItemStore } from '../items/item-store';
import type { DirectJob } from '../meetings/direct-job';
import { type HeldObjects, noObjects } from '../objects/object-server';
import { Stopwatch } from '../stopwatch';
import type { Task } from '../tasks/task';
import { WorkClock } from '../time-limit';
import type { JobLife, JobOutcome } from './job-life';
import type { JobOptions } from './job-options';
import { RanksAtWork } from './ranks-at-work';
import { noRetries, type RetryPolicy } from './retry';
import type { Candidate } from './scheduler';

/** How long a cancelled run may take to end by itself before its thread is ended, in milliseconds. */
const defaultEndGraceMs = 250;

/** One job as the server holds it: the machine that decides, and what its decisions are carried out on. */
export interface ServerJob {
  readonly id: number;
  readonly label: string;
  priority: number;
  isHeld: boolean;
  readonly isolation: 'auto' | 'process';
  /** Runs in the server's own process. */
  isLocal: boolean;
  /** Only looks whether its target is there; not shown to anybody. */
  readonly isProbe: boolean;
  readonly kind: 'target' | 'map';
  /** Of the attempt that is under way or comes next. */
  machine: JobLife;
  /** A machine for another attempt, or for another number of ranks. */
  readonly remake: ((total: number) => JobLife) | undefined;
  /** By rank; the same one for all when nothing was cut for them, and one for all ranks of a map job. */
  readonly payloads: readonly (Uint8Array | undefined)[];
  readonly memoryMiB: number | null;
  readonly env: Readonly<Record<string, string>> | undefined;
  /** Memory of shared arrays, when it runs in the server's own process. */
  readonly memories: readonly SharedArrayBuffer[];
  readonly maxResultMiB: number;
  /** A process that has done so many runs when a rank of the job ends on it is replaced. */
  readonly recycleAfter: number | undefined;
  readonly timeoutMs: number | undefined;
  /** For map jobs: longest time of one item. */
  readonly itemTimeoutMs: number | undefined;
  /** How long a cancelled run may take to end by itself before its thread is ended. */
  readonly endGraceMs: number;
  readonly retries: RetryPolicy;
  /** From 1. */
  attempt: number;
  /** Why it is not tried again although its retries say so. */
  crashLoop?: Error;
  /** When attempts ended because a process or thread died, in milliseconds of a clock that does not go back. */
  readonly deaths: number[];
  /** Nobody has asked for its end. */
  mayRetry: boolean;
  /** It waits for the pause before its next attempt to pass. */
  isPausing: boolean;
  /** The furthest that any attempt got. */
  bestProgress: number;
  readonly task: Task | null;
  readonly settle: (outcome: JobOutcome) => void;
  /** Its times in milliseconds since the epoch, from when it was submitted. */
  readonly watch: Stopwatch;
  /** The time that its machine is told: that in which the server was at work. */
  readonly clock: WorkClock;
  startedAt?: number;
  endedAt?: number;
  /** Undefined while TypeScript is being compiled. */
  target?: ResolvedTarget;
  /** Objects of the server that its ranks may call. */
  readonly objects: HeldObjects;
  /** Its ranks that have a worker. */
  readonly atWork: RanksAtWork;
  /** How its ranks meet in this attempt; undefined when they meet on the server. */
  direct?: DirectJob | undefined;
  /** Ends everything that was set up for one attempt: timers, files. */
  readonly attemptCleanups: (() => void)[];
  /** Ends everything that was set up for the job: timers, listeners. */
  readonly cleanups: (() => void)[];
  /** In milliseconds of a clock that does not go back. */
  lastReport: number;
  /** The task was begun for this job, so it ends with it. */
  ownsTask: boolean;
  /** Those of the attempt that is under way: of its next report, of runs to be watched, of items that are due. */
  timers: { report?: NodeJS.Timeout; watch?: NodeJS.Timeout; wake?: NodeJS.Timeout };
  /** Of a map job: its items, where they are not their own indices. */
  readonly items: ItemStore | undefined;
  /** Of a map job: it has as many ranks as there are processes, also when their number changes. */
  readonly takesAll: boolean;
  /** Of a map job: told of items that are settled. */
  readonly onItems: ((items: readonly SettledItem[]) => void) | undefined;
  /** Somebody was told that `onItems` threw. */
  hasWarned: boolean;
}

/** Reading a larger one would hold the server up for seconds. */
const defaultMaxResultMiB = 64;

/** A job as it is when it is submitted. */
export function newJob(
  id: number,
  machine: JobLife,
  payloads: readonly (Uint8Array | undefined)[],
  task: Task | null,
  settle: (outcome: JobOutcome) => void,
  options: Omit<JobOptions, 'memoryMiB' | 'maxResultMiB' | 'retries'> & {
    readonly retries?: RetryPolicy;
    readonly label: string;
    readonly memoryMiB?: number | undefined;
    readonly maxResultMiB?: number | undefined;
    readonly memories?: readonly SharedArrayBuffer[];
    readonly isProbe?: boolean;
    readonly remake?: (total: number) => JobLife;
    readonly kind?: 'target' | 'map';
    readonly itemTimeoutMs?: number | undefined;
    readonly items?: ItemStore | undefined;
    readonly takesAll?: boolean;
    readonly onItems?: ((items: readonly SettledItem[]) => void) | undefined;
    readonly endGraceMs?: number | undefined;
    readonly objects?: HeldObjects;
  },
): ServerJob {
  const objects = options.objects ?? noObjects;
  return {
    id,
    kind: options.kind ?? 'target',
    itemTimeoutMs: options.itemTimeoutMs,
    endGraceMs: options.endGraceMs ?? defaultEndGraceMs,
    machine,
    payloads,
    task,
    settle,
    label: options.label,
    priority: options.priority ?? 0,
    isHeld: false,
    isolation: options.isolation ?? 'auto',
    isLocal: machine.total === 1 && options.isolation !== 'process',
    remake: options.remake,
    retries: options.retries ?? noRetries,
    attempt: 1,
    deaths: [],
    mayRetry: true,
    isPausing: false,
    bestProgress: 0,
    attemptCleanups: [],
    isProbe: options.isProbe ?? false,
    memoryMiB: options.memoryMiB ?? null,
    env: options.env,
    memories: options.memories ?? [],
    maxResultMiB: options.maxResultMiB ?? defaultMaxResultMiB,
    // The machine of a map job counts its items.
    recycleAfter: options.kind === 'map' ? undefined : options.recycleAfter,
    timeoutMs: options.timeoutMs,
    watch: new Stopwatch(),
    clock: new WorkClock(),
    atWork: new RanksAtWork(),
    objects,
    cleanups: objects === noObjects ? [] : [() => objects.release()],
    lastReport: Number.NEGATIVE_INFINITY,
    ownsTask: false,
    timers: {},
    items: options.items,
    takesAll: options.takesAll ?? false,
    onItems: options.onItems,
    hasWarned: false,
  };
}

/** What the scheduler needs to know of a job. */
export function candidateOf(job: ServerJob): Candidate {
  const { least, most } = job.machine;
  return { id: job.id, ranks: most, least };
}

/** What a job looks like to the outside. */
export function describeJob(job: ServerJob): JobInfo {
  const { machine } = job;
  const error = errorOfJob(job);
  return {
    id: job.id,
    label: job.label,
    state: machine.state,
    valRange: machine.valRange,
    total: machine.total,
    progress: progressOf(job),
    priority: job.priority,
    ranks: machine.ranks.map((rank) =>
      job.atWork.executors.get(rank.index)?.isResponding === false ? { ...rank, isUnresponsive: true } : rank,
    ),
    ...countsOf(machine),
    queuedAt: job.watch.startedAt,
    ...(job.direct ? { meetings: 'direct' } : {}),
    ...(job.attempt === 1 ? {} : { attempt: job.attempt }),
    ...(job.isHeld || machine.items?.isHeld ? { isHeld: true } : {}),
    ...(job.startedAt === undefined ? {} : { startedAt: job.startedAt }),
    ...(job.endedAt === undefined ? {} : { endedAt: job.endedAt }),
    ...(error === undefined ? {} : { error }),
  };
}

/** The root failure of a failed job, the reason of a cancelled one. */
export function errorOfJob(job: ServerJob): ErrorInfo | undefined {
  return job.crashLoop ? toErrorInfo(job.crashLoop) : job.machine.error;
}

function countsOf({ items }: JobLife): Partial<JobInfo> {
  if (!items) return {};
  const { done: _, ...counts } = items.itemCounts;
  return counts;
}

/** Items finished; in a later attempt not fewer than in those before. */
export function progressOf(job: ServerJob): number {
  job.bestProgress = Math.max(job.bestProgress, job.machine.progress);
  return job.bestProgress;
}

/** Begins another attempt of the job, perhaps with another number of ranks. Returns false when it has to be as it is. */
export function remakeJob(job: ServerJob, total: number): boolean {
  const isCut = job.payloads.some((payload) => payload !== job.payloads[0]);
  if (!job.remake || (isCut && total !== job.machine.total)) return false;
  progressOf(job);
  job.machine = job.remake(total);
  job.isLocal = total === 1 && job.isolation !== 'process';
  return true;
}
