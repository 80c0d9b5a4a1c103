import type { ServerEvent } from '../../shared/engine-info';
import type { RunPulse } from '../../shared/ipc';
import { LiveReport } from '../live/live-report';

/** What is kept of one run for those who look at it closely: more than the list of jobs, and in bounded memory. */
export class RunRecord {
  readonly key: number;
  readonly run: number;
  readonly live = new LiveReport();

  constructor(key: number, run: number) {
    this.key = key;
    this.run = run;
  }

  /** Takes an event of the run. Returns whether there is news for somebody who looks at it. */
  onServerEvent(event: ServerEvent): boolean {
    return event.type === 'partial' && this.live.add(event.rank, event.value);
  }

  /** Which of its parts have changed: numbers that grow. */
  get pulse(): RunPulse {
    return { key: this.key, run: this.run, live: this.live.version };
  }
}
