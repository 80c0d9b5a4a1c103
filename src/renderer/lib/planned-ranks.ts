import type { RankInfo } from '../../shared/engine-info';

/**
 * The ranks that a job would get if it were started now: rank i of p takes `[floor(i*n/p), floor((i+1)*n/p))`.
 *
 * @param range number of indices
 * @param numProcs ranks that the job file asks for; 0 is one for each worker
 * @param workers number of workers
 */
export function plannedRanks(range: number, numProcs: number, workers: number): RankInfo[] {
  const total = Math.min(range, numProcs === 0 || numProcs > workers ? workers : numProcs);
  // Exact for any range that a number can hold, which floor(i*n/p) in floating point is not.
  const cut = (index: number): number => Number((BigInt(index) * BigInt(range)) / BigInt(total));
  return Array.from({ length: total }, (_, index) => ({
    index,
    pid: null,
    start: cut(index),
    end: cut(index + 1),
    chunks: 1,
    assigned: cut(index + 1) - cut(index),
    count: 0,
    state: 'waiting',
  }));
}
