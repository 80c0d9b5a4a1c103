import { basename, extname } from 'node:path';
import type { PlannedJob } from '../jobs/plan';
import { outputFileOf } from '../jobs/plan-outputs';
import { workText } from '../jobs/work-text';
import type { JobError } from '../runner/outcome';
import type { RateMeter } from '../runner/tracking/rate';
import type { JobInfo, RankInfo } from '../shared/engine-info';
import { isActive, type JobDetail, type JobRow, type RowState } from '../shared/ipc';
import type { QueueEntry } from '../shared/ipc-queue';
import type { ItemTally } from '../shared/items';
import { jobSettings } from './job-settings';

/** What stands in the list: a job of a job file, a script, or a job that a running script has asked its server for. */
export type Role = JobRow['role'];

/** What one run of a job has come to so far. */
export interface JobRun {
  /** Number of the run; 0 before the first. */
  run: number;
  /** The engine's number for it, once submitted. */
  engineId: number | null;
  progress: number;
  /** How many steps a script says that it has; null: as the plan says. */
  extent: number | null;
  /** What a script says that it is at. */
  step: string | null;
  ranks: readonly RankInfo[];
  meter: RateMeter | null;
  startedAt: number | null;
  /** When an index was finished last, or it went on. */
  movedAt: number | null;
  endedAt: number | null;
  errors: readonly JobError[];
  /** Of jobs that work item by item, once that is known. */
  tally: ItemTally | null;
  /** Why it did not begin, or was given up. */
  reason: string | null;
  result: unknown;
  /** The history has a result of it, which is not here. */
  isResultStored: boolean;
  /** It had a result that was too large for the history. */
  isResultRefused: boolean;
  /** What ran it, when that was another start of the app, or another program. */
  versions: string | null;
  /** A person had paused it, job by job, when its run was left. */
  isHeld: boolean;
  output: string | null;
}

/** A job of the list: its plan, and its latest run. */
export interface ListedJob extends JobRun {
  readonly key: number;
  readonly fileKey: number;
  readonly role: Role;
  plan: PlannedJob;
  /** The plan is only an outline: what the history's list says of it. */
  isOutline: boolean;
  /** What runs, as the list shows it. */
  target: string;
  state: RowState;
  /** Where it stands in the queue; null while it has not been submitted. */
  entry: QueueEntry | null;
  /** Place among the jobs of its run, or of its file. */
  place: number;
}

/** What the record of a job tells that the history's list does not. */
export type RestoredParts = Pick<JobRun, 'ranks' | 'errors' | 'versions'>;

/** A run that has not begun. */
export const newRun = (run: number): JobRun => ({
  run,
  engineId: null,
  progress: 0,
  extent: null,
  step: null,
  ranks: [],
  meter: null,
  startedAt: null,
  movedAt: null,
  endedAt: null,
  errors: [],
  tally: null,
  reason: null,
  result: undefined,
  isResultStored: false,
  isResultRefused: false,
  versions: null,
  isHeld: false,
  output: null,
});

/** Nothing has become of any item. */
export const noItems: ItemTally = { failed: 0, skipped: 0, retried: 0, earlier: 0, blocked: 0 };

/** What the engine says of a job's items. */
export const tallyOf = ({ failed = 0, skipped = 0, retried = 0, earlier = 0, blocked = 0 }: JobInfo): ItemTally => ({
  failed,
  skipped,
  retried,
  earlier,
  blocked,
});

/**
 * How the queue shows a job.
 *
 * @param scriptState state of the script that it belongs to
 */
export function toRow(job: ListedJob, scriptState?: RowState): JobRow {
  const { key, fileKey, plan, target, state, progress, startedAt, movedAt, endedAt, entry, place } = job;
  const first = errorsOf(job)[0];
  return {
    key,
    fileKey,
    id: plan.key,
    kind: plan.kind,
    role: job.role,
    scriptState: scriptState ?? null,
    step: job.step,
    label: plan.label,
    target,
    state,
    range: job.role === 'script' ? (job.extent ?? 0) : plan.range,
    progress,
    items: job.tally,
    ranks: job.ranks.length,
    rate: endedAt === null ? (job.meter?.rate ?? null) : averageRate(progress, startedAt, endedAt),
    startedAt,
    movedAt: state === 'running' ? movedAt : null,
    endedAt,
    failure:
      state !== 'cancelled' && first !== undefined ? firstLine(`${first.error.name}: ${first.error.message}`) : null,
    entry,
    place,
  };
}

