import type { ProcInfo, RankInfo } from '../shared/engine-info';
import type { Delta, DetailChange, JobDetail, RunPulse } from '../shared/ipc';
import type { Notice, QueueStatus } from '../shared/ipc-queue';
import type { JobList } from './job-list';

/** Shortest time between two deltas: at most 20 a second. */
export const deltaIntervalMs = 50;

/** Most rows in one delta; the rest comes with the next. */
export const maxRowsPerDelta = 1000;

export interface DeltaSource {
  readonly list: Pick<JobList, 'takeChanges' | 'detail'>;
  readonly workers: () => readonly ProcInfo[];
  /** Which parts of a job's run have changed. */
  readonly pulse: (key: number) => RunPulse | null;
  readonly queue: () => QueueStatus;
  readonly notices: () => readonly Notice[];
  readonly send: (delta: Delta) => void;
  /** Calls back after a time; `setTimeout` unless a test says otherwise. */
  readonly schedule?: (callback: () => void, ms: number) => void;
}

/**
 * Gathers changes and sends them to the window: the first at once, further ones together, never more often than
 * every 50 ms and never more than 1,000 rows in one, however much happens meanwhile.
 */
export class DeltaStream {
  #seq = 0;
  #watched: number | null = null;
  #sentDetail: JobDetail | null = null;
  #sentPulse = '';
  #sentWorkers = '';
  #sentQueue = '';
  #sentNotices = '';
  #dirty = false;
  #waiting = false;
  readonly #source: DeltaSource;

  constructor(source: DeltaSource) {
    this.#source = source;
  }

  /** Number of the last delta. */
  get seq(): number {
    return this.#seq;
  }

  /** The job whose details deltas carry. */
  get watched(): number | null {
    return this.#watched;
  }

  /** Something in the list or about the workers has changed. */
  touch(): void {
    this.#dirty = true;
    if (!this.#waiting) this.#flush();
  }

  /** From now on deltas carry the details of this job; the first carries all of them. */
  watch(key: number | null): void {
    this.#watched = key;
    this.#sentDetail = null;
    this.#sentPulse = '';
    this.touch();
  }

  #flush(): void {
    this.#dirty = false;
    this.#waiting = true;
    (this.#source.schedule ?? setTimeout)(() => {
      this.#waiting = false;
      if (this.#dirty) this.#flush();
    }, deltaIntervalMs);

    const { rows, removed, files, more } = this.#source.list.takeChanges(maxRowsPerDelta);
    const detail = this.#detailChange();
    const workers = this.#changedWorkers();
    const pulse = this.#changedPulse();
    const queue = this.#changedQueue();
    const notices = this.#changedNotices();
    if (more) this.#dirty = true;
    const others = [files, workers, detail, pulse, queue, notices];
    if (rows.length + removed.length === 0 && others.every((part) => part === null)) return;
    this.#seq += 1;
    this.#source.send({ seq: this.#seq, rows, removed, files, workers, detail, pulse, queue, notices });
  }

  /** Workers are few, and the engine does not report every change of theirs by itself: they are compared. */
  #changedWorkers(): readonly ProcInfo[] | null {
    const workers = this.#source.workers();
    const text = JSON.stringify(workers);
    if (text === this.#sentWorkers) return null;
    this.#sentWorkers = text;
    return workers;
  }

  #changedQueue(): QueueStatus | null {
    const queue = this.#source.queue();
    const text = JSON.stringify(queue);
    if (text === this.#sentQueue) return null;
    this.#sentQueue = text;
    return queue;
  }

  #changedNotices(): readonly Notice[] | null {
    const notices = this.#source.notices();
    const text = JSON.stringify(notices);
    if (text === this.#sentNotices) return null;
    this.#sentNotices = text;
    return notices;
  }

  #changedPulse(): RunPulse | null {
    const pulse = this.#watched === null ? null : this.#source.pulse(this.#watched);
    const text = JSON.stringify(pulse);
    if (pulse === null || text === this.#sentPulse) return null;
    this.#sentPulse = text;
    return pulse;
  }

  #detailChange(): DetailChange | null {
    const before = this.#sentDetail;
    const now = this.#watched === null ? null : this.#source.list.detail(this.#watched);
    this.#sentDetail = now;
    if (now === null) return null;
    if (before === null || !onlyCountsDiffer(before, now)) return { kind: 'full', detail: now };
    const counts = now.ranks.map((rank) => rank.count);
    const moved = counts.some((count, index) => count !== before.ranks[index]?.count);
    return moved ? { kind: 'counts', key: now.key, counts } : null;
  }
}

function onlyCountsDiffer(before: JobDetail, now: JobDetail): boolean {
  return (
    before.run === now.run &&
    before.hasResult === now.hasResult &&
    before.errors === now.errors &&
    before.reason === now.reason &&
    before.args === now.args &&
    before.output === now.output &&
    before.versions === now.versions &&
    before.ranks.length === now.ranks.length &&
    before.ranks.every((rank, index) => isSameButCount(rank, now.ranks[index]))
  );
}

const isSameButCount = (rank: RankInfo, other: RankInfo | undefined): boolean =>
  other?.pid === rank.pid && other.state === rank.state && other.start === rank.start && other.end === rank.end;
