/** What the pool's decisions need to know of a worker. */
export interface WorkerStanding {
  readonly slot: number;
  /** `resting`: it has no process, or one that is ending, and starts one when it is needed. */
  readonly state: 'resting' | 'starting' | 'idle' | 'busy';
  /** Since when it is idle, in milliseconds of any clock that does not go back. */
  readonly idleSince: number;
}

const order = { resting: 0, starting: 1, idle: 2, busy: 3 } as const;

/** Which workers leave when there are `excess` too many: those that are missed least, of those the last ones. */
export function pickLeaving(workers: readonly WorkerStanding[], excess: number): number[] {
  return [...workers]
    .sort((a, b) => order[a.state] - order[b.state] || b.slot - a.slot)
    .slice(0, Math.max(0, excess))
    .map((worker) => worker.slot);
}

/**
 * Which idle workers end their processes, those first that have been idle for longest, so that at least `minProcs`
 * processes stay.
 *
 * @returns the slots, and in how many milliseconds to look again; undefined when that cannot change by itself
 */
export function pickReaped(
  workers: readonly WorkerStanding[],
  now: number,
  idleTimeoutMs: number,
  minProcs: number,
): { readonly slots: readonly number[]; readonly lookAgainMs: number | undefined } {
  const living = workers.filter((worker) => worker.state !== 'resting').length;
  const idle = workers
    .filter((worker) => worker.state === 'idle')
    .sort((a, b) => a.idleSince - b.idleSince || b.slot - a.slot)
    .slice(0, Math.max(0, living - minProcs));
  const isDue = (worker: WorkerStanding): boolean => now - worker.idleSince >= idleTimeoutMs;
  const next = idle.find((worker) => !isDue(worker));
  // One that is being started will be idle later; one that is busy is looked at when it is done.
  const isStarting = living > minProcs && workers.some((worker) => worker.state === 'starting');
  return {
    slots: idle.filter(isDue).map((worker) => worker.slot),
    lookAgainMs: next ? next.idleSince + idleTimeoutMs - now : isStarting ? idleTimeoutMs : undefined,
  };
}
