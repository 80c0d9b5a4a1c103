import { isInside, realPathOf } from './inside-folder';
import type { PlannedJob } from './plan';

/** A module that a job file would run with the person's rights. */
export interface OwnTarget {
  readonly job: PlannedJob;
  /** Canonical path of the module. */
  readonly module: string;
  readonly exportName: string;
}

/**
 * The jobs whose targets are neither built in nor below one of the trusted folders.
 *
 * @param trustedFolders for example the package's own `examples`
 */
export function untrustedTargets(jobs: readonly PlannedJob[], trustedFolders: readonly string[]): OwnTarget[] {
  const trusted = trustedFolders.map(realPathOf);
  return jobs
    .filter((job) => !job.target.startsWith('builtin:'))
    .map((job) => {
      const hash = job.target.lastIndexOf('#');
      return { job, module: realPathOf(job.target.slice(0, hash)), exportName: job.target.slice(hash + 1) };
    })
    .filter(({ module }) => !trusted.some((folder) => isInside(folder, module)));
}
