import { decodeValue } from '../../../../src/core/data/serialize';
import { ItemBatch, ItemBatchWriter } from '../../../../src/core/items/item-batch';
import type { ItemResult, SettledItem } from '../../../../src/core/items/item-result';
import type { MapItemsOptions } from '../../../../src/core/items/map-items';
import { MapMachine } from '../../../../src/core/items/map-machine';
import type { JobAction, JobOutcome } from '../../../../src/core/jobs/job-life';
import { parseRetries, type RetryOptions } from '../../../../src/core/jobs/retry';
import { parseSchedule, type ScheduleSpec } from '../../../../src/core/jobs/schedule';
import type { ErrorInfo, RunPhase } from '../../../../src/shared/engine-info';

export const died = { name: 'WorkerDiedError', code: 'ERR_WORKER_DIED', message: 'gone', phase: 'running' } as const;

export interface BenchOptions extends Omit<MapItemsOptions, 'schedule' | 'retries'> {
  readonly items: number;
  readonly ranks: number;
  /** How many workers there are; as many as ranks when it is left out. */
  readonly workers?: number;
  readonly schedule?: ScheduleSpec;
  readonly retries?: number | RetryOptions;
  /** Items whose process ends when they are called, and items that throw. */
  readonly kills?: ReadonlySet<number>;
  readonly fails?: ReadonlySet<number>;
  readonly start?: boolean;
}

interface Work {
  /** Items of the piece that it works on, and of those after it, which it has not finished. */
  readonly pieces: number[][];
  isFinishing: boolean;
  isCancelled: boolean;
  isOver: boolean;
}

/** The value of an item is the item itself. */
export function batchOf(outcomes: readonly unknown[]): ItemBatch {
  const writer = new ItemBatchWriter();
  for (const outcome of outcomes) {
    if (outcome instanceof Error) writer.error(outcome, 1);
    else writer.value(outcome, 0, 1);
  }
  return new ItemBatch(writer.take());
}

/** A server that carries out what a machine decides, with workers whose behaviour a test chooses. */
export class Bench {
  readonly machine: MapMachine;
  readonly options: BenchOptions;
  readonly work = new Map<number, Work>();
  /** How often each item was called. */
  readonly calls: number[];
  readonly told: SettledItem[] = [];
  readonly outcomes: JobOutcome[] = [];
  /** Workers that ended worn. */
  worn = 0;
  free: number;
  now = 0;
  wakeAt: number | undefined;
  readonly #busy = new Set<number>();
  readonly #todo: JobAction[] = [];
  readonly #asking: number[] = [];
  #isPerforming = false;
  #results: ItemResult[] | undefined;
  #isWanted = false;

  constructor(options: BenchOptions) {
    this.options = options;
    const { items, ranks, schedule, retries, workers = ranks } = options;
    this.calls = Array.from({ length: items }, () => 0);
    this.machine = new MapMachine(items, ranks, {
      tellsItems: true,
      ...options,
      schedule: parseSchedule(schedule ?? 'dynamic'),
      retries: parseRetries(retries),
    });
    this.free = workers;
    if (options.start !== false) this.start();
  }

  start(): void {
    const count = Math.min(this.free, this.machine.most);
    this.free -= count;
    for (let rank = 0; rank < count; rank += 1) this.#busy.add(rank);
    this.perform(
      this.machine.start(
        Array.from({ length: count }, (_, rank) => 100 + rank),
        false,
      ),
    );
  }

