import { ItemGate, type ItemRange } from './item-gate';

/** What the course of a run depends on in a planned job. */
export interface CourseJob {
  /** Unique in the run. */
  readonly key: string;
  readonly range: number;
  /** 0 means all processes. */
  readonly numProcs: number;
  /** Higher goes first. */
  readonly priority: number;
  readonly needs: readonly {
    readonly keys: readonly string[];
    readonly when: 'success' | 'failure' | 'always' | 'items';
  }[];
  readonly onFailure:
    | { readonly then: 'continue' }
    | { readonly then: 'stop' | 'abort'; readonly after: { readonly items: number } | { readonly percent: number } };
}

/** How a job of a run ended. `skipped`: it never began, since what it needed did not come about. */
export type JobEnd = 'done' | 'failed' | 'cancelled' | 'skipped';

/** How an item ended, as far as others depend on it. */
export interface ItemEnd {
  readonly index: number;
  readonly state: 'done' | 'failed' | 'skipped' | 'cancelled';
}

/** What whoever drives the machine has to do. Jobs are named by their keys. */
export type RunAction =
  /** `closed` are items that must wait, `skipped` those that will never be worked on. */
  | {
      readonly type: 'start';
      readonly key: string;
      readonly closed: readonly ItemRange[];
      readonly skipped: readonly ItemRange[];
    }
  | { readonly type: 'release-items'; readonly key: string; readonly ranges: readonly ItemRange[] }
  | {
      readonly type: 'skip-items';
      readonly key: string;
      readonly ranges: readonly ItemRange[];
      readonly reason: string;
    }
  /** Begin no further items, let those that run end. */
  | { readonly type: 'finish'; readonly key: string; readonly reason: string }
  | { readonly type: 'cancel'; readonly key: string; readonly reason: string }
  /** Begin no items for the time being, and go on. */
  | { readonly type: 'pause' | 'resume'; readonly key: string }
  /** The job ends without having begun. */
  | { readonly type: 'skip'; readonly key: string; readonly reason: string; readonly end: 'skipped' | 'cancelled' }
  | { readonly type: 'end' };

interface Course {
  readonly job: CourseJob;
  readonly place: number;
  readonly ranks: number;
  readonly gate: ItemGate | undefined;
  state: 'waiting' | 'running' | JobEnd;
  failedItems: number;
  /** `yes`: it is not to work for the time being. `ending`: it is to go on as soon as there is room. */
  held: 'no' | 'yes' | 'ending';
  /** The reason why it is being ended before its time. */
  givenUp: string | undefined;
}

export interface RunLimits {
  /** Most ranks that all jobs together may have at a time; null: no limit of the run's own. */
  readonly maxProcs: number | null;
  /** Ranks of a job that takes all there are. */
  readonly realNumProcs: number;
}

/**
 * The course of a run, without any effects: which job begins when, what its dependants may do, when it is given up.
 * Events go in, actions come out; each job ends exactly once, and the run ends when all have.
 */
export class RunMachine {
  readonly #courses = new Map<string, Course>();
  /** Who needs a job, in the order of the run. */
  readonly #dependants = new Map<string, Course[]>();
  readonly #limits: RunLimits;
  #begun = false;
  #isOver = false;
  #stopReason: { readonly reason: string; readonly end: 'skipped' | 'cancelled' } | undefined;

