import { AsyncLocalStorage } from 'node:async_hooks';
import { JobCancelledError } from '../errors';
import { Listeners } from '../listeners';
import { Stopwatch } from '../stopwatch';

/** Where a task stands. */
export type TaskState = 'queued' | 'running' | 'done' | 'failed' | 'cancelled';

/** What a task does. It gets the task's arguments; with `selfName` also the task itself, by that name, in kwargs. */
export type TaskFunction = (...args: unknown[]) => unknown;

/**
 * What a person sees of a piece of work: a label, progress and a state. Listeners hear of every change.
 *
 * A task made inside another shows its label and progress on the parent too, and gives the parent its label back
 * when it ends.
 */
export class Task {
  static readonly #running = new AsyncLocalStorage<Task>();

  /** The task that it is a part of. */
  readonly parentTask: Task | null;
  readonly #func: TaskFunction | undefined;
  readonly #args: readonly unknown[];
  readonly #kwargs: Readonly<Record<string, unknown>>;
  readonly #selfName: string | undefined;
  readonly #abort = new AbortController();
  readonly #listeners = new Listeners<Task>();
  #label: string;
  #state: TaskState = 'queued';
  #curProgress = 0;
  #maxProgress = 0;
  #result: unknown;
  #error: unknown;
  /** Labels that running tasks within this one show on it; the latest is seen. */
  readonly #borrowed = new Map<Task, string>();
  #watch: Stopwatch | undefined;
  #endedAt: number | undefined;

  /**
   * @param label what people see
   * @param func what `start()` runs; without it whoever made the task does the work
   * @param args arguments of `func`
   * @param kwargs named arguments of `func`, handed over as one last argument when there are any
   * @param selfName name among `kwargs` by which `func` gets the task itself
   * @param parentTask the task that it is a part of
   */
  constructor(
    label: string,
    func?: TaskFunction,
    args: readonly unknown[] = [],
    kwargs: Readonly<Record<string, unknown>> = {},
    selfName?: string,
    parentTask: Task | null = null,
  ) {
    this.#label = label;
    this.#func = func;
    this.#args = args;
    this.#kwargs = kwargs;
    this.#selfName = selfName;
    this.parentTask = parentTask;
  }

  /** The task whose function runs: inside it, also after an `await`. */
  static get current(): Task | null {
    const task = Task.#running.getStore();
    return task?.state === 'running' ? task : null;
  }

  /** A task that shows nothing to anybody: for functions that want one when there is none. */
  static null(): Task {
    return new Task('');
  }

  /** Its own label, or that of the task within it that began last and still runs. */
  get label(): string {
    return [...this.#borrowed.values()].at(-1) ?? this.#label;
  }

  /** Where it stands. */
  get state(): TaskState {
    return this.#state;
  }

  /** Items done, from 0 to `maxProgress`. */
  get curProgress(): number {
    return this.#curProgress;
  }

  /** Items there are; 0 while unknown. */
  get maxProgress(): number {
    return this.#maxProgress;
  }

  /** What it returned; undefined before, and when it is not done. */
  get result(): unknown {
    return this.#result;
  }

  /** What it threw, or why it was cancelled; undefined otherwise. */
  get error(): unknown {
    return this.#error;
  }

  /** When it began, in milliseconds since the epoch; undefined before. */
  get startedAt(): number | undefined {
    return this.#watch?.startedAt;
  }

  /** When it ended, in milliseconds since the epoch; undefined before. */
  get endedAt(): number | undefined {
    return this.#endedAt;
  }

  /** Aborted by `cancel()`. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Whether it has ended: done, failed or cancelled. */
  isDone(): boolean {
    return this.#state === 'done' || this.#state === 'failed' || this.#state === 'cancelled';
  }

  /** Calls `listener` after every change. Returns a function that ends this. */
  onChange(listener: (task: Task) => void): () => void {
    return this.#listeners.add(listener);
  }

  /** Changes what people see, on the task and, while it runs, on those that it is a part of. */
  setLabel(label: string): void {
    this.#label = label;
    this.#labelChanged();
  }

  /** Sets how many items there are, here and on the tasks that it is a part of, and begins to count from 0. */
  setMaxProgress(maxProgress: number): void {
    this.#maxProgress = maxProgress;
    this.#curProgress = 0;
    this.parentTask?.setMaxProgress(maxProgress);
    this.#changed();
  }

  /** Sets how many items are done, here and on the tasks that it is a part of; never goes back and never past the maximum. */
  setProgress(progress: number): void {
    const next = this.#maxProgress > 0 ? Math.min(progress, this.#maxProgress) : progress;
    if (!(next > this.#curProgress)) return;
    this.#curProgress = next;
    this.parentTask?.setProgress(next);
    this.#changed();
  }

  /**
   * Runs the task's function.
   *
   * @returns what the function returned
   * @throws what the function threw, and JobCancelledError when it was cancelled before it began
   */
  async start(): Promise<unknown> {
    if (this.#state !== 'queued')
      throw new JobCancelledError(`Task "${this.#label}" cannot start: it is ${this.#state}.`);
    this.begin();
    try {
      const kwargs = this.#selfName === undefined ? this.#kwargs : { ...this.#kwargs, [this.#selfName]: this };
      const named = Object.keys(kwargs).length > 0 ? [kwargs] : [];
      this.finish(await Task.#running.run(this, () => this.#func?.(...this.#args, ...named)));
      return this.#result;
    } catch (error) {
      this.fail(error);
      throw error;
    }
  }

  /** Cancels a queued task at once, and asks a running one to end through its `signal`. */
  cancel(reason = 'Cancelled.'): void {
    if (this.isDone()) return;
    const error = new JobCancelledError(reason);
    this.#abort.abort(error);
    if (this.#state === 'queued') this.#end('cancelled', undefined, error);
  }

  /** Marks a queued task as running; for owners that do the work themselves. */
  begin(): void {
    if (this.#state !== 'queued') return;
    this.#state = 'running';
    this.#watch = new Stopwatch();
    this.#labelChanged();
  }

  /** Marks the task as done with a result. */
  finish(result?: unknown): void {
    this.#end('done', result, undefined);
  }

  /** Marks the task as failed, or as cancelled when that is why it ended. */
  fail(error: unknown): void {
    this.#end(
      this.#abort.signal.aborted || error instanceof JobCancelledError ? 'cancelled' : 'failed',
      undefined,
      error,
    );
  }

  #end(state: TaskState, result: unknown, error: unknown): void {
    if (this.isDone()) return;
    this.#state = state;
    this.#result = result;
    this.#error = error;
    this.#endedAt = this.#watch?.now ?? Date.now();
    if (this.parentTask) this.parentTask.#giveBack(this);
    this.#changed();
  }

  #labelChanged(): void {
    if (this.parentTask && this.#state === 'running') this.parentTask.#borrow(this, this.label);
    this.#changed();
  }

  #borrow(task: Task, label: string): void {
    this.#borrowed.set(task, label);
    this.#labelChanged();
  }

  #giveBack(task: Task): void {
    if (this.#borrowed.delete(task)) this.#labelChanged();
  }

  #changed(): void {
    this.#listeners.tell(this);
  }
}