  /** Carries out actions in their order, and what follows from them afterwards. */
  perform(actions: readonly JobAction[]): void {
    this.#todo.push(...actions);
    if (this.#isPerforming) return;
    this.#isPerforming = true;
    for (;;) {
      const action = this.#todo.shift();
      const asking = action ? undefined : this.#asking.shift();
      if (action) this.#performOne(action);
      else if (asking !== undefined) this.perform(this.machine.more(asking));
      else if (!this.#restart()) break;
    }
    this.#isPerforming = false;
  }

  /** The outcome's results, when it has some. */
  get results(): ItemResult[] {
    const [outcome] = this.outcomes;
    if (outcome?.kind !== 'items') throw new Error(`The job has ended with ${outcome?.kind ?? 'nothing'}.`);
    this.#results ??= [...outcome.results];
    return this.#results;
  }

  get states(): string[] {
    return this.results.map((result) => result.state);
  }

  /** A rank works on up to `most` items, and delivers them together. Returns whether it did anything. */
  step(rank: number, most: number): boolean {
    const work = this.work.get(rank);
    if (!work) return false;
    if (work.isCancelled) {
      this.#lose(rank);
      return true;
    }
    const piece = work.pieces[0] ?? [];
    const [first = 0] = piece;
    const outcomes: unknown[] = [];
    let isKilled = false;
    while (outcomes.length < most && piece.length > 0 && !work.isFinishing) {
      const item = piece[0] ?? 0;
      this.calls[item] = (this.calls[item] ?? 0) + 1;
      isKilled = this.options.kills?.has(item) ?? false;
      if (isKilled) break;
      piece.shift();
      outcomes.push(this.options.fails?.has(item) ? new Error(`item ${item}`) : item);
    }
    if (piece.length === 0) work.pieces.shift();
    if (outcomes.length > 0) this.perform(this.machine.itemsDone(rank, first, batchOf(outcomes), this.now));
    if (this.work.get(rank) !== work) return true;
    if (isKilled) this.#lose(rank);
    else if (work.isFinishing || (work.isOver && work.pieces.length === 0)) {
      this.work.delete(rank);
      this.perform(this.machine.rankDone(rank, undefined, 0, this.now));
    } else {
      if (piece.length === 0 && work.pieces.length > 0) this.perform(this.machine.more(rank));
      return outcomes.length > 0;
    }
    return true;
  }

  /** What each running rank holds. */
  get held(): number[][] {
    return [...this.work.values()].map(({ pieces }) => pieces.flat());
  }

  /** No run of this rank can begin. */
  refuse(rank: number, error: ErrorInfo): void {
    this.work.delete(rank);
    this.perform(this.machine.rankFailed(rank, error, 'failed', 0, this.now));
  }

  /** The process of a rank ends while it does this, or before it does anything. */
  kill(rank: number, phase: RunPhase | null = 'running'): void {
    if (this.work.has(rank)) this.#lose(rank, phase);
  }

  advance(ms: number): void {
    this.now += ms;
    if (this.wakeAt === undefined || this.wakeAt > this.now) return;
    this.wakeAt = undefined;
    this.perform(this.machine.wake(this.now));
  }

  release(start: number, end: number): number {
    const [count, actions] = this.machine.release(start, end);
    this.perform(actions);
    return count;
  }

  skip(start: number, end: number): number {
    const [count, actions] = this.machine.skip(start, end, 'not wanted');
    this.perform(actions);
    return count;
  }

  hold(isHeld: boolean): void {
    this.perform(this.machine.hold(isHeld));
  }

  finish(): void {
    this.perform(this.machine.finish('enough'));
  }

  /** Lets all ranks work until the job has ended. */
  end(): void {
    for (let turn = 0; this.outcomes.length === 0; turn += 1) {
      if (turn > 100_000) throw new Error('It does not end.');
      const busy = [...this.work.keys()].filter((rank) => this.step(rank, 3));
      if (busy.length > 0) continue;
      if (this.wakeAt === undefined) throw new Error('Nobody has anything to do, and nothing is waited for.');
      this.advance(Math.max(0, this.wakeAt - this.now));
    }
  }

  #lose(rank: number, phase: RunPhase | null = 'running'): void {
    this.work.delete(rank);
    const { phase: _, ...rest } = died;
    this.perform(this.machine.rankFailed(rank, phase ? { ...rest, phase } : rest, 'lost', undefined, this.now));
  }

  /** Gives a free worker to a rank that wants one. Returns whether there was one of each. */
  #restart(): boolean {
    const rank = this.#isWanted && this.free > 0 ? this.machine.wantedRanks[0] : undefined;
    if (this.machine.wantedRanks.length === 0) this.#isWanted = false;
    if (rank === undefined) return false;
    this.free -= 1;
    this.#busy.add(rank);
    this.perform(this.machine.restart(rank, 200 + rank));
    return true;
  }

  #performOne(action: JobAction): void {
    switch (action.type) {
      case 'dispatch': {
        const [start, end] = this.machine.part(action.rank);
        const pieces = [range(start, end)];
        this.work.set(action.rank, { pieces, isFinishing: false, isCancelled: false, isOver: false });
        this.#asking.push(action.rank);
        return;
      }
      case 'give': {
        const work = this.work.get(action.rank);
        if (!work) throw new Error(`Rank ${action.rank} is given something, and does not run.`);
        if (!action.piece) work.isOver = true;
        else if (work.pieces.push(range(action.piece[0], action.piece[1])) === 1) this.#asking.push(action.rank);
        return;
      }
      case 'cancel-rank':
      case 'finish-rank': {
        const work = this.work.get(action.rank);
        if (!work) throw new Error(`Rank ${action.rank} is to end, and does not run.`);
        if (action.type === 'cancel-rank') work.isCancelled = true;
        else work.isFinishing = true;
        return;
      }
      case 'free-rank':
        // At the end all ranks are freed, also those that have no worker.
        if (this.#busy.delete(action.rank)) this.free += 1;
        if (action.isWorn) this.worn += 1;
        return;
      case 'want-ranks':
        this.#isWanted = true;
        return;
      case 'wake-at':
        this.wakeAt = action.at;
        return;
      case 'settled':
        if (this.outcomes.length > 0) throw new Error('An item is told after the end.');
        this.told.push(...action.items);
        return;
      case 'settle':
        this.outcomes.push(action.outcome);
        return;
      case 'probe':
      case 'departed':
      case 'release':
        throw new Error(`No map job without a probe asks for ${action.type}.`);
    }
  }
}

/** The decoded value of a result. */
export function valueOf(result: ItemResult | SettledItem | undefined): unknown {
  if (result?.state !== 'done') throw new Error(`It is ${result?.state ?? 'nowhere'}.`);
  return result.payload && decodeValue(result.payload);
}

function range(start: number, end: number): number[] {
  return Array.from({ length: end - start }, (_, i) => start + i);
}
