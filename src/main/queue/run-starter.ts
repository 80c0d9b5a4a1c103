import { dirname } from 'node:path';
import { toErrorInfo } from '../../core/error-info';
import type { StoredRun } from '../../history';
import { loadJobFile } from '../../jobs/load-job-file';
import { mismatches, type OwnedRun, ResumeError, takeRun } from '../../runner/stored-runs';
import type { ServerEvent } from '../../shared/engine-info';
import type { TrustQuestion } from '../../shared/ipc';
import type { PlannedRun } from '../../shared/plan';
import { builtinTargets } from '../../workers/targets';
import type { JobList } from '../job-list';
import { ActiveScript } from '../scripts/active-script';
import { isScriptRun, workOf } from '../scripts/script-plan';
import { ActiveRun } from './active-run';
import type { ActiveWork } from './active-work';
import type { QueueParts } from './queue-parts';
import { type RunPlace, WaitingRuns } from './waiting-runs';

/** So many runs may be in the engine's queue without a process: the next one has to be there when one becomes free. */
const mostAhead = 2;

export interface StarterParts extends QueueParts {
  /** A run is over, or somebody else's: what the list says of it comes from the history again. */
  readonly onEnded: (run: number) => void;
  /** A run cannot begin; its jobs stay on the list. */
  readonly onRefused: (run: number, reason: string) => void;
  /** What runs would execute that nobody has agreed to has changed. */
  readonly onQuestions: () => void;
}

/**
 * Begins runs when it is their turn: takes the next one of the queue from the history once there is room for it in the
 * engine. Runs whose code nobody has agreed to wait for an answer, and are overtaken meanwhile.
 */
export class RunStarter {
  readonly #parts: StarterParts;
  readonly #waiting = new WaitingRuns();
  readonly #active = new Map<number, ActiveWork>();
  readonly #beginning = new Set<number>();
  /** Runs that somebody wants to begin, while the history is still being told or asked about them. */
  readonly #announced = new Set<number>();
  /** Jobs that are to be worked on again although they have failed, by run. */
  readonly #again = new Map<number, readonly string[]>();
  /** What nobody has agreed to yet, by folder of the job files; their runs wait, and others overtake them. */
  readonly #questions = new Map<string, readonly TrustQuestion[]>();
  /** Runs that wait for another one of their file, which lets only so many processes work, or scripts for another one. */
  readonly #limited = new Set<number>();
  readonly #working = new Set<Promise<void>>();
  #isHeld = false;
  #isStopping = false;
  #isBusy = false;

  constructor(parts: StarterParts) {
    this.#parts = parts;
  }

