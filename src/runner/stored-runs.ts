import { readFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { toErrorInfo } from '../core/error-info';
import { ProcessionError } from '../core/errors';
import type { History, NewRun, RunRecorder, StoredRun } from '../history';
import { planChanges } from '../jobs/plan-changes';
import { planFromJson, planToJson } from '../jobs/plan-json';
import { workText } from '../jobs/work-text';
import type { PlannedRun } from '../shared/plan';
import type { RunRequest } from '../shared/stored-run';
import type { EarlierJob } from './job-file-run';
import { loadEarlier } from './load-earlier';
import { hashModules } from './module-hash';
import { SecretMask } from './secrets';

/** A run that this process owns and may begin. */
export interface OwnedRun {
  readonly id: number;
  readonly plan: PlannedRun;
  readonly recorder: RunRecorder;
  readonly earlier: ReadonlyMap<string, EarlierJob>;
  /** How often each job had been started before, by key. */
  readonly attempts: ReadonlyMap<string, number>;
  /** Calls a function when another process asks for the run's end, until the returned one is called. */
  readonly onRequest: (listener: (request: RunRequest) => void) => () => void;
}

/** A run that cannot be resumed: what it would run has changed, it is over, or somebody else works on it. */
export class ResumeError extends ProcessionError {
  /** Whether that is because the definition is another one by now. */
  readonly isMismatch: boolean;

  constructor(message: string, options: { readonly isMismatch?: boolean } = {}) {
    super('ERR_RESUME', message);
    this.isMismatch = options.isMismatch ?? false;
  }
}

const modulePrefix = 'module ';

/** A run as it is put into the queue. */
export async function newRun(
  plan: PlannedRun,
  extra: { readonly args: Readonly<Record<string, unknown>>; readonly version: string },
): Promise<NewRun> {
  const modules = await hashModules(plan.jobs);
  return {
    name: plan.name ?? basename(plan.file),
    file: plan.file,
    source: await readFile(plan.file, 'utf8').catch(() => ''),
    plan: planToJson(plan),
    hash: plan.jobs.map(({ hash }) => hash).join(' '),
    args: extra.args,
    versions: {
      ...versionsOf(extra.version),
      ...Object.fromEntries(Object.entries(modules).map(([name, hash]) => [`${modulePrefix}${name}`, hash])),
    },
    priority: Math.max(...plan.jobs.map(({ priority }) => priority)),
    jobs: plan.jobs.map((job) => ({
      key: job.key,
      kind: job.kind,
      label: job.label,
      target: job.kind === 'run' ? workText(job) : describeTarget(job.target, plan.file),
      total: job.range,
    })),
  };
}

/** What has run it, for the record. */
export function versionsOf(version: string): Record<string, string> {
  return {
    procession: version,
    node: process.versions.node,
    platform: `${process.platform} ${process.arch}`,
  };
}

/**
 * The plan of a stored run.
 *
 * @throws ResumeError when there is none that can be worked on
 */
export function planOf({ id, plan, isDefinitionLost }: StoredRun): PlannedRun {
  if (isDefinitionLost)
    throw new ResumeError(`What run ${id} was to do has been damaged on the disk. Run its job file anew.`);
  try {
    return planFromJson(plan);
  } catch (error) {
    throw new ResumeError(`Run ${id} cannot be resumed. ${toErrorInfo(error).message}`);
  }
}

/**
 * Takes a run of the history to work on it.
 *
 * @param options `again`: what failed is worked on again, all of it or only in the jobs of these keys. `goOn`: what was
 *   skipped or cancelled stays so, as it does when a run that was interrupted just goes on
 * @throws ResumeError
 */
export async function takeRun(
  history: History,
  id: number,
  environment: Readonly<NodeJS.ProcessEnv>,
  options: { readonly again?: boolean | readonly string[]; readonly goOn?: boolean } = {},
): Promise<OwnedRun> {
  const stored = await history.get(id);
  if (!stored) throw new ResumeError(`There is no run ${id}; "procession list" shows those there are.`);
  const plan = planOf(stored);
  const mask = new SecretMask(plan.jobs, environment);
  const { again = false, goOn = false } = options;
  // What was skipped or cancelled has not been done: only failures count as an end.
  const reopen = [...(again === false ? [] : (['failed'] as const)), 'skipped' as const, 'cancelled' as const];
  const claim = await history.claim(id, {
    mask: (text) => mask.text(text),
    ...(!goOn && { reopen }),
    ...(typeof again === 'object' && { reopenJobs: again }),
  });
  if (!claim.ok)
    throw new ResumeError(
      claim.owner
        ? `Run ${id} is being worked on by process ${claim.owner.pid} (${claim.owner.kind}).`
        : `Run ${id} is ${claim.state}; nothing of it is left to do.`,
    );
  const current = (await history.get(id)) ?? stored;
  return {
    id,
    plan,
    recorder: claim.recorder,
    earlier: await loadEarlier(history, current, plan),
    attempts: new Map(current.jobList.map(({ key, attempts }) => [key, attempts])),
    onRequest: (listener) =>
      history.onEvent((event) => {
        if (event.type === 'request' && event.run === id) listener(event.request);
      }),
  };
}

/**
 * Why results of an earlier run are of no use any more; empty when they are.
 *
 * @param plan the job file as it is now; undefined when it is not there any more
 */
export async function mismatches(stored: StoredRun, plan: PlannedRun | undefined): Promise<string[]> {
  const before = planOf(stored);
  const changes = plan ? planChanges(before, plan).filter(({ spoilsResults }) => spoilsResults) : [];
  const now = await hashModules(before.jobs);
  const modules = Object.entries(asTexts(stored.versions)).flatMap(([name, hash]) => {
    const module = name.startsWith(modulePrefix) ? name.slice(modulePrefix.length) : undefined;
    return module !== undefined && now[module] !== hash
      ? [`${module}, or something that it imports, has changed.`]
      : [];
  });
  return [...changes.map(({ text }) => text), ...modules];
}

function asTexts(value: unknown): Record<string, string> {
  return Object.fromEntries(
    Object.entries(typeof value === 'object' && value !== null ? value : {}).map(([name, text]) => [
      name,
      String(text),
    ]),
  );
}

/** As the job file says it: relative to its folder. */
function describeTarget(target: string, file: string): string {
  const folder = `${dirname(file)}/`;
  return target.startsWith(folder) ? `./${target.slice(folder.length)}` : target;
}
