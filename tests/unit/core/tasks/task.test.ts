import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { JobCancelledError } from '../../../../src/core/errors';
import { Future } from '../../../../src/core/tasks/future';
import { Task } from '../../../../src/core/tasks/task';

const child = (label: string, parent: Task) => new Task(label, undefined, [], {}, undefined, parent);

describe('a task', () => {
  it('is queued, then running, then done, with its result and times', async () => {
    const gate = new Future<string>();
    const task = new Task('load', () => gate);
    expect([task.state, task.startedAt, task.isDone()]).toEqual(['queued', undefined, false]);
    const running = task.start();
    expect([task.state, task.isDone()]).toEqual(['running', false]);
    gate.setObject('loaded');
    expect(await running).toBe('loaded');
    expect([task.state, task.isDone(), task.result, task.error]).toEqual(['done', true, 'loaded', undefined]);
    expect(task.endedAt).toBeGreaterThanOrEqual(task.startedAt ?? Number.POSITIVE_INFINITY);
  });

  it('hands its function the arguments, then the named ones, with itself among them when asked', async () => {
    const func = vi.fn();
    const task = new Task('load', func, [1, 'two'], { scale: 3 }, 'task');
    await task.start();
    expect(func.mock.calls).toEqual([[1, 'two', { scale: 3, task }]]);
    const plain = vi.fn();
    await new Task('load', plain, [1]).start();
    expect(plain.mock.calls).toEqual([[1]]);
  });

  it('is failed with what its function threw, which start() throws too', async () => {
    const error = new Error('no');
    const task = new Task('load', () => Promise.reject(error));
    await expect(task.start()).rejects.toBe(error);
    expect([task.state, task.error, task.result]).toEqual(['failed', error, undefined]);
  });

  it('does not start twice', async () => {
    const task = new Task('load', () => 1);
    await task.start();
    await expect(task.start()).rejects.toThrow('Task "load" cannot start: it is done.');
    expect(task.result).toBe(1);
  });

  it('never leaves its end, whatever is asked of it', () => {
    const ask: Record<string, (task: Task) => void> = {
      begin: (task) => task.begin(),
      finish: (task) => task.finish('later'),
      fail: (task) => task.fail(new Error('later')),
      cancel: (task) => task.cancel('later'),
      'set progress': (task) => task.setProgress(1),
    };
    fc.assert(
      fc.property(
        fc.constantFrom('finish', 'fail', 'cancel'),
        fc.array(fc.constantFrom(...Object.keys(ask))),
        (end, later) => {
          const task = new Task('load');
          if (end !== 'cancel') task.begin();
          ask[end]?.(task);
          const before = [task.state, task.result, task.error, task.startedAt, task.endedAt];
          for (const name of later) ask[name]?.(task);
          expect([task.state, task.result, task.error, task.startedAt, task.endedAt]).toEqual(before);
        },
      ),
    );
  });

  it('tells its listeners of every change until they stop listening', () => {
    const task = new Task('load');
    const seen: string[] = [];
    const stop = task.onChange(() => seen.push(`${task.state} ${task.label} ${task.curProgress}/${task.maxProgress}`));
    task.setMaxProgress(10);
    task.begin();
    task.setProgress(5);
    task.setProgress(5);
    task.setLabel('nearly');
    task.finish();
    stop();
    task.setLabel('unseen');
    expect(seen).toEqual([
      'queued load 0/10',
      'running load 0/10',
      'running load 5/10',
      'running nearly 5/10',
      'done nearly 5/10',
    ]);
  });

  it('that is null has no label and works like any other', () => {
    const task = Task.null();
    task.setMaxProgress(3);
    task.setProgress(2);
    expect([task.label, task.curProgress, task.parentTask]).toEqual(['', 2, null]);
  });
});

