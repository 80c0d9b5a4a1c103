import type { ServerEvent } from '../../shared/engine-info';
import type { RunPulse } from '../../shared/ipc';
import { combineRank } from '../../shared/run';
import { LiveReport } from '../live/live-report';
import { LogRing } from './log-ring';
import { RangeFeed } from './range-feed';
import { RangeTracker } from './range-tracker';
import { Throughput } from './throughput';

/** What is kept of one run for those who look at it closely: more than the list of jobs, and in bounded memory. */
export class RunRecord {
  readonly key: number;
  readonly run: number;
  readonly live = new LiveReport();
  readonly log = new LogRing();
  readonly throughput = new Throughput();
  readonly range: RangeTracker;
  readonly rangeFeed: RangeFeed;
  readonly #now: () => number;
  #attempt = 1;

  /** @param now clock, in milliseconds since the epoch */
  constructor(key: number, run: number, now: () => number = Date.now) {
    this.key = key;
    this.run = run;
    this.#now = now;
    this.range = new RangeTracker(now);
    this.rangeFeed = new RangeFeed(this.range);
  }

  /** Takes an event of the run. Returns whether there is news for somebody who looks at it. */
  onServerEvent(event: ServerEvent): boolean {
    switch (event.type) {
      case 'partial':
        return this.live.add(event.rank, event.value);
      case 'log':
        this.log.add(event.lines, this.#now());
        return true;
      case 'job': {
        this.range.onEvent(event);
        const { attempt = 1, startedAt, progress, ranks } = event.job;
        if (attempt !== this.#attempt) this.throughput.clear();
        this.#attempt = attempt;
        const counts = ranks.map(({ count }) => count);
        if (startedAt !== undefined) this.throughput.sample(event.job.endedAt ?? this.#now(), progress, counts);
        return true;
      }
      case 'progress':
        this.range.onEvent(event);
        this.throughput.sample(this.#now(), event.progress, event.counts);
        return true;
      case 'chunk':
        this.range.onEvent(event);
        return true;
      case 'queue':
      case 'worker':
        return false;
    }
  }

  /** Takes an event of the small job that combines what the ranks of this one have returned: only its output counts. */
  onCombineEvent(event: ServerEvent): boolean {
    if (event.type !== 'log') return false;
    const lines = event.lines.map((line) => ({ ...line, rank: combineRank }));
    this.log.add(lines, this.#now());
    return true;
  }

  /** Which of its parts have changed: numbers that grow. */
  get pulse(): RunPulse {
    const { key, run } = this;
    return { key, run, live: this.live.version, log: this.log.total, range: this.range.version };
  }
}
