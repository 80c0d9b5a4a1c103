import type { ItemContext } from '../core/algorithm-process-types';
import { toErrorInfo } from '../core/error-info';
import { JobCancelledError } from '../core/errors';
import { encodeValue } from '../core/serialize';
import type { ItemOutcome } from '../shared/worker-protocol';
import type { RankProcess } from './rank-process';
import type { TargetFunction } from './target-loader';

/** Results are delivered at least this often, in milliseconds: no more than that is lost with a process. */
const deliveryMs = 50;

interface MapLink {
  /** Hands over the outcomes of the items from `start` on. */
  deliver(start: number, payload: Uint8Array): void;
  /** How many items this run has finished. */
  finished(count: number): void;
}

/**
 * Calls a target for each item of a rank's chunks, and delivers what comes of them. An item that throws, or whose
 * value cannot be sent, spoils only itself.
 *
 * @param items all items of the job, or null when each is its own index
 * @param asksAhead whether the next chunk is asked for while one is worked on: saves waiting for it, but holds it back
 *   from others when its turn comes late
 */
export async function runMap(
  proc: RankProcess,
  target: TargetFunction,
  items: unknown,
  args: Readonly<Record<string, unknown>>,
  link: MapLink,
  asksAhead = true,
): Promise<void> {
  let count = 0;
  for (const [start, end] of proc.chunks(asksAhead)) {
    let outcomes: ItemOutcome[] = [];
    let first = start;
    let deliveredAt = performance.now();
    const deliver = (): void => {
      if (outcomes.length > 0) link.deliver(first, encodeValue(outcomes, 'outcomes'));
      first += outcomes.length;
      outcomes = [];
      deliveredAt = performance.now();
    };
    for (let index = start; index < end; index += 1) {
      throwIfCancelled(proc);
      const item: unknown = Array.isArray(items) ? items[index] : index;
      const outcome = callOnce(target, item, contextOf(proc, index, args));
      const ended = 'then' in outcome ? await outcome : outcome;
      // Whatever an item that was told to end says, it says for that reason.
      if (!ended.ok) throwIfCancelled(proc);
      outcomes.push(ended);
      count += 1;
      link.finished(count);
      if (performance.now() - deliveredAt >= deliveryMs) deliver();
    }
    deliver();
  }
}

function throwIfCancelled(proc: RankProcess): void {
  if (proc.isCancelled) throw new JobCancelledError('The job was cancelled.');
}

/** Without a promise where there is none: an item of a synchronous target costs no turn of the event loop. */
function callOnce(target: TargetFunction, item: unknown, context: ItemContext): ItemOutcome | Promise<ItemOutcome> {
  const failed = (error: unknown): ItemOutcome => ({ ok: false, error: toErrorInfo(error) });
  const succeeded = (value: unknown): ItemOutcome => {
    try {
      return {
        ok: true,
        payload: value === undefined ? undefined : encodeValue(value, `result of item ${context.index}`),
      };
    } catch (error) {
      return failed(error);
    }
  };
  try {
    const value = target(item, context);
    if (typeof value === 'object' && value !== null && 'then' in value)
      return Promise.resolve(value).then(succeeded, failed);
    return succeeded(value);
  } catch (error) {
    return failed(error);
  }
}

function contextOf(proc: RankProcess, index: number, args: Readonly<Record<string, unknown>>): ItemContext {
  return {
    index,
    attempt: proc.itemAttempt,
    start: proc.startVal,
    stop: proc.endVal,
    args,
    jobId: proc.jobId,
    get signal() {
      return proc.signal;
    },
    log: (...values) => proc.log(...values),
    emit: (partial) => proc.emit(partial),
    rng: (seed) => proc.rng(index, seed),
  };
}
