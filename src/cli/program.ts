import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { maxNumProcs } from '../shared/job-file';
import type { CommandContext } from './command-context';
import { type ExitCode, exitCodes } from './exit-codes';
import { type ListOptions, listCommand, type ShowOptions, showCommand } from './history-commands';
import { type ResumeCommandOptions, resumeCommand } from './resume-command';
import { type RunOptions, runCommand } from './run-command';
import { targetsCommand } from './targets-command';
import { validateCommand } from './validate-command';
import { watchCommand } from './watch-command';

const examples = `
Examples:
  procession run examples/brain-histogram.yaml     run a job file, watch it, see its result
  procession run --procs 4 thumbs.yaml             on four processes
  procession run --json thumbs.yaml > events.ndjson
                                                   for programs: one JSON object a line
  procession run --trust mine.yaml                 run your own target after you have looked at it
  procession run --resume thumbs.yaml              what is missing of its last run
  procession list                                  what has been run, and what is left of it
  procession resume 12                             what is missing of run 12
  procession validate *.yaml                       say what is wrong, run nothing
  procession targets                               what is built in, with arguments

A job file:
  version: 1
  jobs:
    - id: fractal
      target: builtin:mandelbrot
      range: 800
      args: { width: 1200 }
      output: fractal.png`;

const exitCodeHelp = `
Exit codes:
  0 all done     1 some failed     2 wrong usage     3 invalid job file     4 not trusted
  5 a target cannot be loaded      6 another definition than the run to be resumed has
  7 the history cannot be used     70 internal error 130 Ctrl-C             143 terminated

Ctrl-C finishes what runs and begins nothing more; a second Ctrl-C stops it. Either way it can be resumed.`;

/**
 * Reads the arguments and runs the command they name.
 *
 * @param args without the program's own name
 * @returns the exit code
 */
export async function runProgram(args: readonly string[], context: CommandContext): Promise<ExitCode> {
  let exitCode: ExitCode = exitCodes.done;
  const program = new Command('procession')
    .description('Runs data-parallel jobs: one function over a range, on every core.')
    .version(context.version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand(false)
    .addHelpText('after', examples)
    .exitOverride()
    .configureOutput({ writeOut: (text) => context.stdout.write(text), writeErr: (text) => context.stderr.write(text) })
    .showSuggestionAfterError();
  program
    .command('run')
    .description('run the jobs of one or several job files')
    .argument('<file...>', 'job files, YAML or JSON')
    .option('--procs <n>', 'number of worker processes (default: one for each processor)', processCount)
    .option('--json', 'write one JSON object a line, and nothing else, to standard output')
    .option('--quiet', 'say nothing but what went wrong')
    .option('--trust', 'run targets and commands that are not built in')
    .option('--resume', 'run what is missing of the last run of the file')
    .option('--resume-failed', 'the same, and what failed in it')
    .option('--watch', 'run again whenever the file, its modules or its inputs have changed, until a Ctrl-C')
    .option('--dry-run', 'say what would run, and run nothing')
    .option(
      '--arg <name=value>',
      'an argument of a job, instead of what the file says; job.name=value for one of several',
      collect,
    )
    .addHelpText('after', exitCodeHelp)
    .action(async (files: string[], options: RunOptions) => {
      exitCode = await (options.watch === true ? watchCommand : runCommand)(files, options, context);
    });
  program
    .command('resume')
    .description('run what is missing of an earlier run')
    .argument('<run>', 'its number, see "procession list"', runNumber)
    .option('--failed', 'what failed is run again too')
    .option('--procs <n>', 'number of worker processes (default: one for each processor)', processCount)
    .option('--json', 'write one JSON object a line, and nothing else, to standard output')
    .option('--quiet', 'say nothing but what went wrong')
    .option('--trust', 'run targets and commands that are not built in')
    .addHelpText('after', exitCodeHelp)
    .action(async (run: number, options: ResumeCommandOptions) => {
      exitCode = await resumeCommand(run, options, context);
    });
  program
    .command('list')
    .description('list the runs of the history, the newest first')
    .option('--limit <n>', 'how many (default: 20)', runNumber)
    .addOption(
      new Option('--state <state>', 'only those in this state').choices([
        'queued',
        'running',
        'interrupted',
        'paused',
        'done',
        'failed',
        'cancelled',
      ]),
    )
    .option('--text <words>', 'only those with these words in name, file, labels or targets')
    .option('--json', 'one JSON object a line')
    .action(async (options: ListOptions) => {
      exitCode = await listCommand(options, context);
    });
  program
    .command('show')
    .description('show what is known of a run')
    .argument('<run>', 'its number, see "procession list"', runNumber)
    .option('--log', 'with what its jobs have printed')
    .option('--json', 'as one JSON object')
    .action(async (run: number, options: ShowOptions) => {
      exitCode = await showCommand(run, options, context);
    });
  program
    .command('validate')
    .description('check job files; nothing is executed')
    .argument('<file...>', 'job files, YAML or JSON')
    .action(async (files: string[]) => {
      exitCode = await validateCommand(files, context);
    });
  program
    .command('targets')
    .description('list the built-in targets with their arguments')
    .option('--json', 'as JSON, with the schema of the arguments')
    .action((options: { readonly json?: true }) => {
      exitCode = targetsCommand(options, context);
    });
  try {
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
    throw error;
  }
}

function runNumber(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('It must be a whole number of at least 1.');
  return Number(text);
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

function processCount(text: string): number {
  const count = Number(text);
  if (!/^\d+$/.test(text) || count < 1 || count > maxNumProcs)
    throw new InvalidArgumentError(`It must be a whole number from 1 to ${maxNumProcs}.`);
  return count;
}
