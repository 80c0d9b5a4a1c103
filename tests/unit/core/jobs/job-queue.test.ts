import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JobQueue, type QueuedJob } from '../../../../src/core/jobs/job-queue';

const job = (id: number, priority = 0): QueuedJob => ({ id, priority, isHeld: false });
const ids = (jobs: Iterable<QueuedJob>): number[] => [...jobs].map(({ id }) => id);

function queueOf(...jobs: QueuedJob[]): JobQueue<QueuedJob> {
  const queue = new JobQueue<QueuedJob>();
  for (const each of jobs) queue.add(each);
  return queue;
}

describe('the queue', () => {
  it('is ordered by priority, then by age', () => {
    expect(ids(queueOf(job(1), job(2, 5), job(3, -1), job(4, 5), job(5)))).toEqual([2, 4, 1, 5, 3]);
  });

  it('puts a job that is tried again in front of those of its priority', () => {
    const queue = queueOf(job(2), job(3), job(4, 1));
    queue.addAgain(job(1));
    expect(ids(queue)).toEqual([4, 1, 2, 3]);
  });

  it('changes the priority of a moved job no more than its new place needs', () => {
    const queue = queueOf(job(1, 5), job(2, 3), job(3, 0));
    expect(queue.move(3, 0)).toBe(true);
    expect([...queue].map(({ id, priority }) => [id, priority])).toEqual([
      [3, 5],
      [1, 5],
      [2, 3],
    ]);
    queue.move(1, 2);
    expect([...queue].map(({ id, priority }) => [id, priority])).toEqual([
      [3, 5],
      [2, 3],
      [1, 3],
    ]);
  });

  it('starts nothing while it is paused, and never a held job', () => {
    const queue = queueOf(job(1), job(2), job(3));
    queue.setHeld(2, true);
    expect(ids([...queue.startable()])).toEqual([1, 3]);
    queue.setPaused(true);
    expect(ids([...queue.startable()])).toEqual([]);
    expect(ids(queue)).toEqual([1, 2, 3]);
    queue.setPaused(false);
    queue.setHeld(2, false);
    expect(ids([...queue.startable()])).toEqual([1, 2, 3]);
  });

  it('tells of changes only', () => {
    let changes = 0;
    const queue = new JobQueue<QueuedJob>(() => {
      changes += 1;
    });
    const only = job(1);
    queue.add(only);
    queue.setPaused(false);
    queue.setHeld(1, false);
    queue.setPriority(1, 0);
    expect(queue.move(9, 0)).toBe(false);
    expect(changes).toBe(1);
    expect(queue.remove(only)).toBe(true);
    expect(queue.remove(only)).toBe(false);
    expect(changes).toBe(2);
  });

  it('refuses places and priorities that make no sense', () => {
    const queue = queueOf(job(1));
    expect(() => queue.move(1, -1)).toThrow(/integer of at least 0, not -1/);
    expect(() => queue.setPriority(1, Number.NaN)).toThrow(/not NaN/);
  });
});

const priority = fc.integer({ min: -2, max: 2 });
const id = fc.integer({ min: 1, max: 12 });
const change = fc.oneof(
  fc.record({ type: fc.constant('add' as const), priority }),
  fc.record({ type: fc.constant('again' as const), priority }),
  fc.record({ type: fc.constant('move' as const), id, to: fc.nat(12) }),
  fc.record({ type: fc.constant('priority' as const), id, priority }),
  fc.record({ type: fc.constant('hold' as const), id, isHeld: fc.boolean() }),
  fc.record({ type: fc.constant('remove' as const), id }),
  fc.record({ type: fc.constant('pause' as const), isPaused: fc.boolean() }),
);

describe('after any changes', () => {
  it('every job that came and did not go waits once, priorities fall, and the others keep their order', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 40 }), (changes) => {
        const queue = new JobQueue<QueuedJob>();
        const there = new Set<number>();
        let next = 1;
        for (const step of changes) {
          const before = ids(queue);
          let touched = 0;
          if (step.type === 'add' || step.type === 'again') {
            touched = next++;
            there.add(touched);
            if (step.type === 'add') queue.add(job(touched, step.priority));
            else queue.addAgain(job(touched, step.priority));
          } else if (step.type === 'pause') queue.setPaused(step.isPaused);
          else {
            const found = queue.find(step.id);
            expect(found !== undefined).toBe(there.has(step.id));
            if (step.type === 'move') {
              touched = step.id;
              expect(queue.move(step.id, step.to)).toBe(found !== undefined);
              if (found) expect(ids(queue).indexOf(step.id)).toBe(Math.min(step.to, queue.length - 1));
            } else if (step.type === 'priority') {
              touched = step.id;
              expect(queue.setPriority(step.id, step.priority)).toBe(found !== undefined);
              if (found) expect(found.priority).toBe(step.priority);
            } else if (step.type === 'hold') queue.setHeld(step.id, step.isHeld);
            else if (found) {
              touched = step.id;
              queue.remove(found);
              there.delete(step.id);
            }
          }
          const after = ids(queue);
          expect([...after].sort((a, b) => a - b)).toEqual([...there].sort((a, b) => a - b));
          const priorities = [...queue].map((each) => each.priority);
          expect(priorities).toEqual([...priorities].sort((a, b) => b - a));
          const others = (list: number[]): number[] => list.filter((each) => each !== touched);
          expect(others(after)).toEqual(others(before));
          const free = [...queue].filter((each) => !each.isHeld).map((each) => each.id);
          expect(ids([...queue.startable()])).toEqual(queue.isPaused ? [] : free);
        }
      }),
    );
  });
});
