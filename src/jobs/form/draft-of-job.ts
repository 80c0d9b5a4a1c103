import { type DraftField, emptyDraft, emptyFields, type JobDraft } from '../../shared/job-draft';
import type { JobSpec } from '../../shared/job-file';
import type { ArgSchemas } from './job-of-draft';
import { argFields } from './target-forms';
import { argText, itemText, yamlText } from './values';

type Fields = Partial<Record<DraftField, string>>;

/**
 * A job as the form shows it; `jobOfDraft` makes the same job of it again.
 *
 * @param spec the job as its file has it, the file's defaults filled in
 * @param folder absolute path of the folder that its paths are relative to
 */
export function draftOfJob(spec: JobSpec, folder: string, builtins: ArgSchemas): JobDraft {
  const { id, label, target, map, run, range, args = {}, ...rest } = spec;
  const builtin = target?.startsWith('builtin:') === true ? target.slice('builtin:'.length) : undefined;
  const known = builtin === undefined ? undefined : builtins.get(builtin);
  const [module, exportName = ''] = (map ?? (known === undefined ? target : undefined) ?? '').split('#');
  const settings = settingsOf(rest);
  return {
    kind: run !== undefined ? 'run' : map !== undefined ? 'map' : known === undefined ? 'target' : 'builtin',
    ...rangeDraft(range, {
      ...emptyFields,
      ...settings.fields,
      folder,
      id: id ?? '',
      label: label ?? '',
      builtin: known === undefined ? '' : (builtin ?? ''),
      module: module ?? '',
      exportName,
      args: known === undefined ? yamlText(args) : '',
      more: yamlText(settings.more),
    }),
    builtinArgs:
      known === undefined
        ? {}
        : Object.fromEntries(
            argFields(known.args).flatMap(({ name, type }) =>
              Object.hasOwn(args, name) ? [[`${builtin}.${name}`, argText(args[name], type)]] : [],
            ),
          ),
    argv: run ?? emptyDraft.argv,
  };
}

function rangeDraft(range: JobSpec['range'], fields: JobDraft['fields']): Pick<JobDraft, 'rangeKind' | 'fields'> {
  const as = (rangeKind: JobDraft['rangeKind'], own: Fields) => ({ rangeKind, fields: { ...fields, ...own } });
  if (range === undefined) return as('once', {});
  if (typeof range === 'number') return as('count', { count: String(range) });
  if (typeof range === 'string') return as('numbers', { numbers: range });
  if ('from' in range) return as('span', { from: String(range.from), to: String(range.to), step: textOf(range.step) });
  if ('list' in range) return as('list', { list: range.list.map(itemText).join('\n') });
  if ('csv' in range) return as('csv', { csv: range.csv });
  if ('lines' in range) return as('lines', { lines: range.lines });
  return as('files', { files: globs(range.files), exclude: range.exclude === undefined ? '' : globs(range.exclude) });
}

const globs = (patterns: string | readonly string[]): string => [patterns].flat().join('\n');

type Settings = Omit<JobSpec, 'id' | 'label' | 'target' | 'map' | 'run' | 'range' | 'args'>;

/** The settings that have fields of their own, and the others, which the form shows as YAML. */
function settingsOf(spec: Settings): { readonly fields: Fields; readonly more: Record<string, unknown> } {
  const { numProcs, schedule, priority, cwd, memory, recycleAfter, timeout, jobTimeout, ...others } = spec;
  const { retries, onFailure, output, ...more } = others;
  return {
    fields: {
      numProcs: textOf(numProcs),
      priority: textOf(priority),
      cwd: cwd ?? '',
      memory: memory ?? '',
      recycleAfter: textOf(recycleAfter),
      timeout: timeout ?? '',
      jobTimeout: jobTimeout ?? '',
      ...(typeof schedule === 'object'
        ? { schedule: schedule.kind, chunk: textOf(schedule.chunk) }
        : { schedule: schedule ?? '' }),
      ...retryFields(retries),
      ...(typeof onFailure === 'object'
        ? { onFailure: onFailure.then, failAfter: String(onFailure.after) }
        : { onFailure: onFailure ?? '' }),
      ...(typeof output === 'object' ? { output: output.path, format: output.format ?? '' } : { output: output ?? '' }),
    },
    more,
  };
}

function retryFields(retries: JobSpec['retries']): Fields {
  if (typeof retries !== 'object') return { retries: textOf(retries) };
  const { max, backoff, delay, maxDelay, jitter, on } = retries;
  return {
    retries: String(max),
    backoff: backoff ?? '',
    delay: delay ?? '',
    maxDelay: maxDelay ?? '',
    jitter: textOf(jitter),
    retryOn: on?.join(', ') ?? '',
  };
}

const textOf = (value: string | number | undefined): string => (value === undefined ? '' : String(value));
