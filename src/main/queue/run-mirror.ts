import type { History, HistoryEvent, RunState } from '../../history';
import type { RunOutline } from '../../shared/stored-run';
import type { JobList } from '../job-list';

/** Runs that are read at a time: more would hold the event loop up when they arrive. */
const runsAtOnce = 500;
/** Of the runs that have ended before so many are listed, the latest ones. */
const mostEnded = 200;

const unfinished: readonly RunState[] = ['running', 'interrupted', 'queued', 'paused'];
const ended: readonly RunState[] = ['done', 'failed', 'cancelled'];

/** Who works on a run, as far as this process knows. */
export interface Duties {
  /** It is worked on here: what the history says of it is older than what is known. */
  isOwn(run: number): boolean;
  /** It begins here when it is its turn. */
  isDue(run: number): boolean;
  /** It has another place in the queue. */
  moved(run: RunOutline): void;
  /** What the list says of it has been read again. */
  refreshed(run: number): void;
}

/** Keeps the list equal to the history, as far as runs are concerned that are not worked on here. */
export class RunMirror {
  readonly #history: History;
  readonly #list: JobList;
  readonly #duties: Duties;
  readonly #changed: () => void;
  /** Runs to be read, one after the other; `all`: the list itself. */
  #wanted = new Set<number>();
  #reading: Promise<void> | undefined;

  constructor(history: History, list: JobList, duties: Duties, changed: () => void) {
    this.#history = history;
    this.#list = list;
    this.#duties = duties;
    this.#changed = changed;
  }

  /**
   * Lists everything that has not ended and the latest of what has.
   *
   * @returns the runs that nobody works on and that wait or were cut off
   */
  async restore(): Promise<{ readonly interrupted: readonly number[]; readonly waiting: readonly number[] }> {
    const interrupted: number[] = [];
    const waiting: number[] = [];
    await this.#each(unfinished, Number.POSITIVE_INFINITY, (run) => {
      if (run.owner === null && run.state === 'interrupted') interrupted.push(run.id);
      if (run.owner === null && run.state === 'queued') waiting.push(run.id);
    });
    await this.#each(ended, mostEnded, () => undefined);
    return { interrupted, waiting };
  }

  onEvent(event: HistoryEvent): void {
    if (event.type === 'interrupted') void this.refresh(event.runs);
    if (event.type !== 'changed') return;
    for (const run of event.removed) this.#list.removeRun(run);
    if (event.removed.length > 0) this.#changed();
    if (event.all) void this.restore();
    else void this.refresh(event.runs);
  }

  /** Reads runs again. Resolves when the list has them, and what was wanted before. */
  async refresh(runs: readonly number[]): Promise<void> {
    for (const run of runs) if (!this.#duties.isOwn(run)) this.#wanted.add(run);
    // A reading of nothing is over before it could be noted as under way, and would stay noted for ever.
    if (this.#wanted.size > 0) this.#reading ??= this.#read();
    await this.#reading;
  }

  async #read(): Promise<void> {
    try {
      while (this.#wanted.size > 0) {
        const ids = [...this.#wanted].slice(0, runsAtOnce);
        for (const id of ids) this.#wanted.delete(id);
        const { rows } = await this.#history.outline({ ids, limit: ids.length });
        for (const row of rows) this.#put(row);
        this.#changed();
      }
    } finally {
      this.#reading = undefined;
    }
  }

  async #each(states: readonly RunState[], most: number, visit: (run: RunOutline) => void): Promise<void> {
    for (let offset = 0; offset < most; offset += runsAtOnce) {
      const { rows } = await this.#history.outline({
        states,
        isCleared: false,
        sort: states === ended ? 'ended' : 'order',
        descending: states === ended,
        offset,
        limit: Math.min(runsAtOnce, most - offset),
      });
      for (const row of rows) {
        this.#put(row);
        visit(row);
      }
      this.#changed();
      if (rows.length < runsAtOnce) return;
    }
  }

  #put(run: RunOutline): void {
    if (this.#duties.isOwn(run.id)) return;
    if (run.isCleared && !this.#list.hasRun(run.id)) return;
    this.#duties.moved(run);
    this.#list.putRun(run, this.#duties.isDue(run.id));
    this.#duties.refreshed(run.id);
  }
}
