import { Heartbeat } from './heartbeat';

/** Processor time is averaged over at least so long, in milliseconds. */
const cpuWindowMs = 1000;
/** Smaller changes are not told, in MiB and in percent of a core. */
const tellingMiB = 1;
const tellingPercent = 1;

/** What the server knows of how one worker process is: whether it answers, and what it uses. */
export class WorkerVitals {
  readonly #heartbeat: Heartbeat;
  #rssMiB: number | null = null;
  #cpuPercent: number | null = null;
  #cpuMs: number | undefined;
  #cpuAt: number;

  constructor(now: number) {
    this.#heartbeat = new Heartbeat(now);
    this.#cpuAt = now;
  }

  get isSilent(): boolean {
    return this.#heartbeat.isSilent;
  }

  get rssMiB(): number | null {
    return this.#rssMiB;
  }

  get cpuPercent(): number | null {
    return this.#cpuPercent;
  }

  /** See {@link Heartbeat.beat}. */
  beat(now: number): 'ask' | 'silent' | 'wait' {
    return this.#heartbeat.beat(now);
  }

  /** Something came from the process. @returns whether it had been silent */
  heard(): boolean {
    return this.#heartbeat.heard();
  }

  /** It has said what it uses. @returns whether that has changed enough to be told */
  measured(rssMiB: number, cpuMs: number, now: number): boolean {
    const isNews = Math.abs(rssMiB - (this.#rssMiB ?? Number.POSITIVE_INFINITY)) >= tellingMiB;
    if (isNews) this.#rssMiB = rssMiB;
    return this.#measureCpu(cpuMs, now) || isNews;
  }

  #measureCpu(cpuMs: number, now: number): boolean {
    const elapsed = now - this.#cpuAt;
    if (this.#cpuMs !== undefined && elapsed < cpuWindowMs) return false;
    const percent = this.#cpuMs === undefined ? null : ((cpuMs - this.#cpuMs) / elapsed) * 100;
    this.#cpuMs = cpuMs;
    this.#cpuAt = now;
    if (percent === null || Math.abs(percent - (this.#cpuPercent ?? Number.POSITIVE_INFINITY)) < tellingPercent)
      return false;
    this.#cpuPercent = percent;
    return true;
  }
}
