import { ProcessionError } from '../core/errors';
import { type PlannedItems, type PlannedJob, type PlannedNeed, type PlannedRun, planVersion } from '../shared/plan';

/** A job as it is stored: what many combinations of one matrix share is only named. */
type StoredJob = Stored<PlannedJob>;
type Stored<Job extends PlannedJob> = Job extends PlannedJob ? Omit<Job, 'items' | 'needs'> & Shared : never;

interface Shared {
  readonly items: number;
  readonly needs: readonly (Omit<PlannedNeed, 'keys'> & { readonly keys: number })[];
}

interface StoredRun extends Omit<PlannedRun, 'jobs'> {
  readonly jobs: readonly StoredJob[];
  readonly items: readonly PlannedItems[];
  readonly keys: readonly (readonly string[])[];
}

/** A plan that another version of Procession has stored, or that is damaged. */
export class PlanFormatError extends ProcessionError {
  constructor(message: string, options?: ErrorOptions) {
    super('ERR_PLAN_FORMAT', message, options);
  }
}

/** A plan as JSON. Lists that jobs share, such as the files of all combinations of a matrix, are written once. */
export function planToJson(run: PlannedRun): string {
  const items = new Table<PlannedItems>();
  const keys = new Table<readonly string[]>();
  const jobs = run.jobs.map((job) => ({
    ...job,
    items: items.indexOf(job.items),
    needs: job.needs.map((need) => ({ ...need, keys: keys.indexOf(need.keys) })),
  }));
  return JSON.stringify({ ...run, jobs, items: items.values, keys: keys.values } satisfies StoredRun);
}

/**
 * Reads what {@link planToJson} has written.
 *
 * @throws PlanFormatError when it is of another version, no plan at all, or stands for a script
 */
export function planFromJson(json: string): PlannedRun {
  const stored = parse(json);
  const { items, keys, ...run } = stored;
  const jobs = stored.jobs.map((job): PlannedJob => {
    const needs = job.needs.map((need): PlannedNeed => ({ ...need, keys: at(keys, need.keys) }));
    return { ...job, items: at(items, job.items), needs };
  });
  return { ...run, jobs };
}

/** What stands in the place of a plan for a run of a script, which decides by itself what it does. */
export function scriptPlanToJson(path: string): string {
  return JSON.stringify({ version: planVersion, script: path });
}

function parse(json: string): StoredRun {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    throw new PlanFormatError('The stored plan is damaged: it is no JSON.', { cause: error });
  }
  const version = typeof value === 'object' && value !== null && 'version' in value ? value.version : undefined;
  if (version !== planVersion)
    throw new PlanFormatError(
      `The stored plan has version ${String(version)}; this Procession reads version ${planVersion}. Run the job file anew.`,
    );
  if (typeof value === 'object' && value !== null && 'script' in value)
    throw new PlanFormatError(`This is the run of a script, ${String(value.script)}. Run the script anew.`);
  return value as StoredRun;
}

/** Gives out a number for each value, the same one for the same value. */
class Table<T> {
  readonly values: T[] = [];
  readonly #numbers = new Map<T, number>();

  indexOf(value: T): number {
    const known = this.#numbers.get(value);
    if (known !== undefined) return known;
    this.#numbers.set(value, this.values.length);
    return this.values.push(value) - 1;
  }
}

function at<T>(values: readonly T[], index: number): T {
  const value = values[index];
  if (value === undefined) throw new PlanFormatError('The stored plan is damaged: a list is missing.');
  return value;
}