  constructor(jobs: readonly CourseJob[], limits: RunLimits) {
    this.#limits = limits;
    jobs.forEach((job, place) => {
      const upstream = job.needs.filter(({ when }) => when === 'items').flatMap(({ keys }) => keys);
      const most = Math.min(limits.realNumProcs, limits.maxProcs ?? Number.POSITIVE_INFINITY, job.range);
      this.#courses.set(job.key, {
        job,
        place,
        ranks: job.numProcs === 0 ? most : Math.min(job.numProcs, most),
        gate: upstream.length === 0 ? undefined : new ItemGate(job.range, upstream.length),
        state: 'waiting',
        failedItems: 0,
        held: 'no',
        givenUp: undefined,
      });
    });
    for (const course of this.#courses.values()) {
      for (const key of new Set(course.job.needs.flatMap(({ keys }) => keys)))
        this.#dependants.set(key, [...(this.#dependants.get(key) ?? []), course]);
    }
  }

  /** Whether all jobs have ended. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Most ranks that a job may get. */
  ranksOf(key: string): number {
    return this.#course(key).ranks;
  }

  stateOf(key: string): 'waiting' | 'running' | JobEnd {
    return this.#course(key).state;
  }

  /** Why a job is being ended, or was ended, before its time. */
  givenUp(key: string): string | undefined {
    return this.#course(key).givenUp;
  }

  begin(): RunAction[] {
    if (this.#begun) return [];
    this.#begun = true;
    return this.#advance();
  }

  /** Items have ended, each of them once; also those of an earlier start of the run, before `begin`. */
  itemsEnded(key: string, items: readonly ItemEnd[]): RunAction[] {
    const course = this.#course(key);
    const actions: RunAction[] = [];
    for (const other of this.#dependants.get(key) ?? []) {
      const { gate } = other;
      if (!gate || !needsItemsOf(other, key)) continue;
      for (const { index, state } of items) gate.pass(index, state === 'done');
      if (other.state === 'running') actions.push(...this.#openGate(other, gate));
    }
    course.failedItems += items.filter(({ state }) => state === 'failed').length;
    return [...actions, ...this.#watchFailures(course)];
  }

  /** A job that had been started has ended. */
  jobEnded(key: string, end: JobEnd): RunAction[] {
    const course = this.#course(key);
    if (isEnded(course)) return [];
    course.state = end;
    return [...this.#settleGates(course), ...this.#advance()];
  }

  /** Begin nothing more; what runs now is finished, item by item. */
  finish(reason: string): RunAction[] {
    if (this.#stopReason || this.#isOver) return [];
    this.#stopReason = { reason, end: 'skipped' };
    const running = [...this.#courses.values()].filter(({ state }) => state === 'running');
    for (const course of running) course.givenUp ??= reason;
    return [...running.map(({ job }): RunAction => ({ type: 'finish', key: job.key, reason })), ...this.#advance()];
  }

  /** End everything now. */
  cancel(reason: string): RunAction[] {
    if (this.#isOver) return [];
    this.#stopReason = { reason, end: 'cancelled' };
    const running = [...this.#courses.values()].filter(({ state }) => state === 'running');
    for (const course of running) course.givenUp = reason;
    return [...running.map(({ job }): RunAction => ({ type: 'cancel', key: job.key, reason })), ...this.#advance()];
  }

  /** End one job; those that need it are skipped. */
  cancelJob(key: string, reason: string): RunAction[] {
    const course = this.#course(key);
    if (course.state === 'waiting') return [...this.#drop(course, reason, 'cancelled'), ...this.#advance()];
    if (course.state !== 'running') return [];
    course.givenUp = reason;
    return [{ type: 'cancel', key, reason }];
  }

  /** Keeps a job from beginning, or from beginning further items; others may overtake it. */
  hold(key: string): RunAction[] {
    const course = this.#course(key);
    if (course.held === 'yes' || isEnded(course)) return [];
    const wasWorking = course.state === 'running' && course.held === 'no';
    course.held = 'yes';
    return [...(wasWorking ? [{ type: 'pause', key } as const] : []), ...this.#advance()];
  }

  /** Lets a job that was held work again, once there is room for it. */
  unhold(key: string): RunAction[] {
    const course = this.#course(key);
    if (course.held !== 'yes' || isEnded(course)) return [];
    course.held = course.state === 'running' ? 'ending' : 'no';
    return this.#advance();
  }

  /** Whether a job is kept from working; one that is to go on and waits for room is not. */
  isHeld(key: string): boolean {
    return this.#course(key).held === 'yes';
  }

  /** Starts what can start and drops what never can, until nothing changes. */
  #advance(): RunAction[] {
    if (!this.#begun || this.#isOver) return [];
    const actions: RunAction[] = [];
    for (let before = -1; before !== actions.length; ) {
      before = actions.length;
      for (const course of this.#inOrder()) {
        if (course.state !== 'waiting') continue;
        const refusal = this.#stopReason?.reason ?? this.#refusal(course);
        if (refusal !== undefined) actions.push(...this.#drop(course, refusal, this.#stopReason?.end ?? 'skipped'));
      }
    }
    actions.push(...this.#startReady());
    if ([...this.#courses.values()].every(isEnded)) {
      this.#isOver = true;
      actions.push({ type: 'end' });
    }
    return actions;
  }

  #startReady(): RunAction[] {
    const most = this.#limits.maxProcs ?? Number.POSITIVE_INFINITY;
    let used = 0;
    for (const course of this.#courses.values()) if (isWorking(course)) used += course.ranks;
    const actions: RunAction[] = [];
    for (const course of this.#inOrder()) {
      const goesOn = course.state === 'running' && course.held === 'ending';
      if (!goesOn && (course.state !== 'waiting' || course.held === 'yes' || !this.#isReady(course))) continue;
      // Nobody overtakes: else a job that takes all processes would wait until everything else is done.
      if (used + course.ranks > most) break;
      used += course.ranks;
      if (goesOn) {
        course.held = 'no';
        actions.push({ type: 'resume', key: course.job.key });
        continue;
      }
      course.state = 'running';
      const { gate, job } = course;
      actions.push({
        type: 'start',
        key: job.key,
        closed: gate?.closed() ?? [],
        skipped: gate?.barred() ?? [],
      });
      gate?.takeChanges();
    }
    return actions;
  }

  /** Higher priority first, then as in the file. */
  #inOrder(): Course[] {
    return [...this.#courses.values()].sort((a, b) => b.job.priority - a.job.priority || a.place - b.place);
  }

  #isReady({ job }: Course): boolean {
    return job.needs.every(({ keys, when }) => when === 'items' || keys.every((key) => isEnded(this.#course(key))));
  }

  /** Why a job that waits can never begin; undefined while it may. */
  #refusal({ job }: Course): string | undefined {
    for (const { keys, when } of job.needs) {
      const others = keys.map((key) => this.#course(key));
      const bad = others.find((other) => isEnded(other) && other.state !== 'done');
      if (when === 'success' && bad) return `It needs "${bad.job.key}", which ${endText(bad)}.`;
      if (when === 'failure' && others.every(isEnded) && !others.some(({ state }) => state === 'failed'))
        return `It only runs when ${keys.map((key) => `"${key}"`).join(' or ')} fails, which did not happen.`;
    }
    return undefined;
  }

  #drop(course: Course, reason: string, end: 'skipped' | 'cancelled'): RunAction[] {
    course.state = end;
    course.givenUp = reason;
    return [{ type: 'skip', key: course.job.key, reason, end }, ...this.#settleGates(course)];
  }

  /** A job that has ended opens and bars nothing any more: what its dependants still wait for will not come. */
  #settleGates(ended: Course): RunAction[] {
    const actions: RunAction[] = [];
    for (const course of this.#dependants.get(ended.job.key) ?? []) {
      if (!course.gate || !needsItemsOf(course, ended.job.key)) continue;
      course.gate.close();
      if (course.state === 'running') actions.push(...this.#openGate(course, course.gate));
    }
    return actions;
  }

  #openGate(course: Course, gate: ItemGate): RunAction[] {
    const { key } = course.job;
    const { opened, barred } = gate.takeChanges();
    const reason = 'The same item of a job that it needs was not done.';
    return [
      ...(opened.length > 0 ? [{ type: 'release-items', key, ranges: opened } as const] : []),
      ...(barred.length > 0 ? [{ type: 'skip-items', key, ranges: barred, reason } as const] : []),
    ];
  }

  /** Gives a job up when too many of its items have failed. */
  #watchFailures(course: Course): RunAction[] {
    const { onFailure, key, range } = course.job;
    if (course.state !== 'running' || course.givenUp !== undefined || onFailure.then === 'continue') return [];
    const limit =
      'items' in onFailure.after ? onFailure.after.items : Math.ceil((onFailure.after.percent * range) / 100);
    if (course.failedItems < Math.max(1, limit)) return [];
    const reason = `Given up after ${course.failedItems === 1 ? 'one item' : `${course.failedItems} items`} had failed.`;
    course.givenUp = reason;
    return [{ type: onFailure.then === 'stop' ? 'finish' : 'cancel', key, reason }];
  }

  #course(key: string): Course {
    const course = this.#courses.get(key);
    if (!course) throw new RangeError(`This run has no job "${key}".`);
    return course;
  }
}

/** It runs, and is not held. */
function isWorking({ state, held }: Course): boolean {
  return state === 'running' && held === 'no';
}

function isEnded({ state }: Course): boolean {
  return state !== 'waiting' && state !== 'running';
}

function needsItemsOf({ job }: Course, key: string): boolean {
  return job.needs.some(({ keys, when }) => when === 'items' && keys.includes(key));
}

function endText({ state }: Course): string {
  return state === 'failed' ? 'failed' : state === 'cancelled' ? 'was cancelled' : 'was skipped';
}
