/** What the scheduler needs to know of a job that waits. */
export interface Candidate {
  readonly id: number;
  /** How many workers it takes. */
  readonly ranks: number;
  /** With how few it can begin, when its ranks need not begin together. */
  readonly least?: number;
}

/** A job that starts, with so many workers. */
export interface Picked {
  readonly id: number;
  readonly ranks: number;
}

/** So many jobs behind the first one that has to wait are looked at, as in batch schedulers: the queue may be long. */
const mostPassed = 500;

/**
 * Which waiting jobs start now.
 *
 * A job is a gang: it starts when all its ranks have a free worker, never with a part of them, since two jobs with
 * barriers would otherwise wait for each other. When the first in line has to wait, a smaller one behind it may go
 * first only if it cannot delay it: in whatever order the running jobs end, the first in line could start no
 * sooner without it. (Backfilling as in batch schedulers, without needing to know how long jobs take.) A job whose
 * ranks need not begin together takes as many workers as it can have.
 *
 * @param queue jobs that wait, in the order of the queue; no more of them are looked at than is needed
 * @param free workers that are free
 * @param running how many workers each running job holds
 */
export function pickJobs(queue: Iterable<Candidate>, free: number, running: readonly number[]): Picked[] {
  const started: Picked[] = [];
  if (free <= 0) return started;
  const held = [...running];
  let left = free;
  let blocked: Candidate | undefined;
  let passed = 0;
  for (const job of queue) {
    if (blocked && ++passed > mostPassed) break;
    const least = job.least ?? job.ranks;
    if (least > left) {
      blocked ??= job;
      continue;
    }
    let ranks = Math.min(job.ranks, left);
    while (blocked && ranks >= least && couldDelay(blocked.ranks, left, ranks, held)) ranks -= 1;
    if (ranks < least) continue;
    started.push({ id: job.id, ranks });
    // Ranks that need not begin together need not end together.
    held.push(...(least < job.ranks ? Array.from({ length: ranks }, () => 1) : [ranks]));
    left -= ranks;
    if (left <= 0) break;
  }
  return started;
}

/** Whether some order of endings lets the blocked job start without the small one, but not with it. */
function couldDelay(needed: number, free: number, small: number, running: readonly number[]): boolean {
  const sums = new Set([0]);
  for (const size of running) for (const sum of [...sums]) sums.add(sum + size);
  return [...sums].some((freed) => free + freed >= needed && free - small + freed < needed);
}
