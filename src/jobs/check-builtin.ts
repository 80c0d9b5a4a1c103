import * as z from 'zod';
import { isRecord } from '../shared/is-record';
import type { JobSpec } from '../shared/job-file';
import type { MatrixValue } from '../shared/plan';
import type { Report } from './checker';
import type { FullJob } from './full-job';
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
  /** Whether it is called once per process (`target`, when left out) or once per item (`map`). */
  readonly kind?: 'target' | 'map';
}

/** The built-in targets by their names. */
export type BuiltinTargets = ReadonlyMap<string, BuiltinTarget>;

/** Checks name, range and arguments of a job whose target is built in, at its place in the file. */
export function checkBuiltin(
  { spec, pathOf }: FullJob,
  key: 'target' | 'map',
  target: string,
  builtins: BuiltinTargets,
  report: Report,
): void {
  const name = target.slice('builtin:'.length);
  const builtin = builtins.get(name);
  if (!builtin) {
    const hint = didYouMean(name, builtins.keys());
    report(pathOf(key), 'E206', `There is no built-in target "${name}"; "procession targets" lists them.${hint}`);
    return;
  }
  const { kind = 'target' } = builtin;
  if (kind !== key) {
    const how = kind === 'target' ? 'once per process' : 'once per item';
    report(pathOf(key), 'E206', `Built-in target "${name}" is called ${how}; write "${kind}: ${target}".`);
    return;
  }
  checkRange(spec.range, pathOf('range'), name, builtin, report);
  const checkArg = (arg: string, value: unknown, at: Path, keyAt: Path): void => {
    const property = propertyOf(builtin, arg);
    if (property === undefined) {
      const hint = didYouMean(arg, argumentNames(builtin));
      report(keyAt, 'E206', `Built-in target "${name}" has no argument "${arg}".${hint}`, 'key');
    } else if (!property.accepts(value))
      report(at, 'E206', `"${arg}" must be ${describe(property.schema)}, not ${showValue(value)}.`);
  };
  for (const [arg, value] of Object.entries(spec.args ?? {}))
    checkArg(arg, value, [...pathOf('args'), arg], [...pathOf('args'), arg]);
  for (const [arg, values] of Object.entries(spec.matrix ?? {})) {
    const at = [...pathOf('matrix'), arg];
    const unknown = propertyOf(builtin, arg) === undefined;
    for (const [index, value] of values.entries())
      if (index === 0 || !unknown) checkArg(arg, value satisfies MatrixValue, [...at, index], at);
  }
}

function checkRange(
  range: JobSpec['range'],
  at: Path,
  name: string,
  { defaultRange, rangeUnit }: BuiltinTarget,
  report: Report,
): void {
  if (defaultRange === undefined || range === undefined) return;
  const unit = rangeUnit === undefined ? '' : ` of ${rangeUnit}`;
  if (typeof defaultRange === 'number' && typeof range !== 'number') {
    report(at, 'E206', `Built-in target "${name}" works on a number${unit}, such as ${defaultRange}.`);
  } else if (typeof defaultRange === 'object' && typeof range === 'number') {
    report(at, 'E206', `Built-in target "${name}" works on files, such as { files: "${defaultRange.files}" }.`);
  }
}

type Schema = Exclude<Parameters<typeof z.fromJSONSchema>[0], boolean>;

interface Property {
  readonly schema: Schema;
  readonly accepts: (value: unknown) => boolean;
}

/** What is made of a schema once is used for every job of the file. */
const known = new WeakMap<BuiltinTarget, Map<string, Property>>();

function propertyOf(builtin: BuiltinTarget, arg: string): Property | undefined {
  const properties = known.get(builtin) ?? new Map<string, Property>();
  known.set(builtin, properties);
  const before = properties.get(arg);
  if (before) return before;
  const schemas = propertiesOf(builtin.args);
  const schema = Object.hasOwn(schemas, arg) ? schemas[arg] : undefined;
  if (schema === undefined) return undefined;
  const property = { schema, accepts: remembering(z.fromJSONSchema(schema)) };
  properties.set(arg, property);
  return property;
}

/** Of the jobs of a file many have the same values. */
const mostRemembered = 1000;

function remembering(schema: z.ZodType): (value: unknown) => boolean {
  const answers = new Map<unknown, boolean>();
  return (value) => {
    const known = answers.get(value);
    if (known !== undefined) return known;
    const accepts = schema.safeParse(value).success;
    if (typeof value !== 'object' && answers.size < mostRemembered) answers.set(value, accepts);
    return accepts;
  };
}

/** An argument of a built-in target: its kind in JSON Schema's words and in a person's, and which values it takes. */
export interface BuiltinArgument {
  readonly type: string | undefined;
  readonly words: string;
  readonly accepts: (value: unknown) => boolean;
}

/** Undefined when the target has no such argument. */
export function argumentOf(builtin: BuiltinTarget, name: string): BuiltinArgument | undefined {
  const property = propertyOf(builtin, name);
  if (!property) return undefined;
  const { schema, accepts } = property;
  return { type: typeof schema.type === 'string' ? schema.type : undefined, words: describe(schema), accepts };
}

export function argumentNames(builtin: BuiltinTarget): string[] {
  return Object.keys(propertiesOf(builtin.args));
}

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
