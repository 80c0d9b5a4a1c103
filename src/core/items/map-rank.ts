import type { ErrorInfo, RankInfo, RankState } from '../../shared/engine-info';

/** A piece of the items as it is given out: it has no gap, and all of it is tried for the same time. */
export interface Piece {
  readonly start: number;
  readonly end: number;
  /** How often its items have been tried, this time included. */
  readonly attempt: number;
  /** Whether one of its items may end its process: then it is the only piece of its run. */
  readonly isSuspect: boolean;
}

interface Assignment extends Piece {
  /** Place of its first item in the order in which the run got its items. */
  readonly offset: number;
}

/** A rank that has less than so much to do, in milliseconds, is given more before it has done that. */
const prefetchMs = 100;

/** What one rank of a map job holds and has shown. */
export class MapRank {
  readonly index: number;
  pid: number | null = null;
  state: RankState = 'waiting';
  error: ErrorInfo | undefined;
  /** It wants more, and has not been answered. */
  isAsking = false;
  /** It is to end its run. */
  isRetiring = false;
  /** Set when it is being ended because an item takes too long. */
  overdue: Error | undefined;
  /** Size of the piece that it was given last, for pieces that follow its pace. */
  pacedSize: number | undefined;
  /** Milliseconds that an item takes, as far as it is known. */
  itemMs: number | undefined;
  /** Items that this run was given so far. */
  given = 0;
  /** When this run was last seen to begin an item; undefined until it was seen at all. */
  seenAt: number | undefined;
  count = 0;
  /** What this run was given and has not finished, oldest first. */
  #assignments: Assignment[] = [];
  /** Items that this run has finished, as far as it was seen. */
  #seen = 0;
  #chunks = 0;
  #assigned = 0;

  constructor(index: number) {
    this.index = index;
  }

  /** The piece that it works on, without what it has delivered of it. */
  get current(): Piece | undefined {
    return this.#assignments[0];
  }

  get isTryingSuspect(): boolean {
    return this.current?.isSuspect ?? false;
  }

  /** The item that it works on, as far as it was seen. */
  get currentItem(): number | undefined {
    const [current] = this.#assignments;
    return current && Math.min(current.end - 1, current.start + Math.max(0, this.#seen - current.offset));
  }

  /** Whether it is to be given more now: it has nothing, or soon will have. With slow items nobody waits for those that another one holds. */
  get isShort(): boolean {
    const left = this.#assignments.reduce((sum, { start, end }) => sum + end - start, 0);
    return left === 0 || (this.itemMs !== undefined && left * this.itemMs < prefetchMs);
  }

  get info(): RankInfo {
    const { index, pid, count, state, error, current, currentItem } = this;
    return {
      index,
      pid,
      start: current?.start ?? 0,
      end: current?.end ?? 0,
      chunks: this.#chunks,
      assigned: this.#assigned,
      count,
      state,
      ...(state === 'running' && currentItem !== undefined ? { item: currentItem } : {}),
      ...(error ? { error } : {}),
    };
  }

  /** A new run begins. */
  begin(): void {
    this.#assignments = [];
    this.given = 0;
    this.#seen = 0;
    this.seenAt = undefined;
    this.overdue = undefined;
    this.isAsking = false;
    this.isRetiring = false;
  }

  assign(piece: Piece): void {
    const { start, end } = piece;
    this.#assignments.push({ ...piece, offset: this.given });
    this.given += end - start;
    this.#assigned += end - start;
    this.#chunks += 1;
  }

  /** It was seen to have finished so many items of this run. */
  sees(finished: number, now: number): void {
    if (finished <= this.#seen && this.seenAt !== undefined) return;
    this.#seen = Math.max(finished, this.#seen);
    this.seenAt = now;
  }

  /** It has delivered items, which took `ms` milliseconds together. */
  delivered(start: number, end: number, ms: number, now: number): void {
    const current = this.#assignments[0];
    const itemMs = ms / Math.max(1, end - start);
    this.itemMs = this.itemMs === undefined ? itemMs : (this.itemMs + itemMs) / 2;
    if (current?.start !== start || end > current.end) return;
    const offset = current.offset + end - start;
    if (end === current.end) this.#assignments.shift();
    else this.#assignments[0] = { ...current, start: end, offset };
    this.sees(offset, now);
  }

  /** Takes back what it has not delivered, oldest first. */
  takeBack(): Piece[] {
    return this.#assignments.splice(0);
  }
}
