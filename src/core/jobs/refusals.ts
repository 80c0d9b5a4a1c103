import type { ResolvedTarget } from '../../shared/worker-protocol';
import { TargetNotFoundError } from '../errors';
import type { Task } from '../tasks/task';
import type { JobOutcome } from './job-life';

/** A job whose target this is fails with the error. Nobody looks at it when the job is refused before. */
export function refusing(error: Error): Promise<ResolvedTarget> {
  const refused = Promise.reject<ResolvedTarget>(error);
  refused.catch(() => undefined);
  return refused;
}

/** The task of a job that never begins ends with it, unless somebody is at work on it who has more to do. */
export function endTask(task: Task | null | undefined, error?: Error): void {
  if (task?.state !== 'queued') return;
  if (error) task.fail(error);
  else task.finish();
}

/** Whoever wraps a closure finds out that its module does not export it; why that matters is not plain from that. */
export function explainClosure(outcome: JobOutcome): JobOutcome {
  if (outcome.kind !== 'rejected' || !(outcome.error instanceof TargetNotFoundError)) return outcome;
  const error = new TargetNotFoundError(
    `${outcome.error.message} A function made by concurrent() must be exported under its own name: one inside another function cannot be run elsewhere, since its variables do not travel.`,
    { cause: outcome.error },
  );
  return { kind: 'rejected', error };
}
