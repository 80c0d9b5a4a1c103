import type { ProcessServer } from '../../core/process-server';
import type { History } from '../../history';
import type { ScriptProcess } from '../../runner/script-process';
import type { JobList } from '../job-list';
import type { ListedJob } from '../listed-job';
import type { NoticeBoard } from '../notice-board';
import type { Trust } from '../trust';
import type { RunObserver } from './active-run';

/** What the parts of the queue work with. */
export interface QueueParts {
  readonly history: History;
  readonly server: ProcessServer;
  readonly list: JobList;
  readonly trust: Trust;
  readonly notices: NoticeBoard;
  readonly observer: RunObserver;
  /** Starts a process that hosts a script. */
  readonly startScript: () => ScriptProcess;
  /** Of Procession, for the record. */
  readonly version: string;
}

export type Job = Readonly<ListedJob>;

/** Jobs that have been submitted, by their runs. */
export function byRun(jobs: readonly Job[]): Map<number, Job[]> {
  const runs = new Map<number, Job[]>();
  for (const job of jobs) {
    if (job.entry === null) continue;
    const own = runs.get(job.entry.run);
    if (own === undefined) runs.set(job.entry.run, [job]);
    else own.push(job);
  }
  return runs;
}
