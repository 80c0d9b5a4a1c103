import { ItemList } from '../jobs/plan-items';
import { outputFileOf } from '../jobs/plan-outputs';
import type { PlannedJob, PlannedNeed, PlannedSchedule } from '../shared/plan';
import { previewCommand } from './command-job';

/** What a job would do, as far as that is known without running anything. Plain JSON. */
export interface JobPreview {
  readonly file: string;
  readonly job: string;
  readonly label: string;
  readonly kind: PlannedJob['kind'];
  /** `target` and `map`: what would be called. */
  readonly target?: string;
  /** `run`: the command with its placeholders. */
  readonly command?: readonly string[];
  /** Number of indices or items. */
  readonly range: number;
  /** How many of them are done already, when a run would be resumed. */
  readonly done?: number;
  /** Most processes that it would have. */
  readonly ranks: number;
  readonly schedule: PlannedSchedule;
  readonly priority: number;
  readonly args: Readonly<Record<string, unknown>>;
  /** Names only; `isMissing` for a secret that is not in the environment. */
  readonly env: readonly { readonly name: string; readonly secret?: string; readonly isMissing?: true }[];
  readonly needs: readonly Pick<PlannedNeed, 'id' | 'when'>[];
  /** The first items, or the one command of a job without a range. */
  readonly items: readonly ItemPreview[];
  /** File of the whole result; undefined when there is none, or one for each item. */
  readonly output?: string;
}

export interface ItemPreview {
  readonly index: number;
  /** Its name, as a run that is resumed knows it. */
  readonly item: string;
  readonly argv?: readonly string[];
  readonly cwd?: string;
  readonly output?: string;
}

export interface PreviewOptions {
  readonly ranks: number;
  readonly done?: number | undefined;
  /** How many items to show. */
  readonly mostItems: number;
  /** Where secrets would come from. */
  readonly environment: Readonly<NodeJS.ProcessEnv>;
}

/** What a job would do. Reads nothing and starts nothing. */
export function previewJob(job: PlannedJob, { ranks, done, mostItems, environment }: PreviewOptions): JobPreview {
  const { file, key, label, kind, range, schedule, priority, args, needs } = job;
  const output = job.output?.perItem === true ? undefined : outputFileOf(job);
  return {
    file,
    job: key,
    label,
    kind,
    ...(job.kind === 'run' ? { command: job.argv } : { target: job.target }),
    range,
    ...(done !== undefined && { done }),
    ranks,
    schedule,
    priority,
    args,
    env: Object.entries(job.env).map(([name, value]) => ({
      name,
      ...(typeof value !== 'string' && { secret: value.secret }),
      ...(typeof value !== 'string' && environment[value.secret] === undefined && { isMissing: true as const }),
    })),
    needs: needs.map(({ id, when }) => ({ id, when })),
    items: previewItems(job, mostItems),
    ...(output !== undefined && { output }),
  };
}

function previewItems(job: PlannedJob, most: number): ItemPreview[] {
  // Of a plain range that a target works through nothing is to be seen.
  if (job.kind !== 'run' && job.items.kind === 'count') return [];
  const items = new ItemList(job);
  return Array.from({ length: Math.min(most, job.range) }, (_, index) => {
    const output = job.output?.perItem === true ? outputFileOf(job, index, items) : undefined;
    return {
      index,
      item: items.keyAt(index),
      ...(job.kind === 'run' && previewCommand(job, items, index)),
      ...(output !== undefined && { output }),
    };
  });
}
