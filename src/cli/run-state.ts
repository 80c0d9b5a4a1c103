import type { SettledItem } from '../core/items/item-result';
import type { JobOutcome } from '../runner/outcome';
import type { JobInfo, ServerEvent } from '../shared/engine-info';
import type { PlannedJob } from '../shared/plan';
import type { JobView, RunEvent, Sample, ScriptJob } from './run-events';

/** The rate is told over this time, so that it follows a job whose items become slower. */
const rateWindowMs = 10_000;
const sampleEveryMs = 250;

/**
 * Where all jobs of a run stand: takes the server's events, gives the run's. Holds no clock and no terminal, so that
 * tests drive it with literal events.
 */
export class RunState {
  readonly #jobs: JobView[];
  /** Index of the job that a number of the server stands for. */
  readonly #indexOf = new Map<number, number>();
  /** The same for the small jobs that combine. */
  readonly #combineOf = new Map<number, number>();

  constructor(plans: readonly PlannedJob[]) {
    this.#jobs = plans.map((plan) => newView(plan, plan.label, plan.range));
  }

  get jobs(): readonly JobView[] {
    return this.#jobs;
  }

  /** A job has come that nobody knew of before: a script decides as it goes. Returns its index. */
  add(plan: ScriptJob, label: string, range: number): number {
    return this.#jobs.push(newView(plan, label, range)) - 1;
  }

  /** A job that no server knows has begun: a script. */
  begin(index: number, now: number): RunEvent[] {
    return this.#change(index, 'job.start', { phase: 'running', startedAt: now, samples: [{ at: now, progress: 0 }] });
  }

  /** A script says how far it is. */
  advance(
    index: number,
    task: { readonly label: string; readonly progress: number; readonly max: number },
    now: number,
  ): RunEvent[] {
    const before = this.#jobs[index];
    if (before?.phase !== 'running') return [];
    const { label, progress, max } = task;
    // It may begin to count something else.
    const samples =
      progress < before.progress ? [{ at: now, progress }] : withSample(before.samples, { at: now, progress });
    return this.#change(index, 'job.progress', { label, range: max, progress, samples });
  }

  /** The server has queued a job (or has begun to combine it) under this number. */
  bind(index: number, jobId: number, info: JobInfo | undefined): RunEvent[] {
    this.#indexOf.set(jobId, index);
    return info ? this.#jobChanged(index, info) : [];
  }

  /** Its values are being combined: only the log of that small job matters. */
  bindCombine(index: number, jobId: number): void {
    this.#combineOf.set(jobId, index);
  }

  /** What an event of the server means for the run. */
  apply(event: ServerEvent, now: number): RunEvent[] {
    if (event.type === 'worker' || event.type === 'partial' || event.type === 'chunk' || event.type === 'queue')
      return [];
    const jobId = event.type === 'job' ? event.job.id : event.jobId;
    const index = this.#indexOf.get(jobId) ?? (event.type === 'log' ? this.#combineOf.get(jobId) : undefined);
    const job = index === undefined ? undefined : this.#jobs[index];
    if (index === undefined || !job || job.phase === 'ended') return [];
    if (event.type === 'log') return [{ type: 'log', job, lines: event.lines }];
    // What had been done before the start, and items that are skipped, count while the job still waits.
    if (event.type === 'progress' && job.phase === 'waiting') return [];
    return event.type === 'job'
      ? this.#jobChanged(index, event.job)
      : this.#progressed(index, job, event.progress, event.counts, now);
  }

  /** Items of a job have ended. */
  itemsEnded(index: number, items: readonly SettledItem[]): RunEvent[] {
    const before = this.#jobs[index];
    if (!before) return [];
    const failed = items.filter(({ state }) => state === 'failed').length;
    const job = failed === 0 ? before : { ...before, failed: before.failed + failed };
    this.#jobs[index] = job;
    return [{ type: 'items', job, items }];
  }

  /** A job has ended. */
  end(index: number, outcome: JobOutcome): RunEvent[] {
    const before = this.#jobs[index];
    if (!before) return [];
    const job: JobView = {
      ...before,
      phase: 'ended',
      outcome,
      ...(outcome.state === 'done' && { progress: before.range }),
    };
    this.#jobs[index] = job;
    return [{ type: 'job.end', job, outcome }];
  }

  #jobChanged(index: number, info: JobInfo): RunEvent[] {
    const before = this.#jobs[index];
    const { startedAt } = info;
    // A job that is cancelled while it waits changes its state too, but never starts.
    if (!before || startedAt === undefined) return [];
    const starts = before.phase === 'waiting';
    const job: JobView = {
      ...before,
      phase: 'running',
      progress: Math.max(before.progress, info.progress),
      ranks: info.ranks.map(({ start, end, count }) => ({ start, end, count })),
      startedAt,
      // What an earlier start of the run has done says nothing about how quick this one is.
      samples: starts ? [{ at: startedAt, progress: info.earlier ?? 0 }] : before.samples,
    };
    this.#jobs[index] = job;
    return starts ? [{ type: 'job.start', job }] : [];
  }

  #change(index: number, type: 'job.start' | 'job.progress', changes: Partial<JobView>): RunEvent[] {
    const before = this.#jobs[index];
    if (!before) return [];
    const job: JobView = { ...before, ...changes };
    this.#jobs[index] = job;
    return [{ type, job }];
  }

  #progressed(index: number, before: JobView, progress: number, counts: readonly number[], now: number): RunEvent[] {
    const job: JobView = {
      ...before,
      progress,
      ranks: before.ranks.map((rank, number) => ({ ...rank, count: counts[number] ?? rank.count })),
      samples: withSample(before.samples, { at: now, progress }),
    };
    this.#jobs[index] = job;
    return [{ type: 'job.progress', job }];
  }
}

function newView(plan: JobView['plan'], label: string, range: number): JobView {
  return { plan, label, range, phase: 'waiting', progress: 0, failed: 0, ranks: [], samples: [] };
}

function withSample(samples: readonly Sample[], sample: Sample): readonly Sample[] {
  const beforeLast = samples.at(-2);
  const kept = beforeLast && sample.at - beforeLast.at < sampleEveryMs ? samples.slice(0, -1) : samples;
  // One sample from before the window stays: it is where the window begins.
  const firstInside = kept.findIndex(({ at }) => sample.at - at <= rateWindowMs);
  return [...kept.slice(Math.max(0, firstInside - 1)), sample];
}

/** Items a second over the last seconds; undefined while there is nothing to tell it from. */
export function rateOf(job: JobView, now: number): number | undefined {
  const [first] = job.samples;
  if (!first || job.range === 0 || job.progress <= first.progress || now - first.at < sampleEveryMs) return undefined;
  return ((job.progress - first.progress) * 1000) / (now - first.at);
}

/** When the job will have ended at this rate, in milliseconds since the epoch. */
export function endOf(job: JobView, now: number): number | undefined {
  const rate = rateOf(job, now);
  return rate === undefined ? undefined : now + ((job.range - job.progress) * 1000) / rate;
}

/** Percent done, never more than is really done. */
export function percentOf(job: JobView): number {
  return job.range === 0 ? 0 : Math.floor((job.progress * 100) / job.range);
}
