import { isInside, realPathOf } from './inside-folder';
import type { PlannedJob } from './plan';
import { commandText } from './work-text';

/** What a job file would run with the person's rights: a function of a module (its canonical path), or a command. */
export type OwnCode =
  | { readonly job: PlannedJob; readonly kind: 'function'; readonly module: string; readonly exportName: string }
  | { readonly job: PlannedJob; readonly kind: 'command'; readonly command: string };

/**
 * What jobs would run that is neither built in nor comes from one of the trusted folders: from there modules, and
 * commands of job files.
 *
 * @param trustedFolders for example the package's own `examples`
 */
export function untrustedCode(jobs: readonly PlannedJob[], trustedFolders: readonly string[]): OwnCode[] {
  const trusted = trustedFolders.map(realPathOf);
  const isTrusted = (path: string): boolean => trusted.some((folder) => isInside(folder, path));
  return jobs.flatMap((job): OwnCode[] => {
    if (job.kind === 'run')
      return isTrusted(realPathOf(job.file)) ? [] : [{ job, kind: 'command', command: commandText(job.argv) }];
    if (job.target.startsWith('builtin:')) return [];
    const hash = job.target.lastIndexOf('#');
    const module = realPathOf(job.target.slice(0, hash));
    return isTrusted(module) ? [] : [{ job, kind: 'function', module, exportName: job.target.slice(hash + 1) }];
  });
}

/** Whether a file lies in one of the trusted folders, through whatever links. */
export function isInTrustedFolder(path: string, trustedFolders: readonly string[]): boolean {
  const real = realPathOf(path);
  return trustedFolders.some((folder) => isInside(realPathOf(folder), real));
}
