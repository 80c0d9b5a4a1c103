/** What the queue needs to know of a job that waits. */
export interface QueuedJob {
  readonly id: number;
  /** Higher goes first. Changed by the queue when the job is moved among jobs of other priorities. */
  priority: number;
  /** It keeps its place, but does not start. */
  isHeld: boolean;
}

/** @throws RangeError for NaN, and for what callers without types may give, which would have no place in an order */
export function requirePriority(priority: unknown): void {
  if (typeof priority !== 'number' || Number.isNaN(priority))
    throw new RangeError(
      `priority must be a number, not ${typeof priority === 'string' ? JSON.stringify(priority) : String(priority)}.`,
    );
}

/**
 * The jobs that wait, in the order in which they are tried. It only keeps order; it starts nothing.
 *
 * At all times the priorities fall from the front to the back. Among equal ones a job that comes later stands further
 * back, until somebody moves it. All methods that name a job return whether it waits here.
 */
export class JobQueue<J extends QueuedJob> implements Iterable<J> {
  readonly #jobs: J[] = [];
  /** The same, to tell at once whether one waits here: of a long queue most that are asked for do not. */
  readonly #members = new Set<J>();
  readonly #onChange: () => void;
  #isPaused = false;

  /** @param onChange called after every change of the order, of a hold, or of the pause */
  constructor(onChange: () => void = () => undefined) {
    this.#onChange = onChange;
  }

  get length(): number {
    return this.#jobs.length;
  }

  get isPaused(): boolean {
    return this.#isPaused;
  }

  /** The jobs that may start, in order, as long as the queue is not changed meanwhile: none while the queue is paused, and none that is held. */
  *startable(): Generator<J> {
    if (this.#isPaused) return;
    for (const job of this.#jobs) if (!job.isHeld) yield job;
  }

  [Symbol.iterator](): Iterator<J> {
    return [...this.#jobs][Symbol.iterator]();
  }

  find(id: number): J | undefined {
    return this.#jobs.find((job) => job.id === id);
  }

  /** Puts a job behind all of at least its priority. */
  add(job: J): void {
    this.#insert(job, (other) => other.priority >= job.priority);
    this.#onChange();
  }

  /** Puts a job that has had its turn back in front of all of its priority. */
  addAgain(job: J): void {
    this.#insert(job, (other) => other.priority > job.priority);
    this.#onChange();
  }

  remove(job: J): boolean {
    if (!this.#members.delete(job)) return false;
    // Most leave from the front, which costs an array nothing.
    if (this.#jobs[0] === job) this.#jobs.shift();
    else this.#jobs.splice(this.#jobs.indexOf(job), 1);
    this.#onChange();
    return true;
  }

  /**
   * Moves a job to a place, 0 being the front; places past the end mean the end. Where its priority does not fit
   * between its new neighbours, it becomes that of the nearer one.
   *
   * @throws RangeError when the place is not an integer of at least 0
   */
  move(id: number, position: number): boolean {
    if (!Number.isInteger(position) || position < 0) {
      throw new RangeError(`A place in the queue is an integer of at least 0, not ${position}.`);
    }
    const job = this.find(id);
    if (!job) return false;
    this.#jobs.splice(this.#jobs.indexOf(job), 1);
    const place = Math.min(position, this.#jobs.length);
    const highest = this.#jobs[place - 1]?.priority ?? Number.POSITIVE_INFINITY;
    const lowest = this.#jobs[place]?.priority ?? Number.NEGATIVE_INFINITY;
    job.priority = Math.min(Math.max(job.priority, lowest), highest);
    this.#jobs.splice(place, 0, job);
    this.#onChange();
    return true;
  }

  /**
   * Gives a job another priority and, when that is a change, its place behind all of at least that priority.
   *
   * @throws RangeError when the priority is no number
   */
  setPriority(id: number, priority: number): boolean {
    requirePriority(priority);
    const job = this.find(id);
    if (!job) return false;
    if (job.priority === priority) return true;
    this.#jobs.splice(this.#jobs.indexOf(job), 1);
    job.priority = priority;
    this.add(job);
    return true;
  }

  /** Keeps a job from starting (or lets it again); its place stays the same. */
  setHeld(id: number, isHeld: boolean): boolean {
    const job = this.find(id);
    if (!job) return false;
    if (job.isHeld !== isHeld) {
      job.isHeld = isHeld;
      this.#onChange();
    }
    return true;
  }

  setPaused(isPaused: boolean): void {
    if (this.#isPaused === isPaused) return;
    this.#isPaused = isPaused;
    this.#onChange();
  }

  /** Inserts a job behind the jobs that `isAhead` is true for: those at the front. */
  #insert(job: J, isAhead: (other: J) => boolean): void {
    let low = 0;
    let high = this.#jobs.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const other = this.#jobs[middle];
      if (other && isAhead(other)) low = middle + 1;
      else high = middle;
    }
    this.#members.add(job);
    if (low === this.#jobs.length) this.#jobs.push(job);
    else this.#jobs.splice(low, 0, job);
  }
}
