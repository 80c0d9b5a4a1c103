import type { ErrorInfo, JobState } from '../../shared/engine-info';

/** How far a job is. `probing`: one rank looks whether the target is there. */
export type JobPhase = 'queued' | 'probing' | 'running' | 'ended';

/** What all kinds of jobs have in common: how far they are, and how they ended. */
export abstract class JobStatus {
  protected phase: JobPhase = 'queued';
  /** Why the job is being, or was, cancelled. */
  protected cancelled: Error | undefined;
  protected endState: 'done' | 'failed' | 'cancelled' = 'done';
  protected failure: ErrorInfo | undefined;

  get state(): JobState {
    if (this.phase === 'ended') return this.endState;
    if (this.cancelled) return 'cancelling';
    return this.phase === 'queued' ? 'queued' : 'running';
  }

  get hasEnded(): boolean {
    return this.phase === 'ended';
  }

  get error(): ErrorInfo | undefined {
    return this.failure;
  }
}
