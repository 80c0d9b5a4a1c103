import { draftFields, type JobDraft, type RangeKind } from '../../shared/job-draft';
import type { Path } from '../source';

/** Fields of the form that have another name than in a job file. */
const renamed: Readonly<Record<string, string>> = {
  'schedule.kind': 'schedule',
  'schedule.chunk': 'chunk',
  'retries.max': 'retries',
  'retries.backoff': 'backoff',
  'retries.delay': 'delay',
  'retries.maxDelay': 'maxDelay',
  'retries.jitter': 'jitter',
  'retries.on': 'retryOn',
  'onFailure.after': 'failAfter',
  'onFailure.then': 'onFailure',
  'output.path': 'output',
  'output.format': 'format',
};

/** The field that shows a range as a whole, for each kind. */
const rangeFields: Readonly<Record<RangeKind, string>> = {
  count: 'count',
  span: 'from',
  numbers: 'numbers',
  files: 'files',
  list: 'list',
  csv: 'csv',
  lines: 'lines',
  once: 'rangeKind',
};

/**
 * The field of the form that stands for a value of the job file.
 *
 * @param path where the value stands in the file: `['jobs', 0, 'retries', 'delay']`
 */
export function fieldOf(path: Path, draft: JobDraft): string {
  const [top, , key, inner] = path.map(String);
  if (top !== 'jobs' || key === undefined) return '';
  if (key === 'target' || key === 'map') return draft.kind === 'builtin' ? 'builtin' : 'module';
  if (key === 'run') return `argv.${inner ?? 0}`;
  if (key === 'args') return draft.kind === 'builtin' ? `builtinArgs.${inner ?? ''}` : 'args';
  if (key === 'range') {
    const whole = rangeFields[draft.rangeKind];
    return inner !== undefined && draftFields.some((name) => name === inner) ? inner : whole;
  }
  const known = renamed[`${key}.${inner}`] ?? key;
  return draftFields.some((name) => name === known) ? known : 'more';
}
