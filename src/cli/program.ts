import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { maxNumProcs } from '../shared/job-file';
import type { CommandContext } from './command-context';
import { type ExitCode, exitCodes } from './exit-codes';
import { type RunOptions, runCommand } from './run-command';
import { targetsCommand } from './targets-command';
import { validateCommand } from './validate-command';

const examples = `
Examples:
  procession run examples/brain-histogram.yaml     run a job file, watch it, see its result
  procession run --procs 4 thumbs.yaml             on four processes
  procession run --json thumbs.yaml > events.ndjson
                                                   for programs: one JSON object a line
  procession run --trust mine.yaml                 run your own target after you have looked at it
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
  5 a target cannot be loaded      70 internal error 130 Ctrl-C             143 terminated

Ctrl-C cancels what runs and ends in order; a second Ctrl-C stops at once.`;

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
    .option('--trust', 'run targets that are not built in')
    .addHelpText('after', exitCodeHelp)
    .action(async (files: string[], options: RunOptions) => {
      exitCode = await runCommand(files, options, context);
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

function processCount(text: string): number {
  const count = Number(text);
  if (!/^\d+$/.test(text) || count < 1 || count > maxNumProcs)
    throw new InvalidArgumentError(`It must be a whole number from 1 to ${maxNumProcs}.`);
  return count;
}
