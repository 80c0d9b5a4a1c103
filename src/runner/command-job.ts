import { dirname, relative, resolve, sep } from 'node:path';
import type { CommandSpec } from '../core/commands/command';
import type { MapFuture } from '../core/jobs/job-future';
import type { RunOptions } from '../core/jobs/job-options';
import { type ItemList } from '../jobs/plan-items';
import { outputFileOf } from '../jobs/plan-outputs';
import type { CommandResult } from '../shared/command';
import { placeholdersOf } from '../shared/placeholders';
import type { PlannedCommandJob } from '../shared/plan';
import type { JobStart } from './running-job';

/** Of each output stream of a command so much is kept as its value, in KiB. */
const keptKiB = 64;

/** Runs a job's command for each of its items. */
export function startCommand(
  { server, env }: JobStart,
  job: PlannedCommandJob,
  items: ItemList,
  options: RunOptions,
): MapFuture<CommandResult> {
  const folder = dirname(job.file);
  // Paths are relative to where the command works, unless that is only known with the item.
  const cwd = placeholdersOf(job.cwd).length === 0 ? resolve(folder, job.cwd) : undefined;
  const itemAt = (index: number): unknown => {
    const item = items.at(index);
    if (!items.isFiles || cwd === undefined || typeof item !== 'string') return item;
    const path = relative(cwd, item);
    return sep === '/' ? path : path.replaceAll(sep, '/');
  };
  const output = job.output?.format === null ? outputOf(job) : undefined;
  return server.run(
    job.items.kind === 'count' ? job.range : Array.from({ length: job.range }, (_, index) => itemAt(index)),
    {
      argv: job.argv,
      cwd: cwd ?? resolve(folder, job.cwd),
      env,
      itemsAreFiles: items.isFiles,
      values: { args: job.args, matrix: job.matrix },
      keepKiB: keptKiB,
      ...(output && { output }),
    },
    options,
  );
}

/** The file that each command fills: by itself at `{out}`, or with what it prints. */
function outputOf(job: PlannedCommandJob): CommandSpec['output'] {
  const namesOut = job.argv.some((argument) => placeholdersOf(argument).some(({ name }) => name === 'out'));
  const from = namesOut ? 'out' : 'stdout';
  if (job.output?.perItem === true)
    return { path: Array.from({ length: job.range }, (_, index) => outputFileOf(job, index) ?? ''), from };
  const path = outputFileOf(job);
  return path === undefined ? undefined : { path, from };
}
