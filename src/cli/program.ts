import { Argument, Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { maxNumProcs } from '../shared/job-file';
import { parseDuration } from '../shared/job-units';
import type { CommandContext } from './command-context';
import { type Shell, shells } from './completion-scripts';
import { type ExitCode, exitCodes } from './exit-codes';
import { helpAfter, type helpExamples } from './help-texts';
import type { ListOptions } from './list-command';
import type { ResumeCommandOptions } from './resume-command';
import type { RunOptions } from './run-command';
import type { ShowOptions } from './show-command';

type Result = ExitCode | Promise<ExitCode>;

/** What each command does. */
export interface Actions {
  run(files: readonly string[], options: RunOptions): Result;
  resume(run: number, options: ResumeCommandOptions): Result;
  list(options: ListOptions): Result;
  show(run: number, options: ShowOptions): Result;
  validate(files: readonly string[]): Result;
  targets(name: string | undefined, options: { readonly json?: true }): Result;
  completion(shell: Shell): Result;
  /** What may stand where the person is: the last of the words is the one that is being written. */
  complete(shell: Shell, words: readonly string[], program: Command): Result;
}

/** Where help and mistakes go. */
interface Output {
  write(text: string): unknown;
}

const runStates = ['queued', 'running', 'interrupted', 'paused', 'done', 'failed', 'cancelled'] as const;

/**
 * All commands with their options.
 *
 * @param ended is told the exit code of the command that was named
 */
export function makeProgram(
  { version, stdout, stderr }: { readonly version: string; readonly stdout: Output; readonly stderr: Output },
  actions: Actions,
  ended: (exitCode: ExitCode) => void = () => undefined,
): Command {
  const program = new Command('procession')
    .description('Runs data-parallel jobs: one function over a range, on every core.')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand(false)
    .enablePositionalOptions()
    .addHelpText('after', helpAfter(''))
    .exitOverride()
    .configureOutput({ writeOut: (text) => stdout.write(text), writeErr: (text) => stderr.write(text) })
    .showSuggestionAfterError();
  const add = (name: Exclude<keyof typeof helpExamples, ''>, description: string): Command =>
    program.command(name).description(description).addHelpText('after', helpAfter(name));
  const withRunOptions = (command: Command): Command =>
    command
      .option('--procs <n>', 'number of worker processes (default: one for each processor)', processCount)
      .option('--time-limit <duration>', 'stop everything that still runs after so long: 90s, 10m, 1h30m', duration)
      .option('--json', 'write one JSON object a line, and nothing else, to standard output')
      .option('--quiet', 'say nothing but what went wrong')
      .option('--trust', 'run targets, commands and scripts that are not built in')
      .option('--dry-run', 'say what would run, and run nothing');
  const run = (done: Result): Promise<void> => Promise.resolve(done).then(ended);
  withRunOptions(add('run', 'run the jobs of one or several job files, or a script'))
    .argument('<file...>', 'job files (YAML or JSON), or one script (.mjs, .ts)')
    .option(
      '--arg <name=value>',
      'an argument of a job, before what the file says; job.name=value for one of several jobs',
      collect,
    )
    .option('--resume', 'run what is missing of the last run of the file')
    .option('--resume-failed', 'the same, and what failed in it')
    .option('--watch', 'run again whenever the file, its modules or its inputs have changed, until a Ctrl-C')
    .action((files: string[], options: RunOptions) => run(actions.run(files, options)));
  withRunOptions(add('resume', 'run what is missing of an earlier run'))
    .argument('<run>', 'its number, see "procession list"', runNumber)
    .option('--failed', 'what failed is run again too')
    .action((id: number, options: ResumeCommandOptions) => run(actions.resume(id, options)));
  add('list', 'list the runs of the history, the newest first')
    .option('--limit <n>', 'how many (default: 20)', runNumber)
    .addOption(new Option('--state <state>', 'only those in this state').choices(runStates))
    .option('--text <words>', 'only those with these words in name, file, labels or targets')
    .option('--file <file>', 'only those of this job file or script')
    .option('--since <time>', 'only those queued since then: 2d, 90m, or a date such as 2024-05-17', pastTime)
    .option('--json', 'one JSON object a line')
    .action((options: ListOptions) => run(actions.list(options)));
  add('show', 'show what is known of a run')
    .argument('<run>', 'its number, see "procession list"', runNumber)
    .option('--job <id>', 'only this job of it')
    .option('--result', 'with the results of its jobs')
    .option('--failed', 'with all items that failed, not only the first ten')
    .option('--log', 'with what its jobs have printed')
    .option('--json', 'as one JSON object')
    .action((id: number, options: ShowOptions) => run(actions.show(id, options)));
  add('validate', 'check job files and scripts; nothing is executed')
    .argument('<file...>', 'job files (YAML or JSON), or scripts')
    .action((files: string[]) => run(actions.validate(files)));
  add('targets', 'list the built-in targets with their arguments')
    .argument('[name]', 'only this one')
    .option('--json', 'as JSON, with the schema of the arguments')
    .action((name: string | undefined, options: { readonly json?: true }) => run(actions.targets(name, options)));
  add('completion', 'print a script that completes commands, options, files and runs in your shell')
    .addArgument(new Argument('<shell>', 'which one').choices(shells))
    .action((shell: Shell) => run(actions.completion(shell)));
  program
    .command('__complete', { hidden: true })
    .addArgument(new Argument('<shell>').choices(shells))
    .argument('[words...]')
    // What is being completed has options of its own, some of them only half written.
    .helpOption(false)
    .allowUnknownOption()
    .passThroughOptions()
    .action((shell: Shell, words: string[]) => run(actions.complete(shell, words, program)));
  return program;
}

/**
 * Reads the arguments and runs the command they name.
 *
 * @param args without the program's own name
 * @returns the exit code
 */
export async function runProgram(
  args: readonly string[],
  context: CommandContext,
  actions: Actions,
): Promise<ExitCode> {
  let exitCode: ExitCode = exitCodes.done;
  const program = makeProgram(context, actions, (code) => {
    exitCode = code;
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

function processCount(text: string): number {
  const count = Number(text);
  if (!/^\d+$/.test(text) || count < 1 || count > maxNumProcs)
    throw new InvalidArgumentError(`It must be a whole number from 1 to ${maxNumProcs}.`);
  return count;
}

function duration(text: string): number {
  const ms = parseDuration(text);
  if (ms === undefined)
    throw new InvalidArgumentError('It must be a duration such as 90s, 10m or 1h30m, of at most 24 days.');
  return ms;
}

/** A moment in the past, in milliseconds since the epoch. */
function pastTime(text: string): number {
  const ago = parseDuration(text);
  if (ago !== undefined) return Date.now() - ago;
  // A date alone means its beginning here, not in Greenwich.
  const date = /^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00` : text;
  const time = /^\d{4}-\d\d-\d\dT/.test(date) ? Date.parse(date) : Number.NaN;
  if (Number.isNaN(time))
    throw new InvalidArgumentError('It must be a duration such as 2d or 90m, or a date such as 2024-05-17.');
  return time;
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}
