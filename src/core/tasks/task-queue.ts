import { Listeners } from '../listeners';
import { Task, type TaskFunction } from './task';

/** How a {@link TaskQueue} deals with tasks that fail, and what it keeps. */
export interface TaskQueueOptions {
  /**
   * What becomes of the tasks that wait when one fails. `dependants` (default): those that were declared to depend on
   * it are dropped, the others run. `flush`: all are dropped.
   */
  readonly onError?: 'dependants' | 'flush';
  /** Called with what a task threw, after those that wait for it have been dropped. */
  readonly taskExcept?: (error: unknown, task: Task) => void;
  /** How many finished tasks are kept for {@link TaskQueue.finishedTasks}; 1000 by default. */
  readonly keepFinished?: number;
}

/** What tasks have to wait for; see {@link TaskQueue.addTasks}. */
export interface TaskOrder {
  /** Tasks that must be done first; when one of them is not, the new ones are dropped. */
  readonly dependsOn: readonly Task[];
}

/**
 * Runs tasks one at a time, in the order in which they were added.
 *
 * ```ts
 * const queue = new TaskQueue();
 * const load = queue.addFuncTask(() => readScan(file), 'Loading');
 * queue.addFuncTask(() => server.callProcessFunc(…), 'Counting', { dependsOn: [load] });
 * await queue.whenIdle();
 * ```
 *
 * A task that fails or is cancelled takes with it those that depend on it, and no other.
 */
export class TaskQueue {
  static #main: TaskQueue | undefined;

  readonly #options: TaskQueueOptions;
  readonly #dependencies = new Map<Task, readonly Task[]>();
  readonly #listeners = new Listeners<TaskQueue>();
  #waiting: Task[] = [];
  #finished: Task[] = [];
  #current: Task | null = null;
  #isPaused = false;
  #lastError: unknown;
  #idle: (() => void)[] = [];

  constructor(options: TaskQueueOptions = {}) {
    this.#options = options;
  }

  /** The queue that `taskRoutine` and `taskMethod` use when they are given none. */
  static get main(): TaskQueue {
    TaskQueue.#main ??= new TaskQueue();
    return TaskQueue.#main;
  }

  /** The task that runs. */
  get currentTask(): Task | null {
    return this.#current;
  }

