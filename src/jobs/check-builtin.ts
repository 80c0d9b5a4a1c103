import * as z from 'zod';
import { isRecord } from '../shared/is-record';
import type { JobSpec } from '../shared/job-file';
import type { ProblemCode } from './problem';
import { showValue } from './show-value';
import type { Path } from './source';
import { didYouMean } from './suggest';

/** A built-in target as its registry describes it, as far as a job file can be checked against it. */
export interface BuiltinTarget {
  /** JSON Schema of the arguments, an object with `properties`. */
  readonly args: unknown;
  /** A range to start from: of files, for a target that works on files. */
  readonly defaultRange?: number | { readonly files: string };
  /** What one index stands for, in the plural. */
  readonly rangeUnit?: string;
}

/** The built-in targets by their names. */
export type BuiltinTargets = ReadonlyMap<string, BuiltinTarget>;

type Report = (path: Path, code: ProblemCode, message: string, part?: 'key' | 'value') => void;

/** Checks name, range and arguments of a job whose target is built in, at its place in the file. */
export function checkBuiltin(job: JobSpec, path: Path, builtins: BuiltinTargets, report: Report): void {
  const name = job.target.slice('builtin:'.length);
  const builtin = builtins.get(name);
  if (!builtin) {
    const hint = didYouMean(name, builtins.keys());
    report(
      [...path, 'target'],
      'E206',
      `There is no built-in target "${name}"; "procession targets" lists them.${hint}`,
    );
    return;
  }
  checkRange(job, path, name, builtin, report);
  const properties = propertiesOf(builtin.args);
  for (const [arg, value] of Object.entries(job.args ?? {})) {
    const at = [...path, 'args', arg];
    const property = Object.hasOwn(properties, arg) ? properties[arg] : undefined;
    if (property === undefined) {
      report(
        at,
        'E206',
        `Built-in target "${name}" has no argument "${arg}".${didYouMean(arg, Object.keys(properties))}`,
        'key',
      );
    } else if (!z.fromJSONSchema(property).safeParse(value).success) {
      report(at, 'E206', `"${arg}" must be ${describe(property)}, not ${showValue(value)}.`);
    }
  }
}

function checkRange(
  job: JobSpec,
  path: Path,
  name: string,
  { defaultRange, rangeUnit }: BuiltinTarget,
  report: Report,
): void {
  if (defaultRange === undefined) return;
  const unit = rangeUnit === undefined ? '' : ` of ${rangeUnit}`;
  if (typeof defaultRange === 'number' && typeof job.range !== 'number') {
    report([...path, 'range'], 'E206', `Built-in target "${name}" works on a number${unit}, such as ${defaultRange}.`);
  } else if (typeof defaultRange === 'object' && typeof job.range === 'number') {
    report(
      [...path, 'range'],
      'E206',
      `Built-in target "${name}" works on files, such as { files: "${defaultRange.files}" }.`,
    );
  }
}

type Schema = Exclude<Parameters<typeof z.fromJSONSchema>[0], boolean>;

function propertiesOf(schema: unknown): Readonly<Record<string, Schema>> {
  if (!isRecord(schema) || !isRecord(schema.properties)) return {};
  return Object.fromEntries(
    Object.entries(schema.properties).filter((entry): entry is [string, Schema] => isRecord(entry[1])),
  );
}

const kinds: Readonly<Record<string, string>> = {
  integer: 'a whole number',
  number: 'a number',
  string: 'a text',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping',
};

/** What a value must be, in words: its kind and its bounds. */
function describe({ type, minimum, maximum, enum: options }: Schema): string {
  if (options) return `one of ${options.map(String).join(', ')}`;
  const kind = (typeof type === 'string' ? kinds[type] : undefined) ?? 'of another kind';
  if (minimum !== undefined && maximum !== undefined) return `${kind} from ${minimum} to ${maximum}`;
  if (minimum !== undefined) return `${kind} of at least ${minimum}`;
  return maximum === undefined ? kind : `${kind} of at most ${maximum}`;
}
