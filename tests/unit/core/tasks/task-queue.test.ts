import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { JobCancelledError } from '../../../../src/core/errors';
import { Future } from '../../../../src/core/tasks/future';
import { Task } from '../../../../src/core/tasks/task';
import { TaskQueue, type TaskQueueOptions } from '../../../../src/core/tasks/task-queue';

const fail = () => {
  throw new RangeError('no');
};
const states = (queue: TaskQueue) => queue.finishedTasks.map((task) => `${task.label} ${task.state}`);

describe('a queue of tasks', () => {
  it('runs them one at a time, in order', async () => {
    const log: string[] = [];
    const queue = new TaskQueue();
    const work = (name: string) => async () => {
      log.push(`${name} begins`);
      await Promise.resolve();
      log.push(`${name} ends`);
    };
    queue.addTasks(new Task('a', work('a')), new Task('b', work('b')));
    const third = queue.addFuncTask(work('c'), 'c');
    expect([queue.listTasks(), queue.getNumTasks(), queue.currentTask]).toEqual([['a', 'b', 'c'], 3, null]);
    await queue.whenIdle();
    expect(log).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
    expect(states(queue)).toEqual(['a done', 'b done', 'c done']);
    expect([queue.finishedTasks[2], queue.getNumTasks(), queue.currentTask]).toEqual([third, 0, null]);
  });

  it('names a task after its function, and tells which one runs', async () => {
    const queue = new TaskQueue();
    const gate = new Future<number>();
    const task = queue.addFuncTask(function readScan() {
      return gate;
    });
    await Promise.resolve();
    expect([task.label, queue.currentTask, queue.listTasks()]).toEqual(['readScan', task, []]);
    gate.setObject(1);
    await queue.whenIdle();
    expect(task.result).toBe(1);
  });

  it('drops only those that depend on one that failed, and what depends on them', async () => {
    const heard = vi.fn();
    const queue = new TaskQueue({ taskExcept: heard });
    const bad = queue.addFuncTask(fail, 'bad');
    const child = queue.addFuncTask(() => 1, 'child', { dependsOn: [bad] });
    queue.addFuncTask(() => 1, 'grandchild', { dependsOn: [child] });
    queue.addFuncTask(() => 1, 'other');
    await queue.whenIdle();
    expect(states(queue).sort()).toEqual(['bad failed', 'child cancelled', 'grandchild cancelled', 'other done']);
    expect(heard.mock.calls).toEqual([[bad.error, bad]]);
    expect(queue.lastError).toBe(bad.error);
    expect((child.error as Error).message).toBe('Task "child" was dropped: task "bad", which it depends on, failed.');
    const late = queue.addFuncTask(() => 1, 'late', { dependsOn: [bad] });
    expect(late.state).toBe('cancelled');
    await queue.whenIdle();
  });

  it('drops all that wait with onError flush, and takes new ones', async () => {
    const queue = new TaskQueue({ onError: 'flush' });
    queue.addFuncTask(fail, 'bad');
    queue.addFuncTask(() => 1, 'other');
    await queue.whenIdle();
    queue.addFuncTask(() => 1, 'new');
    await queue.whenIdle();
    expect(states(queue).sort()).toEqual(['bad failed', 'new done', 'other cancelled']);
  });

  it('tells what a task threw to taskExcept, which a subclass may replace, once its dependants are gone', async () => {
    const heard: string[] = [];
    class Dialog extends TaskQueue {
      protected override taskExcept(error: unknown, task: Task): void {
        heard.push(`${task.label}: ${String(error)}; waiting: ${this.listTasks().join()}`);
      }
    }
    const queue = new Dialog({ taskExcept: () => heard.push('never') });
    const bad = queue.addFuncTask(fail, 'bad');
    queue.addFuncTask(() => 1, 'child', { dependsOn: [bad] });
    queue.addFuncTask(() => 1, 'other');
    await queue.whenIdle();
    expect(heard).toEqual(['bad: RangeError: no; waiting: other']);
  });

  it('begins nothing while it is paused', async () => {
    const queue = new TaskQueue();
    queue.pause();
    const task = queue.addFuncTask(() => 1, 'a');
    await new Promise((resolve) => setImmediate(resolve));
    expect([task.state, queue.isPaused]).toEqual(['queued', true]);
    queue.resume();
    await queue.whenIdle();
    expect([task.state, queue.isPaused]).toEqual(['done', false]);
  });

  it('cancels what waits at once and what runs by its signal, and goes on', async () => {
    const queue = new TaskQueue();
    const current = queue.addFuncTask(() => {
      const { current: task } = Task;
      return new Promise((_, reject) => task?.signal.addEventListener('abort', () => reject(new Error('stopped'))));
    }, 'current');
    const waiting = queue.addFuncTask(() => 1, 'waiting');
    const dependant = queue.addFuncTask(() => 1, 'dependant', { dependsOn: [current] });
    const last = queue.addFuncTask(() => 1, 'last');
    await Promise.resolve();
    expect(queue.cancel(waiting, 'not wanted')).toBe(true);
    expect([waiting.state, (waiting.error as Error).message]).toEqual(['cancelled', 'not wanted']);
    expect(queue.cancel(current)).toBe(true);
    await queue.whenIdle();
    expect([current.state, dependant.state, last.state]).toEqual(['cancelled', 'cancelled', 'done']);
    expect([queue.cancel(last), queue.cancel(new Task('stranger')), queue.lastError]).toEqual([
      false,
      false,
      undefined,
    ]);
  });

  it('cancels everything', async () => {
    const queue = new TaskQueue();
    const tasks = [1, 2, 3].map((i) => queue.addFuncTask(() => i, String(i)));
    queue.cancelAll();
    await queue.whenIdle();
    expect(tasks.map((task) => task.state)).toEqual(['cancelled', 'cancelled', 'cancelled']);
  });

  it('refuses what it cannot run', async () => {
    const queue = new TaskQueue();
    queue.pause();
    const task = new Task('a', () => 1);
    queue.addTasks(task);
    expect(() => queue.addTasks(task)).toThrow('in the queue already');
    const twice = new Task('b');
    expect(() => queue.addTasks(twice, twice)).toThrow('in the queue already');
    const done = new Task('done', () => 1);
    await done.start();
    expect(() => queue.addTasks(done)).toThrow('it is done');
    expect(() => queue.addTasks(twice, { dependsOn: [new Task('stranger')] })).toThrow('"stranger", which is not in');
    expect(queue.listTasks()).toEqual(['a']);
  });

  it('tells listeners, and keeps so many finished tasks', async () => {
    const queue = new TaskQueue({ keepFinished: 1 });
    const seen: number[] = [];
    const stop = queue.onChange(() => void seen.push(queue.getNumTasks()));
    queue.addFuncTask(() => 1, 'a');
    queue.addFuncTask(() => 1, 'b');
    await queue.whenIdle();
    stop();
    expect(seen).toContain(2);
    expect(seen.at(-1)).toBe(0);
    expect(states(queue)).toEqual(['b done']);
  });

  it('ends every task once, and none before what it depends on, whatever fails', async () => {
    const plan = fc.array(fc.record({ fails: fc.boolean(), on: fc.option(fc.nat(), { nil: undefined }) }), {
      maxLength: 12,
    });
    const onError = fc.constantFrom<NonNullable<TaskQueueOptions['onError']>>('dependants', 'flush');
    await fc.assert(
      fc.asyncProperty(plan, onError, async (entries, mode) => {
        const queue = new TaskQueue({ onError: mode });
        const tasks: Task[] = [];
        const ran: string[] = [];
        const needs = new Map<Task, Task>();
        entries.forEach(({ fails, on }, i) => {
          const before = on === undefined ? undefined : tasks[on % Math.max(1, tasks.length)];
          const label = String(i);
          const work = () => (ran.push(label), fails ? fail() : i);
          const task = queue.addFuncTask(work, label, before ? { dependsOn: [before] } : {});
          if (before) needs.set(task, before);
          tasks.push(task);
        });
        await queue.whenIdle();
        expect(queue.finishedTasks).toHaveLength(tasks.length);
        expect(new Set(ran).size).toBe(ran.length);
        for (const task of tasks) {
          expect(task.isDone()).toBe(true);
          const before = needs.get(task);
          if (before && before.state !== 'done') expect(task.state).toBe('cancelled');
          if (task.state === 'cancelled') expect(task.error).toBeInstanceOf(JobCancelledError);
          if (mode === 'dependants' && !before) expect(task.state).not.toBe('cancelled');
        }
      }),
    );
  });
});
