import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { StoredRun } from '../../history';
import { hashText } from '../../jobs/plan-hash';
import { planOf } from '../../runner/stored-runs';
import { isRecord } from '../../shared/is-record';
import { type PlannedRun, type PlannedTargetJob, planVersion } from '../../shared/plan';
import type { RunOutline } from '../../shared/stored-run';
import { outlineParts } from '../outline-parts';

/** What stands in the list for a script: one call of its default function, which is also what has to be trusted. */
export function scriptJob(path: string, hash: string, args: Readonly<Record<string, unknown>> = {}): PlannedTargetJob {
  const name = basename(path);
  return {
    ...outlineParts,
    kind: 'target',
    key: name,
    id: name,
    label: name,
    file: path,
    target: `${path}#default`,
    partitionArgs: [],
    range: 1,
    args,
    hash,
  };
}

/** The same of a script as it is now on the disk. */
export async function readScriptJob(path: string): Promise<PlannedTargetJob> {
  return scriptJob(path, hashText(await readFile(path, 'utf8').catch(() => '')));
}

/** Whether a run of the history is one of a script. */
export const isScriptRun = ({ jobList }: Pick<RunOutline, 'jobList'>): boolean => jobList[0]?.kind === 'script';

/**
 * What a stored run is to do: of a script the plan that stands for it.
 *
 * @throws ResumeError when there is none that can be worked on
 */
export function workOf(stored: StoredRun): PlannedRun {
  if (!isScriptRun(stored)) return planOf(stored);
  const { file, hash, args, name } = stored;
  const path = file ?? name;
  return {
    version: planVersion,
    file: path,
    name: null,
    description: null,
    maxProcs: null,
    jobs: [scriptJob(path, hash, isRecord(args) ? args : {})],
    disabled: [],
  };
}
