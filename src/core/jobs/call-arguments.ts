import type { ArrayWriter } from '../data/message-arrays';
import { encodeValue } from '../data/serialize';
import type { ObjectProxy } from '../objects/object-proxy';
import { isPartitioned, prepareRank, splitPartitionArgs } from './prepare-args';

/**
 * Number of ranks of a job: `min(valRange, numProcs)`, where 0, a negative number, or more than there are mean all.
 *
 * @throws RangeError when `valRange` is not an integer of at least 0, or `numProcs` is not an integer
 */
export function countRanks(valRange: number, numProcs: number, realNumProcs: number): number {
  if (!Number.isSafeInteger(valRange) || valRange < 0) {
    throw new RangeError(
      `valRange must be an integer of at least 0, the number of indices to work through, not ${String(valRange)}.`,
    );
  }
  if (!Number.isInteger(numProcs)) {
    throw new RangeError(`numProcs must be an integer (0 for all processes), not ${String(numProcs)}.`);
  }
  return Math.min(valRange, numProcs <= 0 || numProcs > realNumProcs ? realNumProcs : numProcs);
}

/**
 * The serialised arguments of each rank, undefined when there are none. Without partitioned arguments all ranks share one buffer.
 *
 * @param proxies collects the proxies of objects that are found among the arguments
 * @param arrays takes large typed arrays out of them
 * @throws TypeError when something to partition is not an argument
 * @throws SerializationError when an argument cannot be sent; the message names it
 */
export function encodeArguments(
  total: number,
  args: readonly unknown[],
  kwargs: Readonly<Record<string, unknown>>,
  proxies = new Set<ObjectProxy>(),
  arrays?: ArrayWriter,
): (Uint8Array | undefined)[] {
  if (args.length === 0 && Object.keys(kwargs).length === 0) return Array.from({ length: total }, () => undefined);
  const split = splitPartitionArgs(kwargs);
  const encode = (rank: number): Uint8Array => {
    const [rankArgs, rankKwargs] = prepareRank(rank, total, args, split.kwargs, split.partArgs);
    return encodeCall(rankArgs, rankKwargs, proxies, arrays);
  };
  const first = encode(0);
  if (total === 1) return [first];
  const isCut =
    split.partArgs.length > 0 || [...args, ...Object.values(split.kwargs)].some((value) => isPartitioned(value));
  return Array.from({ length: total }, (_, rank) => (rank === 0 || !isCut ? first : encode(rank)));
}

function encodeCall(
  args: readonly unknown[],
  kwargs: Readonly<Record<string, unknown>>,
  proxies: Set<ObjectProxy>,
  arrays: ArrayWriter | undefined,
): Uint8Array {
  const hasKwargs = Object.keys(kwargs).length > 0;
  // One call for all is what costs least; only when it fails is each looked at, to name the culprit.
  try {
    return encodeValue(hasKwargs ? [args, kwargs] : [args], 'arguments', proxies, arrays);
  } catch (error) {
    args.forEach((value, position) => void encodeValue(value, `args[${position}]`, proxies, arrays));
    for (const [name, value] of Object.entries(kwargs)) encodeValue(value, name, proxies, arrays);
    throw error;
  }
}
