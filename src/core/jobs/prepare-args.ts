import { isPlainTypedArray } from '../data/view-kinds';
import { isSliceable, partitionSequence, type Sliceable } from './partition';

const partitionMark = Symbol('procession.partitioned');

/** An argument that each rank gets its own part of. */
export interface Partitioned<T extends Sliceable> {
  /** @hidden */
  readonly [partitionMark]: T;
}

/**
 * Marks an argument so that each rank gets its own contiguous part of it, cut by the argument's own length.
 *
 * @throws TypeError when the value has no `length` and `slice`
 */
export function partitioned<T extends Sliceable>(value: T): Partitioned<T> {
  if (!isSliceable(value))
    throw new TypeError(`Only something with length and slice can be partitioned, not ${describe(value)}.`);
  return { [partitionMark]: value };
}

/**
 * The arguments of one rank.
 *
 * An argument is cut when it is marked with {@link partitioned} or named in `partArgs`: by its name in kwargs, or
 * by being the very same object (never by being equal to it). `partitionArgs` itself is taken out of kwargs.
 *
 * @param index the rank
 * @param numProcs how many ranks
 * @param args positional arguments
 * @param kwargs named arguments; handed on as the last argument when there are any
 * @param partArgs what to cut: values found among the arguments, or names of kwargs
 * @returns `[args, kwargs]` for that rank; the inputs are not changed
 * @throws TypeError when something named is not an argument or cannot be cut
 */
export function prepareArgs(
  index: number,
  numProcs: number,
  args: readonly unknown[],
  kwargs: Readonly<Record<string, unknown>>,
  partArgs: readonly unknown[] = [],
): [args: unknown[], kwargs: Record<string, unknown>] {
  return prepareWith((whole, start, end) => whole.slice(start, end), index, numProcs, args, kwargs, partArgs);
}

/** The same for arguments that are sent at once: a typed array is not copied to be cut. */
export function prepareRank(
  ...call: [
    index: number,
    numProcs: number,
    args: readonly unknown[],
    kwargs: Readonly<Record<string, unknown>>,
    partArgs: readonly unknown[],
  ]
): [args: unknown[], kwargs: Record<string, unknown>] {
  return prepareWith(
    (whole, start, end) => (isPlainTypedArray(whole) ? whole.subarray(start, end) : whole.slice(start, end)),
    ...call,
  );
}

function prepareWith(
  cutOut: (whole: Sliceable, start: number, end: number) => unknown,
  index: number,
  numProcs: number,
  args: readonly unknown[],
  kwargs: Readonly<Record<string, unknown>>,
  partArgs: readonly unknown[],
): [args: unknown[], kwargs: Record<string, unknown>] {
  const cut = partitionPlan(args, kwargs, partArgs);
  const part = (value: unknown, key: number | string): unknown => {
    const whole = unwrap(value);
    if (!cut.has(key)) return whole;
    if (!isSliceable(whole))
      throw new TypeError(`Argument ${String(key)} cannot be partitioned: ${describe(whole)} has no length and slice.`);
    return cutOut(whole, ...partitionSequence(whole.length, index, numProcs));
  };
  return [
    args.map((value, position) => part(value, position)),
    Object.fromEntries(Object.entries(kwargs).map(([name, value]) => [name, part(value, name)])),
  ];
}

/** Takes `partitionArgs` out of the named arguments. */
export function splitPartitionArgs(kwargs: Readonly<Record<string, unknown>>): {
  kwargs: Record<string, unknown>;
  partArgs: readonly unknown[];
} {
  const { partitionArgs, ...rest } = kwargs;
  if (partitionArgs === undefined) return { kwargs: rest, partArgs: [] };
  if (!Array.isArray(partitionArgs))
    throw new TypeError('partitionArgs must be an array of the arguments to cut, or of their names.');
  return { kwargs: rest, partArgs: partitionArgs };
}

/** Which arguments are cut, by position or name. */
function partitionPlan(
  args: readonly unknown[],
  kwargs: Readonly<Record<string, unknown>>,
  partArgs: readonly unknown[],
): Set<number | string> {
  const cut = new Set<number | string>();
  args.forEach((value, position) => {
    if (isPartitioned(value)) cut.add(position);
  });
  for (const [name, value] of Object.entries(kwargs)) if (isPartitioned(value)) cut.add(name);
  for (const wanted of partArgs) {
    const keys = findArguments(args, kwargs, wanted);
    if (keys.length === 0) {
      throw new TypeError(
        `partitionArgs names ${describe(wanted)}, which is not one of the arguments. Name a keyword argument, or pass the very same object.`,
      );
    }
    for (const key of keys) cut.add(key);
  }
  return cut;
}

function findArguments(
  args: readonly unknown[],
  kwargs: Readonly<Record<string, unknown>>,
  wanted: unknown,
): (number | string)[] {
  if (typeof wanted === 'string' && Object.hasOwn(kwargs, wanted)) return [wanted];
  const isWanted = (value: unknown): boolean => unwrap(value) === unwrap(wanted);
  const positions = [...args.keys()].filter((position) => isWanted(args[position]));
  return [...positions, ...Object.keys(kwargs).filter((name) => isWanted(kwargs[name]))];
}

/** Whether an argument was marked with {@link partitioned}. */
export function isPartitioned(value: unknown): value is Partitioned<Sliceable> {
  return typeof value === 'object' && value !== null && partitionMark in value;
}

function unwrap(value: unknown): unknown {
  return isPartitioned(value) ? value[partitionMark] : value;
}

function describe(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (Array.isArray(value)) return `an array of ${value.length}`;
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}
