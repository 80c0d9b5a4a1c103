import { inspect } from 'node:util';
import { z } from 'zod';
import type { AlgorithmProcess } from '../../core/algorithm-process-types';
import { TargetInputError } from './input-error';

/** What {@link parseArgs} needs to know of a target. */
export interface ArgumentRules<Schema extends z.ZodObject> {
  readonly name: string;
  readonly schema: Schema;
  readonly rangeUnit: string;
  /** Whether its range is a list of files, which then stands in `items` beside the arguments. */
  readonly takesFiles: boolean;
}

/**
 * Checks a target's arguments and fills in the defaults.
 *
 * @param raw the job's `args`; nothing at all means no arguments
 * @throws TargetInputError `ERR_TARGET_ARGS` with a line for each wrong argument: which, what it must be, what it is
 */
export function parseArgs<Schema extends z.ZodObject>(rules: ArgumentRules<Schema>, raw: unknown): z.output<Schema> {
  const given: unknown = raw ?? {};
  const result = rules.schema.safeParse(rules.takesFiles ? withoutItems(given) : given);
  if (result.success) return result.data;
  const lines = result.error.issues.flatMap((issue) => describeIssue(issue, rules, given));
  throw new TargetInputError('ERR_TARGET_ARGS', lines.map((line) => `${rules.name}: ${line}`).join('\n'));
}

/**
 * Takes this rank's files out of a job's arguments.
 *
 * @throws TargetInputError when there are none to take, or not as many as this rank has indices
 */
export function parseItems(name: string, proc: AlgorithmProcess, raw: unknown): readonly string[] {
  const items = z.object({ items: z.array(z.string()) }).safeParse(raw);
  if (!items.success) {
    throw new TargetInputError(
      'ERR_NO_FILES',
      `${name}: it works on files and was given none. Set the job's range to a pattern, such as range: { files: "scans/*.dcm" }.`,
    );
  }
  const files = items.data.items;
  const expected = proc.endVal - proc.startVal;
  if (files.length !== expected) {
    throw new TargetInputError(
      'ERR_TARGET_ARGS',
      `${name}: rank ${proc.index} was given ${files.length} files for ${expected} indices. The range must be the number of files, and "items" must be cut per rank (partitionArgs: ["items"]).`,
    );
  }
  return files;
}

function withoutItems(given: unknown): unknown {
  if (typeof given !== 'object' || given === null || !Object.hasOwn(given, 'items')) return given;
  return Object.fromEntries(Object.entries(given).filter(([key]) => key !== 'items'));
}

function describeIssue<Schema extends z.ZodObject>(
  issue: z.core.$ZodIssue,
  rules: ArgumentRules<Schema>,
  given: unknown,
): string[] {
  const { schema, rangeUnit } = rules;
  if (issue.code === 'unrecognized_keys') {
    const known = Object.keys(schema.shape).join(', ');
    return issue.keys.map(
      (key) => `Unknown argument "${key}". It knows ${known}; the number of ${rangeUnit} is the job's range.`,
    );
  }
  if (issue.code === 'custom') return [issue.message];
  const [key] = issue.path;
  if (key === undefined)
    return [
      `The arguments must be an object, such as { ${Object.keys(schema.shape)[0] ?? 'name'}: … }, not ${show(given)}.`,
    ];
  return [`"${String(key)}" must be ${requirement(schema, String(key))}, not ${show(valueAt(given, String(key)))}.`];
}

/** What an argument must be, in words, read from its schema so that the two cannot differ. */
function requirement(schema: z.ZodObject, key: string): string {
  const property = z.toJSONSchema(schema, { io: 'input' }).properties?.[key];
  if (typeof property !== 'object') return 'something else';
  const { type, minimum, maximum } = property;
  const kind = type === 'integer' ? 'a whole number' : type === 'number' ? 'a number' : `a ${String(type)}`;
  if (minimum !== undefined && maximum !== undefined) return `${kind} from ${minimum} to ${maximum}`;
  return minimum === undefined ? kind : `${kind} of at least ${minimum}`;
}

function valueAt(given: unknown, key: string): unknown {
  return typeof given === 'object' && given !== null ? new Map(Object.entries(given)).get(key) : undefined;
}

function show(value: unknown): string {
  return typeof value === 'string'
    ? JSON.stringify(value.slice(0, 80))
    : inspect(value, { breakLength: Infinity, depth: 1 });
}
