import { describe, expect, it } from 'vitest';
import { Future } from '../../../../src/core/tasks/future';
import { Task } from '../../../../src/core/tasks/task';
import { TaskQueue } from '../../../../src/core/tasks/task-queue';
import { taskMethod, taskRoutine } from '../../../../src/core/tasks/task-routine';

describe('a routine', () => {
  it('queues a task and gives a Future of what the function returns', async () => {
    const queue = new TaskQueue();
    const add = taskRoutine('Adding', { queue })((a: number, b: number) => Promise.resolve(a + b));
    const futures = [add(1, 2), add(3, 4)];
    expect(futures[0]).toBeInstanceOf(Future);
    expect(queue.listTasks()).toEqual(['Adding', 'Adding']);
    expect(await Promise.all(futures)).toEqual([3, 7]);
  });

  it('goes to the main queue, under the name of its function, when nothing else is said', async () => {
    const done = taskRoutine()(function openScan() {
      return Task.current?.label;
    })();
    expect(TaskQueue.main.listTasks()).toEqual(['openScan']);
    expect(await done).toBe('openScan');
  });

  it('fails its Future with what was thrown, whatever that is', async () => {
    const queue = new TaskQueue();
    const throws = taskRoutine('Throwing', { queue })((value: unknown) => {
      throw value;
    });
    const error = new RangeError('no');
    await expect(throws(error)).rejects.toBe(error);
    await expect(throws(42)).rejects.toBe(42);
    expect(await taskRoutine('After', { queue })(() => 'goes on')()).toBe('goes on');
  });

  it('is cancelled by its Future, while it waits and while it runs', async () => {
    const queue = new TaskQueue();
    const wait = taskRoutine('Waiting', { queue })(() => {
      const { current } = Task;
      return new Promise((_, reject) => current?.signal.addEventListener('abort', () => reject(new Error('stopped'))));
    });
    const [first, second] = [wait(), wait()];
    await Promise.resolve();
    second.cancel('not wanted');
    first.cancel();
    await expect(second).rejects.toThrow('not wanted');
    await expect(first).rejects.toThrow('stopped');
    await queue.whenIdle();
    expect(queue.finishedTasks.map((task) => task.state)).toEqual(['cancelled', 'cancelled']);
  });

  it('inside a running task begins at once, shows its label and progress there, and gives the label back', async () => {
    const queue = new TaskQueue();
    const seen: unknown[] = [];
    const inner = taskRoutine('Inner', { queue })(async (steps: number) => {
      await Promise.resolve();
      Task.current?.setMaxProgress(steps);
      Task.current?.setProgress(2);
      seen.push(queue.currentTask?.label, queue.currentTask?.curProgress, queue.currentTask?.maxProgress);
      return steps;
    });
    const outer = taskRoutine('Outer', { queue })(async () => {
      seen.push(queue.currentTask?.label);
      const value = await inner(5);
      seen.push(queue.currentTask?.label, queue.getNumTasks());
      return value;
    });
    expect(await outer()).toBe(5);
    expect(seen).toEqual(['Outer', 'Inner', 2, 5, 'Outer', 0]);
    expect(Task.current).toBeNull();
  });

  it('inside a task is cancelled with it, and its failure is for the outer one to take', async () => {
    const queue = new TaskQueue();
    const bad = taskRoutine('Bad', { queue })(() => Promise.reject(new Error('inner')));
    const outer = taskRoutine('Outer', { queue })(async () =>
      bad().catch((error: unknown) => (error as Error).message),
    );
    expect(await outer()).toBe('inner');
    let nested: Task | null = null;
    const deep = taskRoutine('Deep', { queue })(() => {
      nested = Task.current;
      return new Promise((_, reject) => nested?.signal.addEventListener('abort', () => reject(new Error('stopped'))));
    });
    const whole = taskRoutine('Whole', { queue })(() => deep())();
    await new Promise((resolve) => setImmediate(resolve));
    whole.cancel();
    await expect(whole).rejects.toThrow('stopped');
    expect((nested as Task | null)?.state).toBe('cancelled');
  });
});

describe('a method as a task', () => {
  class Viewer {
    readonly queue = new TaskQueue();
    readonly #scale = 10;
    readonly open = taskMethod('Opening', { queue: (viewer: Viewer) => viewer.queue })(function (
      this: Viewer,
      n: number,
    ) {
      return n * this.#scale;
    });
  }

  it('keeps its object, and finds its queue through it', async () => {
    const viewer = new Viewer();
    const future = viewer.open(4);
    expect(viewer.queue.listTasks()).toEqual(['Opening']);
    expect(await future).toBe(40);
  });

  it('can be a decorator, which names it by the method', async () => {
    const queue = new TaskQueue();
    const decorated = taskMethod(undefined, { queue })(() => Task.current?.label, { name: 'close' });
    expect(await decorated.call({})).toBe('close');
  });
});
