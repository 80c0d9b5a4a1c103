import { ArgumentError, parseAssignment, scriptArgs } from '../../jobs/job-args';
import { isActive } from '../../shared/ipc';
import type { ScriptRequests } from '../../shared/ipc-script';
import type { RequestHandlers } from '../ipc';
import type { JobList } from '../job-list';

/** Answers what the window asks about scripts. */
export function scriptRequests(list: JobList, changed: () => void): Pick<RequestHandlers, keyof ScriptRequests> {
  return {
    setScriptArgs: (key, assignments) => {
      const job = list.job(key);
      if (job?.role !== 'script') return 'The script is not in the queue any more.';
      if (isActive(job.state)) return 'The script is running; it has the arguments that it was started with.';
      const mistakes: string[] = [];
      const args = Object.assign(
        {},
        ...assignments.map((assignment) => {
          try {
            return scriptArgs([parseAssignment(assignment)]);
          } catch (error) {
            if (!(error instanceof ArgumentError)) throw error;
            mistakes.push(error.message);
            return {};
          }
        }),
      ) as Record<string, unknown>;
      list.setArgs(key, args);
      changed();
      return mistakes.length === 0 ? null : `Left out: ${mistakes.join(' ')}`;
    },
  };
}
