import { isRecord } from '../../shared/is-record';
import type { DraftProblem, JobDraft } from '../../shared/job-draft';
import { argFields } from './target-forms';
import { argValue, itemOf, linesOf, numberOrText, oneOrMany, readYaml } from './values';

/** Built-in targets by name, as far as their arguments are concerned. */
export type ArgSchemas = ReadonlyMap<string, { readonly args: Readonly<Record<string, unknown>> }>;

/** A draft as an entry of `jobs` in a job file, and what could not even be read. */
export interface JobEntry {
  readonly id: string;
  readonly job: Readonly<Record<string, unknown>>;
  readonly problems: readonly DraftProblem[];
}

/**
 * What a draft comes to as a job. Nothing is checked here save what is typed as YAML: values go to the parser of job
 * files as they are, so that a mistake is told in its words.
 */
export function jobOfDraft(draft: JobDraft, builtins: ArgSchemas): JobEntry {
  const problems: DraftProblem[] = [];
  const yaml = (field: 'args' | 'more'): Record<string, unknown> => {
    const read = readYaml(draft.fields[field]);
    if (read.ok && (read.value === undefined || isRecord(read.value))) return read.value ?? {};
    problems.push(
      read.ok
        ? { field, code: 'E110', message: 'It must be a mapping of names to values, such as "width: 1200".' }
        : { field, code: read.code, message: read.message },
    );
    return {};
  };
  const id = draft.fields.id.trim() || idFor(draft);
  const own = defined({
    id,
    label: text(draft.fields.label),
    ...work(draft),
    range: rangeOf(draft),
    args: argsOf(draft, builtins, yaml),
    ...settings(draft),
  });
  const more = yaml('more');
  for (const key of Object.keys(more))
    if (Object.hasOwn(own, key))
      problems.push({ field: 'more', code: 'E005', message: `"${key}" is set by a field of the form already.` });
  return { id, job: { ...own, ...more }, problems };
}

function work({ kind, fields, argv }: JobDraft): Record<string, unknown> {
  const { builtin, module, exportName } = fields;
  if (kind === 'builtin') return { target: `builtin:${builtin}` };
  // Rows that were left empty at the end are none; an empty argument between others is one.
  if (kind === 'run') return { run: argv.slice(0, argv.map((argument) => argument !== '').lastIndexOf(true) + 1) };
  return { [kind]: module.startsWith('builtin:') ? module : `${module.trim()}#${exportName.trim()}` };
}

function rangeOf({ rangeKind, fields }: JobDraft): unknown {
  const { count, from, to, step, numbers, files, exclude, list, csv, lines } = fields;
  switch (rangeKind) {
    case 'once':
      return undefined;
    case 'count':
      return number(count);
    case 'span':
      return defined({ from: number(from), to: number(to), step: number(step) });
    case 'numbers':
      return text(numbers);
    case 'files':
      return defined({ files: oneOrMany(files), exclude: exclude.trim() === '' ? undefined : oneOrMany(exclude) });
    case 'list':
      return { list: linesOf(list).map(itemOf) };
    case 'csv':
      return { csv: csv.trim() };
    case 'lines':
      return { lines: lines.trim() };
  }
}

function argsOf(
  { kind, fields, builtinArgs }: JobDraft,
  builtins: ArgSchemas,
  yaml: (field: 'args') => Record<string, unknown>,
): Record<string, unknown> | undefined {
  const args =
    kind === 'builtin'
      ? Object.fromEntries(
          argFields(builtins.get(fields.builtin)?.args ?? {}).flatMap(({ name, type }) => {
            const typed = builtinArgs[`${fields.builtin}.${name}`] ?? '';
            return typed.trim() === '' ? [] : [[name, argValue(typed, type)]];
          }),
        )
      : yaml('args');
  return Object.keys(args).length === 0 ? undefined : args;
}

/** Fields that a kind of job has no use for stay in the draft and out of the job. */
function settings({ kind, fields }: JobDraft): Record<string, unknown> {
  const { schedule, chunk, onFailure, failAfter, output, format } = fields;
  const perItem = kind === 'map' || kind === 'run';
  return {
    numProcs: number(fields.numProcs),
    schedule:
      schedule !== '' && schedule !== 'static' && chunk.trim() !== ''
        ? { kind: schedule, chunk: number(chunk) }
        : text(schedule),
    priority: number(fields.priority),
    cwd: kind === 'run' ? text(fields.cwd) : undefined,
    memory: kind === 'run' ? undefined : text(fields.memory),
    recycleAfter: kind === 'run' ? undefined : number(fields.recycleAfter),
    timeout: text(fields.timeout),
    jobTimeout: text(fields.jobTimeout),
    retries: retriesOf(fields),
    onFailure: !perItem
      ? undefined
      : failAfter.trim() !== '' && (onFailure === 'stop' || onFailure === 'abort')
        ? { after: number(failAfter), then: onFailure }
        : text(onFailure),
    output: format === '' || output.trim() === '' ? text(output) : { path: output.trim(), format },
  };
}

function retriesOf({ retries, backoff, delay, maxDelay, jitter, retryOn }: JobDraft['fields']): unknown {
  const more = defined({
    backoff: text(backoff),
    delay: text(delay),
    maxDelay: text(maxDelay),
    jitter: number(jitter),
    on: retryOn.trim() === '' ? undefined : retryOn.split(/[\s,]+/).filter(Boolean),
  });
  const max = number(retries);
  return max === undefined || Object.keys(more).length === 0 ? max : { max, ...more };
}

/** A name for the job that has none: of what people see, or of what runs. */
function idFor({ kind, fields, argv }: JobDraft): string {
  const { label, builtin, module, exportName } = fields;
  const program = argv[0]?.split(/[\\/]/).at(-1) ?? '';
  const work = kind === 'builtin' ? builtin : kind === 'run' ? program : exportName || module;
  return slug(label) || slug(work) || 'job';
}

const slug = (name: string): string =>
  name
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 48);

const text = (typed: string): string | undefined => typed.trim() || undefined;
const number = (typed: string): number | string | undefined => (typed.trim() === '' ? undefined : numberOrText(typed));

const defined = (values: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