describe('the progress of a task', () => {
  it('never goes back and never past the maximum', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), fc.array(fc.integer({ min: -10, max: 100 })), (most, values) => {
        const task = new Task('load');
        task.setMaxProgress(most);
        for (const [position, value] of values.entries()) {
          const before = task.curProgress;
          task.setProgress(value);
          const highest = Math.max(0, ...values.slice(0, position + 1));
          expect(task.curProgress).toBe(Math.min(most, highest));
          expect(task.curProgress).toBeGreaterThanOrEqual(before);
        }
      }),
    );
  });

  it('does not become NaN', () => {
    const task = new Task('load');
    task.setMaxProgress(10);
    task.setProgress(4);
    task.setProgress(Number.NaN);
    expect(task.curProgress).toBe(4);
  });

  it('begins again with a new maximum', () => {
    const task = new Task('load');
    task.setMaxProgress(10);
    task.setProgress(10);
    task.setMaxProgress(5);
    expect([task.curProgress, task.maxProgress]).toEqual([0, 5]);
  });
});

describe('cancelling a task', () => {
  it('ends a queued one at once, which then cannot start', async () => {
    const func = vi.fn();
    const task = new Task('load', func);
    task.cancel('not needed');
    expect([task.state, task.signal.aborted]).toEqual(['cancelled', true]);
    expect(task.error).toEqual(new JobCancelledError('not needed'));
    await expect(task.start()).rejects.toThrow(JobCancelledError);
    expect(func).not.toHaveBeenCalled();
  });

  it('asks a running one to end, which is then cancelled and not failed', async () => {
    const task: Task = new Task('load', () => {
      task.cancel('enough');
      task.signal.throwIfAborted();
    });
    await expect(task.start()).rejects.toThrow('enough');
    expect(task.state).toBe('cancelled');
  });

  it('leaves one done that finished in spite of it', async () => {
    const task: Task = new Task('load', () => {
      task.cancel();
      return 'all the same';
    });
    expect(await task.start()).toBe('all the same');
    expect(task.state).toBe('done');
  });

  it('does nothing once it has ended', () => {
    const task = new Task('load');
    task.begin();
    task.finish(1);
    task.cancel();
    expect([task.state, task.signal.aborted]).toEqual(['done', false]);
  });
});

describe('a task within another', () => {
  it('shows its label on the parent while it runs and gives the old one back', () => {
    const parent = new Task('import study');
    const inner = child('read slices', parent);
    const labels: string[] = [];
    parent.begin();
    parent.onChange((task) => labels.push(task.label));
    inner.setLabel('still waiting');
    inner.begin();
    inner.setLabel('sort slices');
    inner.finish();
    inner.setLabel('long over');
    expect(labels).toEqual(['still waiting', 'sort slices', 'import study']);
  });

  it('gives the label back also when it fails or is cancelled', () => {
    const parent = new Task('import study');
    for (const end of [
      (task: Task) => task.fail(new Error('no')),
      (task: Task) => task.fail(new JobCancelledError('no')),
    ]) {
      const inner = child('read slices', parent);
      inner.begin();
      expect(parent.label).toBe('read slices');
      end(inner);
      expect(parent.label).toBe('import study');
    }
  });

  it("gives back the parent's own label though another one beside it ended in between", () => {
    const parent = new Task('import study');
    const [first, second] = [child('first', parent), child('second', parent)];
    first.begin();
    second.begin();
    first.finish();
    expect(parent.label).toBe('second');
    second.finish();
    expect(parent.label).toBe('import study');
  });

  it('shows its label on all that are above it', () => {
    const top = new Task('top');
    const middle = child('middle', top);
    const inner = child('inner', middle);
    middle.begin();
    inner.begin();
    expect([top.label, middle.label]).toEqual(['inner', 'inner']);
    inner.finish();
    expect([top.label, middle.label]).toEqual(['middle', 'middle']);
    middle.finish();
    expect([top.label, middle.label]).toEqual(['top', 'middle']);
  });

  it('shows its progress on the parent', () => {
    const parent = new Task('import study');
    const inner = child('read slices', parent);
    inner.setMaxProgress(8);
    inner.setProgress(3);
    expect([parent.curProgress, parent.maxProgress]).toEqual([3, 8]);
  });
});
