import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';
import type { ServerEvent } from '../shared/engine-info';
import type { EngineCost } from '../shared/ipc';

/** How often it is told, in milliseconds. */
const tellingMs = 2000;

/** How finely the delays of the event loop are seen, in milliseconds. */
const resolutionMs = 10;

/** How long a worker of the last seconds was busy. */
interface WorkerTime {
  /** Since when it is busy; null while it is not. */
  since: number | null;
  busyMs: number;
}

/** Clocks, for tests. */
export interface EngineClocks {
  /** In milliseconds. */
  readonly now: () => number;
  /** Processor time of this process so far, in milliseconds. */
  readonly cpuMs: () => number;
}

const realClocks: EngineClocks = {
  now: () => performance.now(),
  cpuMs: () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  },
};

/** Measures what the engine itself takes up while jobs run. While none does, it measures and costs nothing. */
export class EngineMeter {
  readonly #tell: (cost: EngineCost | null) => void;
  readonly #clocks: EngineClocks;
  readonly #jobs = new Set<number>();
  readonly #workers = new Map<number, WorkerTime>();
  #timer: NodeJS.Timeout | undefined;
  #delays: IntervalHistogram | undefined;
  #begin = { at: 0, cpuMs: 0 };

  constructor(tell: (cost: EngineCost | null) => void, clocks = realClocks) {
    this.#tell = tell;
    this.#clocks = clocks;
  }

  onServerEvent(event: ServerEvent): void {
    if (event.type === 'worker') this.#onWorker(event.proc.slot, event.proc.state === 'busy');
    if (event.type !== 'job') return;
    if (event.job.endedAt === undefined && event.job.startedAt !== undefined) this.#jobs.add(event.job.id);
    else if (event.job.endedAt !== undefined) this.#jobs.delete(event.job.id);
    if (this.#jobs.size > 0 && this.#timer === undefined) this.#start();
  }

  /** What it came to since it was last asked, and begins anew. */
  take(): EngineCost {
    const { now, cpuMs } = this.#clocks;
    const elapsed = Math.max(1, now() - this.#begin.at);
    const used = [...this.#workers.values()].map((worker) => this.#busyMs(worker)).filter((busy) => busy > 0);
    const between = 1 - used.reduce((sum, busy) => sum + busy, 0) / (elapsed * used.length);
    const cost = {
      cpuPercent: ((cpuMs() - this.#begin.cpuMs) / elapsed) * 100,
      // What it sees is the time between two looks: what is more than their distance is delay.
      delayMs: Math.max(0, (this.#delays?.percentile(99) ?? 0) / 1e6 - resolutionMs),
      betweenPercent: used.length === 0 ? null : Math.max(0, between * 100),
    };
    this.#restart();
    return cost;
  }

  #start(): void {
    this.#delays = monitorEventLoopDelay({ resolution: resolutionMs });
    this.#delays.enable();
    this.#restart();
    this.#timer = setInterval(() => {
      if (this.#jobs.size > 0) this.#tell(this.take());
      else this.#stop();
    }, tellingMs).unref();
  }

  #restart(): void {
    const at = this.#clocks.now();
    this.#begin = { at, cpuMs: this.#clocks.cpuMs() };
    this.#delays?.reset();
    for (const worker of this.#workers.values()) {
      worker.busyMs = 0;
      if (worker.since !== null) worker.since = at;
    }
  }

  #stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#delays?.disable();
    this.#delays = undefined;
    this.#tell(null);
  }

  #onWorker(slot: number, isBusy: boolean): void {
    const worker = this.#workers.get(slot) ?? { since: null, busyMs: 0 };
    this.#workers.set(slot, worker);
    if (isBusy) worker.since ??= this.#clocks.now();
    else {
      worker.busyMs = this.#busyMs(worker);
      worker.since = null;
    }
  }

  #busyMs({ since, busyMs }: WorkerTime): number {
    return busyMs + (since === null ? 0 : this.#clocks.now() - since);
  }
}
