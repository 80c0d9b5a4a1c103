import { dirname, relative, resolve, sep } from 'node:path';
import { type CommandSpec, valuesOfItem } from '../core/commands/command';
import type { MapFuture } from '../core/jobs/job-future';
import type { RunOptions } from '../core/jobs/job-options';
import { ItemList } from '../jobs/plan-items';
import { outputFileOf } from '../jobs/plan-outputs';
import type { CommandResult } from '../shared/command';
import { escapeBraces, expandArgument, expandPlaceholders, placeholdersOf } from '../shared/placeholders';
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
  const work = new CommandWork(job, items);
  const output = job.output?.format === null ? outputOf(job) : undefined;
  return server.run(
    job.items.kind === 'count' ? job.range : Array.from({ length: job.range }, (_, index) => work.itemAt(index)),
    {
      argv: work.argv,
      cwd: work.cwd,
      // Only a job file's `run`, `output` and `cwd` have placeholders; a secret may well have braces.
      env: Object.fromEntries(Object.entries(env).map(([name, value]) => [name, escapeBraces(value)])),
      itemsAreFiles: items.isFiles,
      values: { args: job.args, matrix: job.matrix },
      keepKiB: keptKiB,
      ...(output && { output }),
    },
    options,
  );
}

/** What would be run for one item, with its placeholders filled in. `{start}` and `{stop}` are only known then. */
export function previewCommand(
  job: PlannedCommandJob,
  items: ItemList,
  index: number,
): { readonly argv: readonly string[]; readonly cwd: string } {
  const work = new CommandWork(job, items);
  const item = job.items.kind === 'count' ? index : work.itemAt(index);
  const out = outputFileOf(job, job.output?.perItem === true ? index : undefined);
  const values = {
    ...valuesOfItem(item),
    args: job.args,
    matrix: job.matrix,
    index,
    attempt: 1,
    ...(out !== undefined && { out }),
  };
  return {
    argv: work.argv.map((part) =>
      expandArgument(part.replace(/\{\{|\}\}|\{(start|stop)\}/g, keepFleeting), values, items.isFiles),
    ),
    cwd: expandPlaceholders(work.cwd, values),
  };
}

const keepFleeting = (whole: string, name: string | undefined): string => (name === undefined ? whole : `{${whole}}`);

/** A job's command in the words of the engine. */
class CommandWork {
  /** With placeholders, but for that of the job's id, which has another meaning there. */
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly #items: ItemList;
  /** The working folder; undefined when it is only known with the item. */
  readonly #folder: string | undefined;

  constructor(job: PlannedCommandJob, items: ItemList) {
    const folder = dirname(job.file);
    const cwd = fillJobId(job.cwd, job.id);
    this.#items = items;
    this.argv = job.argv.map((part) => fillJobId(part, job.id));
    this.#folder = placeholdersOf(cwd).length === 0 ? resolve(folder, expandPlaceholders(cwd, {})) : undefined;
    this.cwd = this.#folder === undefined ? resolve(escapeBraces(folder), cwd) : escapeBraces(this.#folder);
  }

  /** An item as its placeholders show it: paths are relative to where the command works, where that is known. */
  itemAt(index: number): unknown {
    const item = this.#items.at(index);
    if (!this.#items.isFiles || this.#folder === undefined || typeof item !== 'string') return item;
    const path = relative(this.#folder, item);
    return sep === '/' ? path : path.replaceAll(sep, '/');
  }
}

function fillJobId(template: string, id: string): string {
  return template.replace(/\{\{|\}\}|\{jobId\}/g, (whole) => (whole === '{jobId}' ? id : whole));
}

/** The file that each command fills: by itself at `{out}`, or with what it prints. */
function outputOf(job: PlannedCommandJob): CommandSpec['output'] {
  const namesOut = job.argv.some((argument) => placeholdersOf(argument).some(({ name }) => name === 'out'));
  const from = namesOut ? 'out' : 'stdout';
  if (job.output?.perItem === true) {
    const items = new ItemList(job);
    return { path: Array.from({ length: job.range }, (_, index) => outputFileOf(job, index, items) ?? ''), from };
  }
  const path = outputFileOf(job);
  return path === undefined ? undefined : { path, from };
}
