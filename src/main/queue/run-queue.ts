import type { HistoryEvent } from '../../history';
import type { ServerEvent } from '../../shared/engine-info';
import { isActive } from '../../shared/ipc';
import type { QueueStatus } from '../../shared/ipc-queue';
import { BatteryHold } from './battery-hold';
import { EarlierRuns } from './earlier-runs';
import type { Job, QueueParts } from './queue-parts';
import { RunMirror } from './run-mirror';
import { RunStarter } from './run-starter';
import { Steering } from './steering';
import { type Beginner, Submission } from './submission';
import type { RunPlace } from './waiting-runs';

/**
 * The queue of the window: every run is put into the history before it begins, and what a person does to jobs is done
 * to their runs there, so that nothing is lost with the process. The list is kept right about it.
 *
 *   Submission ──► history ◄── Steering         what people do
 *                    │  ▲
 *   RunMirror ◄──────┘  └────► RunStarter       what the list shows; whose turn it is
 *                                 └─► ActiveRun, one for each run that is worked on
 */
export class RunQueue {
  readonly submission: Submission;
  readonly steering: Steering;
  readonly earlier: EarlierRuns;
  readonly #parts: QueueParts;
  readonly #starter: RunStarter;
  readonly #mirror: RunMirror;
  /** Runs that were left when Procession ended the last time. */
  readonly #left = { interrupted: new Set<number>(), waiting: new Set<number>() };
  /** Jobs that leave the list as soon as they have ended. */
  readonly #leaving = new Set<number>();
  readonly #battery: BatteryHold;
  #isPaused: boolean;

