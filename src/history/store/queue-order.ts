import type { Database } from '../database';
import type { RawRun, RunTable } from './run-table';

/** Where to put runs in the queue. */
export type QueuePlace = 'first' | 'last' | { readonly before: number };

/** Positions closer than this are spread out again: halving them for ever would run out of digits. */
const narrowest = 1e-6;

const waiting = "state IN ('queued', 'paused', 'interrupted')";

/** The order in which the queue is worked off: by priority, higher first, then by position. */
export class QueueOrder {
  readonly #runs: RunTable;
  readonly #spread;
  readonly #neighbour;
  readonly #next;

  constructor(database: Database, runs: RunTable) {
    this.#runs = runs;
    this.#spread = database.prepare<never>(
      `UPDATE runs SET position = places.place FROM
         (SELECT id, row_number() OVER (ORDER BY position, id) AS place FROM runs) AS places WHERE places.id = runs.id`,
    );
    this.#neighbour = database.prepare<{ position: number }>(
      'SELECT position FROM runs WHERE position < ? ORDER BY position DESC LIMIT 1',
    );
    this.#next = database.prepare<{ position: number }>(
      'SELECT position FROM runs WHERE position > ? AND id <> ? ORDER BY position LIMIT 1',
    );
  }

  /** The run to be worked off next. */
  next(): RawRun | undefined {
    return this.#runs.select("state = 'queued' ORDER BY priority DESC, position LIMIT 1")[0];
  }

  /**
   * Puts waiting runs at a place, in the order given. They get the priority that belongs there.
   *
   * @returns those that were moved; runs that do not wait stay where they are
   */
  move(ids: readonly number[], place: QueuePlace, revision: number): number[] {
    const moved = ids.filter((id) => this.#isWaiting(id) && !(typeof place === 'object' && place.before === id));
    const anchor = this.#anchor(place, moved);
    if (moved.length === 0 || anchor === undefined) return [];
    const isLast = place === 'last';
    let { position } = anchor;
    let step = this.#roomBefore(position) / (moved.length + 1);
    if (!isLast && step < narrowest) {
      this.#spread.run();
      position = this.#runs.find(anchor.id)?.position ?? position;
      step = this.#roomBefore(position) / (moved.length + 1);
    }
    const start = isLast ? this.#runs.lastPosition + 1 : position - step * moved.length;
    for (const [index, id] of moved.entries())
      this.#runs.set(id, { priority: anchor.priority, position: start + (isLast ? 1 : step) * index, revision });
    return moved;
  }

  /** Puts a run right behind another one. */
  moveBehind(id: number, other: number): void {
    const before = this.#runs.find(other)?.position ?? this.#runs.lastPosition;
    const room = this.#roomBehind(before, id);
    if (room >= narrowest) {
      this.#runs.set(id, { position: before + room / 2 });
      return;
    }
    this.#spread.run();
    this.#runs.set(id, { position: (this.#runs.find(other)?.position ?? before) + 0.5 });
  }

  #isWaiting(id: number): boolean {
    return this.#runs.select(`runs.id = ? AND ${waiting}`, id).length > 0;
  }

  /** The run that gives the place: the one to stand before, the first or the last of those that wait. */
  #anchor(place: QueuePlace, moved: readonly number[]): RawRun | undefined {
    if (typeof place === 'object') return this.#runs.select(`runs.id = ? AND ${waiting}`, place.before)[0];
    const order = place === 'first' ? 'priority DESC, position' : 'priority, position DESC';
    const others = 'runs.id NOT IN (SELECT value FROM json_each(?))';
    return this.#runs.select(`${waiting} AND ${others} ORDER BY ${order} LIMIT 1`, JSON.stringify(moved))[0];
  }

  #roomBefore(position: number): number {
    const before = this.#neighbour.get(position);
    return before ? position - before.position : 1;
  }

  #roomBehind(position: number, except: number): number {
    const next = this.#next.get(position, except);
    return next ? next.position - position : 2;
  }
}
