import type { ItemContext } from '../core/algorithm-process-types';
import { JobCancelledError } from '../core/errors';
import { ItemBatchWriter } from '../core/items/item-batch';
import { ItemWindow } from '../core/items/item-store';
import type { MoreItems } from '../shared/worker-protocol';
import type { RankProcess } from './rank-process';
import type { TargetFunction } from './target-loader';

/** What came of items is delivered at least this often, in milliseconds: no more than that is lost with a process. */
const deliveryMs = 50;
/** An item that took so many milliseconds is delivered at once: the next one may take an hour. */
const slowMs = 5;
/** So many bytes, or items, are delivered at once: whoever takes them must not be held up for long. */
const deliveryBytes = 256 * 1024;
const deliveryItems = 4096;

export interface MapLink {
  /** Asks for more items. */
  more(): void;
  /** The next answer to that. */
  next(): Promise<MoreItems>;
  /** Hands over a batch of what came of the items from `start` on. Returns what to wait for when the server cannot keep up. */
  deliver(start: number, batch: Uint8Array): Promise<void> | undefined;
  /** How many items this run has finished. */
  finished(count: number): void;
}

/** What a map run begins with. */
export interface FirstItems {
  readonly start: number;
  readonly end: number;
  readonly attempt: number;
  /** The items: see `ItemStore`; empty where each is its own index. */
  readonly packed: Uint8Array;
  readonly reviveProxy: (id: number) => object;
}

/**
 * Calls a target for each item that it is given, and delivers what comes of them. An item that throws, or whose value
 * cannot be sent, spoils only itself. It ends when there is nothing more, and between two items when it is asked to.
 *
 * @param asksAhead whether more is asked for while items are worked on: saves waiting for it, but holds it back from
 *   others when its turn comes late
 */
export async function runMap(
  proc: RankProcess,
  target: TargetFunction,
  args: Readonly<Record<string, unknown>>,
  first: FirstItems,
  link: MapLink,
  asksAhead = true,
): Promise<void> {
  const items = first.packed.byteLength > 0 ? new ItemWindow(first.reviveProxy) : undefined;
  const shared: Shared = {
    proc,
    args,
    log: (...values) => proc.log(...values),
    emit: (partial) => proc.emit(partial),
  };
  const batch = new ItemBatchWriter();
  let { start, end, attempt, packed } = first;
  let count = 0;
  let deliveredAt = performance.now();
  const deliver = (): Promise<void> | undefined => {
    deliveredAt = performance.now();
    if (batch.count === 0) return undefined;
    const from = start;
    start += batch.count;
    return link.deliver(from, batch.take());
  };
  for (;;) {
    items?.add(packed);
    if (asksAhead) link.more();
    const chunk = { start, stop: end };
    let began = performance.now();
    for (let index = start; index < end; index += 1) {
      throwIfCancelled(proc);
      if (proc.isFinishing) {
        await deliver();
        return;
      }
      let isAsync = false;
      try {
        let value = target(items ? items.at(index) : index, new Context(index, attempt, chunk, shared));
        if (isThenable(value)) {
          isAsync = true;
          value = await waitAndDeliver(value, deliver);
        }
        batch.value(value, index, performance.now() - began);
      } catch (error) {
        // Whatever an item that was told to end says, it says for that reason.
        throwIfCancelled(proc);
        batch.error(error, performance.now() - began);
      }
      count += 1;
      link.finished(count);
      const now = performance.now();
      const isFull = batch.size >= deliveryBytes || batch.count >= deliveryItems;
      const isDue = isFull || now - deliveredAt >= deliveryMs || now - began >= slowMs;
      const backlog = isDue ? deliver() : undefined;
      if (backlog) await backlog;
      began = isAsync || backlog ? performance.now() : now;
    }
    // Whoever waits for an answer must have said first what the answer may depend on.
    await deliver();
    if (!asksAhead) link.more();
    const next = await link.next();
    if (!next.chunk) return;
    [start, end, attempt = 1] = next.chunk;
    packed = next.payload ?? noItems;
  }
}

const noItems = new Uint8Array(0);

function throwIfCancelled(proc: RankProcess): void {
  if (proc.isCancelled) throw new JobCancelledError('The job was cancelled.');
}

/** Waits for the value of an item. What the items before it gave does not wait with it. */
async function waitAndDeliver(value: PromiseLike<unknown>, deliver: () => unknown): Promise<unknown> {
  const timer = setTimeout(deliver, deliveryMs);
  try {
    return await value;
  } finally {
    clearTimeout(timer);
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

/** What is the same for all items of a run. */
interface Shared extends Pick<ItemContext, 'args' | 'log' | 'emit'> {
  readonly proc: RankProcess;
}

/** A class, and with what few targets use made when it is asked for: one that costs more than a small item would show. */
class Context implements ItemContext {
  readonly index: number;
  readonly attempt: number;
  readonly start: number;
  readonly stop: number;
  readonly args: ItemContext['args'];
  readonly jobId: number;
  readonly log: ItemContext['log'];
  readonly emit: ItemContext['emit'];
  readonly #proc: RankProcess;

  constructor(
    index: number,
    attempt: number,
    chunk: { readonly start: number; readonly stop: number },
    { proc, args, log, emit }: Shared,
  ) {
    this.index = index;
    this.attempt = attempt;
    this.start = chunk.start;
    this.stop = chunk.stop;
    this.args = args;
    this.jobId = proc.jobId;
    this.log = log;
    this.emit = emit;
    this.#proc = proc;
  }

  get signal(): AbortSignal {
    return this.#proc.signal;
  }

  /** Bound, since targets take it out of the context. */
  get rng(): ItemContext['rng'] {
    return (seed) => this.#proc.rng(this.index, seed);
  }
}