  /** What has to be agreed to before some runs begin. */
  get questions(): readonly TrustQuestion[] {
    return [...this.#questions.values()].flat();
  }

  get activeRuns(): number {
    return this.#active.size + this.#beginning.size;
  }

  /** It is worked on here, or about to be. */
  isOwn(run: number): boolean {
    return this.#active.has(run) || this.#beginning.has(run);
  }

  /** It begins when it is its turn. */
  isDue(run: number): boolean {
    return this.#waiting.has(run) || this.#beginning.has(run) || this.#announced.has(run);
  }

  active(run: number): ActiveWork | undefined {
    return this.#active.get(run);
  }

  /**
   * These runs are to begin, and are added when the history has said where they stand: what it tells of them meanwhile
   * is not taken as if nobody had told them to begin.
   *
   * @param places asks the history; a run that has been removed meanwhile is not added
   */
  async addSoon(
    runs: readonly number[],
    places: () => Promise<ReadonlyMap<number, RunPlace>>,
    add = (run: number, place: RunPlace): void => this.add(run, place),
  ): Promise<void> {
    for (const run of runs) this.#announced.add(run);
    try {
      for (const [run, place] of await places()) if (this.#announced.has(run)) add(run, place);
    } finally {
      for (const run of runs) this.#announced.delete(run);
    }
  }

  /**
   * Has a run begin when it is its turn, or gives one that waits another place.
   *
   * @param again keys of jobs that are to be worked on again although they have failed
   */
  add(run: number, place: RunPlace, again?: readonly string[]): void {
    this.#announced.delete(run);
    this.#waiting.put(run, place);
    if (again !== undefined) this.#again.set(run, again);
    this.kick();
  }

  /** It is not to begin by itself any more. */
  remove(run: number): void {
    this.#announced.delete(run);
    this.#waiting.remove(run);
    this.#again.delete(run);
    this.#limited.delete(run);
  }

  /** A run that waits has another place in the queue. */
  moved(run: number, place: RunPlace): void {
    if (this.#waiting.has(run)) this.#waiting.put(run, place);
  }

  /** Nothing begins while it is held. */
  hold(isHeld: boolean): void {
    this.#isHeld = isHeld;
    this.kick();
  }

  /**
   * Somebody has answered these questions: what they were about may be looked at again.
   *
   * @returns the runs that have waited for it
   */
  answered(tickets: readonly string[]): number[] {
    const folders = [...this.#questions].flatMap(([folder, questions]) =>
      questions.some(({ ticket }) => tickets.includes(ticket)) ? [folder] : [],
    );
    const runs = this.#waiting.ids.filter((run) => folders.includes(this.#folderOf(run)));
    for (const folder of folders) this.#questions.delete(folder);
    if (folders.length > 0) this.#parts.onQuestions();
    return runs;
  }

  /** An event of the engine without the secrets of any run that is worked on. */
  masked(event: ServerEvent): ServerEvent {
    return [...this.#active.values()].reduce((shown, run) => run.masked(shown), event);
  }

  /** Something has changed: perhaps there is room for another run. */
  kick(): void {
    if (this.#isBusy) return;
    this.#isBusy = true;
    void this.#beginAll().finally(() => {
      this.#isBusy = false;
    });
  }

  /** Ends what runs, to be resumed later; resolves when that is on the disk. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    for (const run of this.#active.values()) run.stop();
    while (this.#working.size > 0) await Promise.all(this.#working);
  }

  async #beginAll(): Promise<void> {
    for (;;) {
      const run = this.#hasRoom() ? this.#waiting.first((id) => this.#mayBegin(id)) : undefined;
      if (run === undefined) return;
      this.#waiting.remove(run);
      this.#beginning.add(run);
      const work = this.#begin(run);
      this.#working.add(work);
      await work.finally(() => this.#working.delete(work));
    }
  }

  #hasRoom(): boolean {
    if (this.#isHeld || this.#isStopping || this.#parts.history.isStalled) return false;
    let ahead = 0;
    for (const run of this.#active.values()) if (run.isWaiting) ahead += 1;
    return ahead < mostAhead;
  }

  async #begin(id: number): Promise<void> {
    const { list, observer } = this.#parts;
    const again = this.#again.get(id);
    this.#again.delete(id);
    try {
      const stored = await this.#check(id);
      if (stored === undefined) return;
      for (const job of workOf(stored).jobs) {
        const listed = list.jobsOfRun(id).find(({ plan }) => plan.key === job.key);
        if (listed !== undefined) list.plan(listed.key, job);
      }
      const run = await this.#take(stored, again);
      this.#active.set(id, run);
      const work = run.work().finally(() => {
        this.#active.delete(id);
        this.#working.delete(work);
        this.#letGo(run);
      });
      // What cannot be recorded shows in the history's own events.
      work.catch(() => undefined);
      this.#working.add(work);
      run.catchUp();
      if (this.#isStopping) run.stop();
      observer.changed();
    } catch (error) {
      this.#parts.onRefused(id, toErrorInfo(error).message);
    } finally {
      this.#beginning.delete(id);
      if (!this.#active.has(id)) this.#parts.onEnded(id);
    }
  }

  /** @throws ResumeError */
  async #take(stored: StoredRun, again: readonly string[] | undefined): Promise<ActiveWork> {
    const { history, server, list, observer, startScript } = this.#parts;
    if (isScriptRun(stored))
      return await ActiveScript.take(history, stored, { list, observer, startScript, numProcs: server.realNumProcs });
    const owned = await takeRun(history, stored.id, process.env, again ? { again } : { goOn: true });
    await observer.prepare(begunBefore(owned, list));
    return new ActiveRun(server, owned, list, observer);
  }

  /**
   * A run that may begin; undefined when it has to wait for something.
   *
   * @throws ResumeError when it cannot
   */
  async #check(id: number): Promise<StoredRun | undefined> {
    const stored = await this.#parts.history.get(id);
    if (!stored) throw new ResumeError(`Run ${id} is not in the history any more.`);
    const plan = workOf(stored);
    const questions = this.#parts.trust.questions(plan.jobs);
    if (questions.length > 0) {
      this.#questions.set(dirname(plan.file), questions);
      this.#waiting.put(id, stored);
      this.#parts.onQuestions();
      return undefined;
    }
    const isScript = isScriptRun(stored);
    if (isScript ? this.#isScriptBusy() : plan.maxProcs !== null && this.#isFileBusy(plan.file)) {
      this.#limited.add(id);
      this.#waiting.put(id, stored);
      return undefined;
    }
    if (!isScript) await refuseMismatch(stored, plan);
    return stored;
  }

  #mayBegin(run: number): boolean {
    return !this.#limited.has(run) && (this.#questions.size === 0 || !this.#questions.has(this.#folderOf(run)));
  }

  #folderOf(run: number): string {
    const { list } = this.#parts;
    return dirname(list.file(list.jobsOfRun(run)[0]?.fileKey ?? 0)?.path ?? '');
  }

  #isScriptBusy(): boolean {
    return [...this.#active.values()].some((run) => run instanceof ActiveScript);
  }

  #isFileBusy(file: string): boolean {
    return [...this.#active.values()].some((run) => run.isLimited && run.file === file);
  }

  #letGo(run: ActiveWork): void {
    if (run.isLimited) this.#limited.clear();
    this.#parts.onEnded(run.id);
    this.kick();
  }
}

/** Keys in the list of the jobs of a run that something has become of already. */
function begunBefore({ id, earlier, attempts }: OwnedRun, list: JobList): number[] {
  return list.jobsOfRun(id).flatMap(({ key, plan }) => {
    const isFresh = !attempts.get(plan.key) && !earlier.get(plan.key)?.items.ranges.length;
    return isFresh ? [] : [key];
  });
}

/** @throws ResumeError when what was done of the run would not fit what would be done now */
async function refuseMismatch(stored: StoredRun, plan: PlannedRun): Promise<void> {
  const hasResults = stored.jobList.some(({ items, state }) => items.done > 0 || state === 'done');
  if (!hasResults) return;
  const loaded = await loadJobFile(plan.file, builtinTargets);
  const reasons = await mismatches(stored, loaded.ok && loaded.kind === 'jobs' ? loaded.run : undefined);
  if (reasons.length > 0)
    throw new ResumeError(`What was done of it would not fit: ${reasons.join(' ')} Run it again from its beginning.`);
}
