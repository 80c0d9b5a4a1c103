import { Future } from './future';
import { Task } from './task';
import { TaskQueue } from './task-queue';

/** Where a routine's tasks go. */
export interface TaskRoutineOptions<This = unknown> {
  /** The queue, or what gives it for the object that the method was called on; by default `TaskQueue.main`. */
  readonly queue?: TaskQueue | ((self: This) => TaskQueue);
}

/**
 * Makes a function a routine: a call puts it as a task at the end of a queue and gives a Future of what it returns.
 *
 * ```ts
 * const loadScan = taskRoutine('Loading scan')(async (file: string) => …);
 * const scan = await loadScan('head.dcm');
 * ```
 *
 * `Task.current` is the task while it runs. A routine that is called inside a running task does not wait behind it:
 * it begins at once as a part of it, shows its label and progress there, and gives the label back when it ends.
 * Cancelling the Future cancels the task.
 *
 * @param label what people see; by default the name of the function
 */
export function taskRoutine(
  label?: string,
  options: TaskRoutineOptions = {},
): <A extends readonly unknown[], R>(func: (...args: A) => R) => (...args: A) => Future<Awaited<R>> {
  return (func) =>
    (...args) =>
      start(label ?? func.name, options, undefined, () => func(...args));
}

/**
 * The same as {@link taskRoutine} for a method, which keeps its `this`. It can be called as a function, or stand as a
 * decorator before a method that is declared to return a `PromiseLike`.
 *
 * ```ts
 * class Viewer {
 *   readonly queue = new TaskQueue();
 *   readonly open = taskMethod('Opening', { queue: (viewer: Viewer) => viewer.queue })(function (this: Viewer, file: string) { … });
 * }
 * ```
 */
export function taskMethod<This = unknown>(
  label?: string,
  options: TaskRoutineOptions<This> = {},
): <Self extends This, A extends readonly unknown[], R>(
  method: (this: Self, ...args: A) => R,
  context?: { readonly name: string | symbol },
) => (this: Self, ...args: A) => Future<Awaited<R>> {
  return (method, context) => {
    const name = label ?? (method.name || String(context?.name ?? ''));
    return function (...args) {
      return start(name, options, this, () => method.apply(this, [...args] as never));
    };
  };
}

function start<This, R>(
  label: string,
  { queue = TaskQueue.main }: TaskRoutineOptions<This>,
  self: This,
  work: () => R,
): Future<Awaited<R>> {
  const parent = Task.current;
  const task = new Task(label, work, [], {}, undefined, parent);
  const future = new Future<Awaited<R>>((reason) => task.cancel(reason));
  const stop = task.onChange(() => {
    if (!task.isDone()) return;
    stop();
    // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- Handed on as it was thrown, also when it is no Error
    future.setObject(task.state === 'done' ? (task.result as Awaited<R>) : Promise.reject(task.error));
  });
  if (parent) {
    const cancel = (): void => task.cancel();
    parent.signal.addEventListener('abort', cancel, { once: true });
    task.start().then(
      () => parent.signal.removeEventListener('abort', cancel),
      () => parent.signal.removeEventListener('abort', cancel),
    );
  } else (typeof queue === 'function' ? queue(self) : queue).addTasks(task);
  return future;
}