/** How the job view shows it. */
export function toDetail(job: ListedJob): JobDetail {
  const { key, plan, ranks, run } = job;
  return {
    key,
    kind: plan.kind,
    isChunked: plan.kind !== 'target' || plan.schedule.kind !== 'static',
    args: argsText(plan.args),
    numProcs: plan.numProcs,
    files: plan.items.kind === 'count' ? null : plan.range,
    output: job.output ?? (plan.output?.perItem ? plan.output.path : outputFileOf(plan)) ?? null,
    ranks,
    errors: errorCount(job),
    reason: job.reason,
    settings: jobSettings(plan),
    resultNote: job.state === 'done' && job.isResultRefused ? refusedText(job) : null,
    versions: job.versions,
    hasResult: job.state === 'done' && (job.result !== undefined || job.isResultStored),
    run,
  };
}

const refusedText = ({ output }: ListedJob): string =>
  `The result of this job was larger than the history keeps, which is 1 GiB. ${
    output === null ? 'Give the job an "output" to have its result in a file.' : `All of it was written to ${output}.`
  }`;

/** Arguments as JSON text; lists of plain values stand in one line when they are short. */
const argsText = (args: PlannedJob['args']): string =>
  JSON.stringify(args, null, 2).replaceAll(/\[\n[^[\]{}]*\n *\]/g, (list) => {
    // Line ends within texts are escaped: what is left is layout.
    const line = list.replaceAll(/\n\s*/g, ' ').replace('[ ', '[').replace(' ]', ']');
    return line.length <= 100 ? line : list;
  });

/** Where a job stands after what the engine says of it, when the list knew it as `state`. */
export function movedState(state: RowState, info: JobInfo): RowState {
  if (info.state === 'cancelling' && isActive(state)) return 'cancelling';
  const isAtWork = info.ranks.some((rank) => rank.state === 'running');
  if (state === 'pausing' && info.isHeld === true && !isAtWork && info.endedAt === undefined) return 'paused';
  // One that goes on after a pause waits until a process is free for it.
  const waits = !isAtWork && info.ranks.some((rank) => rank.state === 'done');
  // The end of the engine's job is not the end of the run: its parts may still have to be combined and written.
  return info.state === 'running' && state === 'queued' && info.isHeld !== true && !waits ? 'running' : state;
}

/** What is known of failures: a rank's own as soon as it has failed, while the others still work. */
export function errorsOf(job: Readonly<ListedJob>): readonly JobError[] {
  if (job.endedAt !== null) return job.errors;
  // Processes that were lost are replaced there; what counts are the items.
  if (job.plan.kind !== 'target') return [];
  return job.ranks.flatMap(({ index, error }) => (error === undefined ? [] : [{ rank: index, error }]));
}

/** Errors of the job itself and of its ranks, and items that have failed. */
function errorCount(job: ListedJob): number {
  const own = errorsOf(job).filter(({ item }) => item === undefined).length;
  return own + (job.tally?.failed ?? 0);
}

/** What a job runs, as the list shows it. */
export const shownTarget = (plan: PlannedJob): string =>
  plan.kind === 'run' ? workText(plan) : shortTarget(plan.target);

/** What a further job like this one begins with. */
export const copyOf = ({
  fileKey,
  plan,
  role,
  isOutline,
  target,
  place,
}: ListedJob): Omit<ListedJob, keyof JobRun | 'key' | 'state' | 'entry'> => ({
  fileKey,
  plan,
  role,
  isOutline,
  target,
  place,
});

/** A target without the folders before its module: `builtin:name`, `count.ts#count`. */
function shortTarget(target: string): string {
  const hash = target.lastIndexOf('#');
  if (hash < 0) return target;
  const module = target.slice(0, hash);
  return extname(module) === '' ? target : `${basename(module)}${target.slice(hash)}`;
}

function averageRate(count: number, startedAt: number | null, endedAt: number): number | null {
  return startedAt === null || endedAt <= startedAt || count === 0 ? null : (count / (endedAt - startedAt)) * 1000;
}

const firstLine = (text: string): string => text.split('\n', 1)[0]?.slice(0, 300) ?? '';
