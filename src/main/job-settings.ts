import type { PlannedJob, PlannedOnFailure, PlannedRetries } from '../shared/plan';

/** What a job asks for besides its work, for people: only what is not as usual. */
export function jobSettings(job: PlannedJob): readonly (readonly [label: string, value: string])[] {
  const { schedule, retries, onFailure, timeoutMs, jobTimeoutMs, memoryMiB, recycleAfter, priority, cwd, needs } = job;
  const isUsual = schedule.kind === (job.kind === 'target' ? 'static' : 'dynamic') && schedule.chunk === null;
  const each = job.kind === 'target' ? 'attempt' : 'item';
  const entries: readonly (readonly [label: string, value: string | null])[] = [
    ['Schedule', isUsual ? null : `${schedule.kind}${schedule.chunk === null ? '' : `, ${schedule.chunk} in a chunk`}`],
    [
      'Needs',
      needs.length === 0 ? null : needs.map(({ id, when }) => (when === 'success' ? id : `${id} (${when})`)).join(', '),
    ],
    ['Retries', retries.max === 0 ? null : retriesText(retries)],
    ['When items fail', onFailure.then === 'continue' ? null : failureText(onFailure)],
    ['Time limit', timeoutMs === null ? null : `${duration(timeoutMs)} for each ${each}`],
    ['Limit of the job', jobTimeoutMs === null ? null : duration(jobTimeoutMs)],
    ['Memory', memoryMiB === null ? null : `at most ${memoryMiB} MiB for each process`],
    [
      'Recycle',
      recycleAfter === null ? null : `a fresh process after ${recycleAfter} ${recycleAfter === 1 ? 'item' : 'items'}`,
    ],
    ['Priority', priority === 0 ? null : String(priority)],
    ['Environment', environmentText(job)],
    ['Folder', cwd === '.' ? null : cwd],
  ];
  return entries.flatMap(([label, value]) => (value === null ? [] : [[label, value] as const]));
}

function retriesText({ max, backoff, delayMs, on }: PlannedRetries): string {
  const pause =
    backoff === 'none'
      ? delayMs === 0
        ? ''
        : `, ${duration(delayMs)} apart`
      : `, ${backoff} pauses from ${duration(delayMs)}`;
  // All three together are the usual.
  const after = on.length < 3 ? `, after ${on.join(' or ')}` : '';
  return `${max}${pause}${after}`;
}

function failureText(onFailure: Exclude<PlannedOnFailure, { readonly then: 'continue' }>): string {
  const { after, then } = onFailure;
  const count = 'items' in after ? after.items : `${after.percent}%`;
  return `${then} after ${count} ${count === 1 ? 'has' : 'have'} failed`;
}

/** Names and values; of secrets only where they come from. */
function environmentText({ env }: PlannedJob): string | null {
  const entries = Object.entries(env);
  if (entries.length === 0) return null;
  return entries
    .map(([name, value]) => (typeof value === 'string' ? `${name}=${value}` : `${name} (secret from ${value.secret})`))
    .join('\n');
}

const units = [
  [3_600_000, 'h'],
  [60_000, 'min'],
  [1000, 's'],
] as const;

/** As people write it in a job file: `90 s`, `10 min`. */
function duration(ms: number): string {
  const unit = units.find(([size]) => ms % size === 0);
  return unit === undefined ? `${ms} ms` : `${ms / unit[0]} ${unit[1]}`;
}