  /** The tasks that wait, in their order. */
  get tasks(): readonly Task[] {
    return [...this.#waiting];
  }

  /** The tasks that are over (done, failed, cancelled or dropped), in the order in which they ended. */
  get finishedTasks(): readonly Task[] {
    return [...this.#finished];
  }

  /** What the last task that failed threw; undefined when none has. */
  get lastError(): unknown {
    return this.#lastError;
  }

  /** Whether it is paused. */
  get isPaused(): boolean {
    return this.#isPaused;
  }

  /** The labels of the tasks that wait, in their order. */
  listTasks(): string[] {
    return this.#waiting.map((task) => task.label);
  }

  /** How many tasks wait. */
  getNumTasks(): number {
    return this.#waiting.length;
  }

  /**
   * Puts tasks at the end of the queue; they begin in a later turn of the event loop, at the earliest.
   *
   * @param tasks tasks that have not been started; the last argument may say what all of them depend on:
   *   `addTasks(a, b, { dependsOn: [c] })`
   * @throws TypeError when a task is started or in the queue already, or depends on one that neither waits here before
   *   it nor has been started
   */
  addTasks(...tasks: Task[] | [...Task[], TaskOrder]): void {
    const entries: readonly (Task | TaskOrder)[] = tasks;
    const last = entries.at(-1);
    const order = last instanceof Task ? undefined : last;
    const added = entries.filter((entry): entry is Task => entry instanceof Task);
    const dependsOn = order?.dependsOn ?? [];
    added.forEach((task, position) => this.#requireNew(task, added.slice(0, position)));
    for (const other of dependsOn) this.#requireKnown(other);
    for (const task of added) {
      this.#waiting.push(task);
      if (dependsOn.length > 0) this.#dependencies.set(task, dependsOn);
      task.onChange(() => {
        if (task.isDone()) this.#ended(task);
      });
    }
    for (const other of dependsOn) if (other.isDone() && other.state !== 'done') this.#dropDependants(other);
    this.#changed();
    queueMicrotask(() => this.#next());
  }

  /** Makes a task of a function and adds it; it is labelled with the function's name when `label` is not given. */
  addFuncTask(func: TaskFunction, label: string = func.name, order: Partial<TaskOrder> = {}): Task {
    const task = new Task(label, func);
    this.addTasks(task, { dependsOn: order.dependsOn ?? [] });
    return task;
  }

  /** Begins no further task; the one that runs goes on. */
  pause(): void {
    this.#isPaused = true;
    this.#changed();
  }

  /** Begins tasks again. */
  resume(): void {
    this.#isPaused = false;
    this.#changed();
    this.#next();
  }

  /**
   * Cancels a task of this queue: one that waits at once, the one that runs by its `signal`. The next one begins when
   * it has really ended.
   *
   * @returns whether the task waited or ran here
   */
  cancel(task: Task, reason?: string): boolean {
    if (task !== this.#current && !this.#waiting.includes(task)) return false;
    task.cancel(reason);
    return true;
  }

  /** Cancels the task that runs and all that wait. */
  cancelAll(reason?: string): void {
    for (const task of this.tasks) task.cancel(reason);
    this.#current?.cancel(reason);
  }

  /** Resolves when nothing waits or runs. A paused queue with tasks in it is not idle. */
  whenIdle(): Promise<void> {
    if (this.#isIdle) return Promise.resolve();
    return new Promise((resolve) => this.#idle.push(resolve));
  }

  /** Calls `listener` when tasks have come, begun or gone. Returns a function that ends this. */
  onChange(listener: (queue: TaskQueue) => void): () => void {
    return this.#listeners.add(listener);
  }

  /** Hears what a task threw. Does what `options.taskExcept` does; a subclass may do something else. */
  protected taskExcept(error: unknown, task: Task): void {
    this.#options.taskExcept?.(error, task);
  }

  get #isIdle(): boolean {
    return this.#current === null && this.#waiting.length === 0;
  }

  #next(): void {
    if (this.#current || this.#isPaused) return;
    const task = this.#waiting.shift();
    if (!task) return;
    this.#current = task;
    const release = (): void => {
      this.#current = null;
      this.#changed();
      this.#next();
    };
    // How it ended is told by its state.
    task.start().then(release, release);
    this.#changed();
  }

  /** Decides what the end of a task means for those that wait. */
  #ended(task: Task): void {
    const position = this.#waiting.indexOf(task);
    if (position >= 0) this.#waiting.splice(position, 1);
    else if (task !== this.#current) return;
    if (this.#finished.includes(task)) return;
    this.#dependencies.delete(task);
    this.#finished.push(task);
    this.#finished = this.#finished.slice(-(this.#options.keepFinished ?? 1000));
    if (task.state === 'failed') this.#lastError = task.error;
    if (task.state === 'failed' && this.#options.onError === 'flush') this.#flush(task);
    if (task.state !== 'done') this.#dropDependants(task);
    if (task !== this.#current) this.#changed();
    // Last, since it is not ours and may throw.
    if (task.state === 'failed') this.taskExcept(task.error, task);
  }

  #flush(task: Task): void {
    for (const other of this.tasks) other.cancel(`Task "${other.label}" was dropped: task "${task.label}" failed.`);
  }

  #dropDependants(task: Task): void {
    const how = task.state === 'failed' ? 'failed' : 'was cancelled';
    for (const other of this.tasks) {
      if (!this.#dependencies.get(other)?.includes(task)) continue;
      other.cancel(`Task "${other.label}" was dropped: task "${task.label}", which it depends on, ${how}.`);
    }
  }

  #requireNew(task: Task, before: readonly Task[]): void {
    if (task.state !== 'queued') throw new TypeError(`Task "${task.label}" cannot be added: it is ${task.state}.`);
    if (this.#waiting.includes(task) || before.includes(task))
      throw new TypeError(`Task "${task.label}" cannot be added: it is in the queue already.`);
  }

  #requireKnown(task: Task): void {
    if (task.state !== 'queued' || this.#waiting.includes(task)) return;
    throw new TypeError(`A task cannot depend on "${task.label}", which is not in the queue. Add that one first.`);
  }

  #changed(): void {
    this.#listeners.tell(this);
    if (this.#isIdle) for (const resolve of this.#idle.splice(0)) resolve();
  }
}