  /** @param isPaused nothing begins, since it was so when Procession ended the last time */
  constructor(given: QueueParts, isPaused: boolean) {
    this.#isPaused = isPaused;
    const changed = (): void => {
      this.#letLeave();
      given.observer.changed();
    };
    const parts = { ...given, observer: { ...given.observer, changed } };
    this.#parts = parts;
    this.#starter = new RunStarter({
      ...parts,
      onEnded: (run) => void this.#mirror.refresh([run]),
      onRefused: (run, reason) => this.#refused(run, reason),
      onQuestions: changed,
    });
    this.#mirror = new RunMirror(parts.history, parts.list, this.#duties(), changed);
    const beginner: Beginner = {
      begin: (run, place, again) => this.#begin(run, place, again),
      beginNew: (runs) => this.#beginNew(runs),
    };
    this.submission = new Submission(parts, beginner);
    this.steering = new Steering(parts, this.#starter, this.#mirror);
    this.earlier = new EarlierRuns(parts, {
      starter: this.#starter,
      mirror: this.#mirror,
      submission: this.submission,
      steering: this.steering,
      beginner,
    });
    this.#battery = new BatteryHold({ ...parts, steering: this.steering });
    parts.history.onEvent((event) => this.#onEvent(event));
    if (isPaused) this.#hold();
  }

  get status(): QueueStatus {
    const { interrupted, waiting } = this.#left;
    return {
      isPaused: this.#isPaused || this.#battery.isHolding,
      left: { interrupted: interrupted.size, waiting: waiting.size },
      questions: this.#starter.questions,
    };
  }

  /** It is worked on here, or about to be. */
  isOwn(run: number): boolean {
    return this.#starter.isOwn(run);
  }

  /** How many runs are worked on here. */
  get activeRuns(): number {
    return this.#starter.activeRuns;
  }

  /** Lists what the history has. Nothing of it begins by itself. */
  async restore(): Promise<void> {
    const { interrupted, waiting } = await this.#mirror.restore();
    for (const run of interrupted) this.#left.interrupted.add(run);
    for (const run of waiting) if (!this.#starter.isDue(run)) this.#left.waiting.add(run);
    this.#parts.observer.changed();
  }

  /** Everything that was left when Procession ended goes on. */
  async resumeLeft(): Promise<void> {
    const { list, observer } = this.#parts;
    const left = [...this.#left.interrupted, ...this.#left.waiting];
    this.keepLeft();
    // What a person has paused job by job stays so.
    const goesOn = ({ state, isHeld }: Job): boolean => isActive(state) && !isHeld;
    const runs = left.filter((run) => list.jobsOfRun(run).some(goesOn));
    for (const run of runs) for (const job of list.jobsOfRun(run)) if (goesOn(job)) list.mark(job.key, 'queued');
    observer.changed();
    await this.steering.goOn(runs);
  }

  /** What was left stays as it is, until somebody resumes it. */
  keepLeft(): void {
    this.#left.interrupted.clear();
    this.#left.waiting.clear();
    this.#parts.observer.changed();
  }

  /**
   * Nothing begins while the queue is paused, also after the next start; what runs goes on. Who resumes it wants that on
   * battery too.
   */
  async setPaused(isPaused: boolean): Promise<void> {
    this.#isPaused = isPaused;
    const goesOn = isPaused ? undefined : this.#battery.end();
    this.#hold();
    this.#parts.observer.changed();
    await Promise.all([goesOn, this.#parts.history.setQueuePaused(isPaused)]);
  }

  /** The machine lives on its battery from now on, and shall do so for long; or it does not any more. */
  async saveBattery(isOnBattery: boolean): Promise<void> {
    const done = isOnBattery ? this.#battery.begin() : this.#battery.end();
    this.#hold();
    this.#parts.observer.changed();
    await done;
  }

  /** Takes jobs off the list; those that have not ended are cancelled first. */
  async remove(keys: readonly number[]): Promise<void> {
    for (const key of keys) this.#leaving.add(key);
    await this.steering.cancel(keys);
    this.#parts.observer.changed();
  }

  /** The person agreed to run what these questions are about, or did not. */
  answer(tickets: readonly string[], hasAgreed: boolean): void {
    const { trust, list, observer } = this.#parts;
    if (hasAgreed) for (const ticket of tickets) trust.accept(ticket);
    const runs = this.#starter.answered(tickets);
    for (const run of hasAgreed ? [] : runs) {
      this.#starter.remove(run);
      for (const { key, state } of list.jobsOfRun(run)) if (isActive(state)) list.mark(key, 'paused');
    }
    this.#starter.kick();
    observer.changed();
  }

  /** An event of the engine without the secrets of any run that is worked on. */
  masked(event: ServerEvent): ServerEvent {
    return this.#starter.masked(event);
  }

  /** Something has changed in the engine: perhaps there is room for another run. */
  kick(): void {
    this.#starter.kick();
  }

  /** Ends what runs, to be resumed later; resolves when that is on the disk. */
  stop(): Promise<void> {
    return this.#starter.stop();
  }

  #duties(): ConstructorParameters<typeof RunMirror>[2] {
    const { interrupted, waiting } = this.#left;
    return {
      isOwn: (run) => this.#starter.isOwn(run),
      isDue: (run) => this.#starter.isDue(run),
      moved: (run) => {
        this.#starter.moved(run.id, run);
        if (run.state !== 'interrupted') interrupted.delete(run.id);
        if (run.state !== 'queued') waiting.delete(run.id);
      },
      refreshed: (run) => this.#parts.observer.onRefreshed(run),
    };
  }

  /** A run that was queued just now begins when it is its turn, and hears what was asked of it meanwhile. */
  #begin(run: number, place: RunPlace, again?: readonly string[]): void {
    const jobs = this.#parts.list.jobsOfRun(run);
    const cancelled = jobs.filter(({ state }) => state === 'cancelling').map(({ key }) => key);
    const paused = jobs.filter(({ state }) => state === 'paused' || state === 'pausing').map(({ key }) => key);
    this.#starter.add(run, place, again);
    if (cancelled.length > 0) void this.steering.cancel(cancelled);
    if (paused.length > 0) void this.steering.pause(paused);
  }

  async #beginNew(runs: readonly number[]): Promise<void> {
    const { history, list } = this.#parts;
    const places = async (): Promise<Map<number, RunPlace>> => {
      const { rows } = await history.list({ ids: runs, limit: runs.length, sort: 'order' });
      return new Map(rows.map(({ id, priority, position }) => [id, { priority, position }]));
    };
    await this.#starter.addSoon(runs, places, (run, place) => {
      const entry = list.jobsOfRun(run)[0]?.entry;
      if (entry) list.enterRun(run, { ...entry, ...place });
      this.#begin(run, place);
    });
  }

  #refused(run: number, reason: string): void {
    const { list, notices, observer } = this.#parts;
    const jobs = list.jobsOfRun(run);
    for (const { key, state } of jobs) if (isActive(state)) list.mark(key, 'interrupted');
    notices.post(`run ${run}`, {
      tone: 'error',
      title: `${jobs[0]?.plan.label ?? `Run ${run}`} cannot go on`,
      text: reason,
      canDismiss: true,
    });
    observer.changed();
  }

  #onEvent(event: HistoryEvent): void {
    if (event.type === 'stalled' || event.type === 'damaged' || event.type === 'resumed') this.#hold();
    if (event.type === 'changed')
      for (const run of event.removed) {
        this.#left.interrupted.delete(run);
        this.#left.waiting.delete(run);
      }
    this.#mirror.onEvent(event);
  }

  /** Nothing begins either while nothing can be recorded. */
  #hold(): void {
    const { server, history } = this.#parts;
    const isHeld = this.#isPaused || this.#battery.isHolding || history.isStalled;
    if (isHeld) server.jobQueue.pause();
    else server.jobQueue.resume();
    this.#starter.hold(isHeld);
  }

  #letLeave(): void {
    const { list, history } = this.#parts;
    for (const key of this.#leaving) {
      const run = list.job(key)?.entry?.run;
      if (list.job(key) !== undefined && !list.remove(key)) continue;
      this.#leaving.delete(key);
      if (run !== undefined && !list.hasRun(run)) void history.clear([run]).catch(() => undefined);
    }
  }
}
