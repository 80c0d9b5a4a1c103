import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Candidate, pickJobs as pick } from '../../../../src/core/jobs/scheduler';

/** Jobs of so many ranks, in the order of their age, numbered from 1. */
const jobs = (...ranks: number[]): Candidate[] => ranks.map((count, position) => ({ id: position + 1, ranks: count }));

/** The jobs that start. */
const pickJobs = (...given: Parameters<typeof pick>): number[] => pick(...given).map(({ id }) => id);

describe('pickJobs', () => {
  it('starts four jobs of two ranks two by two on four workers', () => {
    expect(pickJobs(jobs(2, 2, 2, 2), 4, [])).toEqual([1, 2]);
    expect(pickJobs(jobs(2, 2), 2, [2])).toEqual([1]);
    expect(pickJobs(jobs(2, 2), 4, [])).toEqual([1, 2]);
  });

  it('never starts a part of a job', () => {
    expect(pickJobs(jobs(3), 2, [2])).toEqual([]);
    expect(pickJobs(jobs(3), 3, [1])).toEqual([1]);
  });

  it('starts nothing without a free worker or a job', () => {
    expect(pickJobs(jobs(1, 1), 0, [2, 2])).toEqual([]);
    expect(pickJobs([], 4, [])).toEqual([]);
  });

  it('keeps workers for a large job that waits, rather than feed them to small ones behind it', () => {
    expect(pickJobs(jobs(4, 1, 1), 2, [1, 1])).toEqual([]);
    expect(pickJobs(jobs(2, 1), 1, [1])).toEqual([]);
  });

  it('lets a small job go first that leaves enough for the large one', () => {
    // Whenever the job of three ends there are 3 + 2 workers, and one more than the four that are needed.
    expect(pickJobs(jobs(4, 1), 2, [3])).toEqual([2]);
    expect(pickJobs(jobs(4, 1, 1), 2, [3])).toEqual([2]);
  });

  it('goes on down the queue after the jobs that fit', () => {
    expect(pickJobs(jobs(1, 4, 1, 2), 3, [5])).toEqual([1, 3]);
  });
});

describe('pickJobs, of a long queue', () => {
  /** How many of a million waiting jobs are looked at. */
  function looksAt(free: number, running: readonly number[], ranksOf: (id: number) => number): number {
    let seen = 0;
    function* queue(): Generator<Candidate> {
      for (let id = 1; id <= 1e6; id += 1) {
        seen += 1;
        yield { id, ranks: ranksOf(id) };
      }
    }
    pick(queue(), free, running);
    return seen;
  }

  it('looks at no more jobs than there are workers for', () => {
    expect(looksAt(0, [2], () => 1)).toBe(0);
    expect(looksAt(3, [], () => 1)).toBe(3);
    expect(looksAt(4, [], () => 2)).toBe(2);
  });

  it('looks for smaller jobs only so far behind one that has to wait', () => {
    expect(looksAt(1, [1], () => 2)).toBe(502);
    expect(looksAt(2, [3], (id) => (id < 300 ? 4 : 1))).toBeLessThan(510);
  });
});

describe('pickJobs, for jobs whose ranks need not begin together', () => {
  const elastic = (id: number, ranks: number): Candidate => ({ id, ranks, least: 1 });

  it('gives them what there is', () => {
    expect(pick([elastic(1, 4)], 2, [2])).toEqual([{ id: 1, ranks: 2 }]);
    expect(pick([elastic(1, 4), elastic(2, 4)], 6, [])).toEqual([
      { id: 1, ranks: 4 },
      { id: 2, ranks: 2 },
    ]);
    expect(pick([elastic(1, 4)], 0, [4])).toEqual([]);
  });

  it('gives them no more than the large job before them can spare', () => {
    const [large = elastic(0, 0)] = jobs(4);
    expect(pick([large, elastic(2, 4)], 2, [2])).toEqual([]);
    expect(pick([large, elastic(2, 4)], 2, [3])).toEqual([{ id: 2, ranks: 1 }]);
  });
});

/** All orders of a list; each different order once would do, equal ones cost only time. */
function orders(list: readonly number[]): number[][] {
  if (list.length === 0) return [[]];
  return list.flatMap((first, position) =>
    orders(list.filter((_, other) => other !== position)).map((rest) => [first, ...rest]),
  );
}

/** How many endings, in this order, a job of `needed` ranks has to wait for; Infinity when all are not enough. */
function endingsUntil(needed: number, free: number, endings: readonly number[]): number {
  let available = free;
  for (const [count, freed] of endings.entries()) {
    if (available >= needed) return count;
    available += freed;
  }
  return available >= needed ? endings.length : Number.POSITIVE_INFINITY;
}

interface Case {
  readonly queue: Candidate[];
  readonly free: number;
  readonly running: number[];
}

const anyCase: fc.Arbitrary<Case> = fc
  .record({
    running: fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 4 }),
    free: fc.nat(6),
    ranks: fc.array(fc.integer({ min: 1, max: 8 }), { maxLength: 6 }),
  })
  .map(({ running, free, ranks }) => {
    const workers = free + running.reduce((sum, size) => sum + size, 0);
    return { running, free, queue: jobs(...ranks.map((count) => Math.min(count, Math.max(1, workers)))) };
  });

/** The first in line that has to wait, what runs by then, and what is left; undefined when nobody waits. */
function firstInLine({ queue, free, running }: Case): { blocked: Candidate; held: number[]; left: number } | undefined {
  let left = free;
  const held = [...running];
  for (const job of queue) {
    if (job.ranks > left) return { blocked: job, held, left };
    left -= job.ranks;
    held.push(job.ranks);
  }
  return undefined;
}

describe('pickJobs, for every small case', () => {
  const sizeOf = (queue: readonly Candidate[], ids: readonly number[]): number =>
    queue.filter((job) => ids.includes(job.id)).reduce((sum, job) => sum + job.ranks, 0);

  it('starts no more ranks than there are free workers, and all that fit ahead of the first that does not', () => {
    fc.assert(
      fc.property(anyCase, (given) => {
        const picked = pickJobs(given.queue, given.free, given.running);
        expect(sizeOf(given.queue, picked)).toBeLessThanOrEqual(given.free);
        expect(new Set(picked).size).toBe(picked.length);
        const line = firstInLine(given);
        const ahead = line ? given.queue.slice(0, given.queue.indexOf(line.blocked)) : given.queue;
        expect(picked.slice(0, ahead.length)).toEqual(ahead.map((job) => job.id));
      }),
    );
  });

  it('delays the first in line in no order in which the running jobs can end, and lets pass whoever cannot', () => {
    fc.assert(
      fc.property(anyCase, (given) => {
        const line = firstInLine(given);
        fc.pre(line !== undefined);
        const { blocked, held, left } = line;
        const behind = given.queue.slice(given.queue.indexOf(blocked) + 1);
        const picked = pickJobs(given.queue, given.free, given.running);
        const passed = sizeOf(behind, picked);
        // The worst that those who passed can do is never to end.
        const delayedBy = (taken: number): boolean =>
          orders(held).some(
            (order) => endingsUntil(blocked.ranks, left, order) < endingsUntil(blocked.ranks, left - taken, order),
          );
        expect(delayedBy(passed)).toBe(false);
        for (const job of behind.filter((candidate) => !picked.includes(candidate.id))) {
          expect(job.ranks > left - passed || delayedBy(passed + job.ranks), `job ${job.id} waits for nothing`).toBe(
            true,
          );
        }
      }),
      { numRuns: 500 },
    );
  });
});
