import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { ItemContext } from '../core/algorithm-process-types';
import {
  type CommandCall,
  describeCommand,
  expandCommand,
  type PreparedCommand,
  valuesOfItem,
} from '../core/commands/command';
import { CommandRegister, endCommandsOf, type WorkerLife } from '../core/commands/command-register';
import { describeStartError } from '../core/commands/find-program';
import { KeptOutput } from '../core/commands/kept-output';
import { OutputLines } from '../core/commands/output-lines';
import { commandGraceMs, commandVariable, endProcesses, ownStart } from '../core/commands/process-tree';
import { CommandFailedError, CommandStartError, JobCancelledError } from '../core/errors';
import type { LogBudget } from '../core/pool/log-budget';
import { workerEnvironment } from '../core/pool/worker-env';
import type { CommandResult } from '../shared/command';
import { CommandOutputFile } from './command-output-file';
import type { PipeReaders } from './command-pipes';
import { ChildPipes, type CommandStreams, NamedPipes } from './command-streams';

/*
 * The target of `server.run`: runs a command for an item, on the compute thread.
 *
 *   item ─► expand ─► spawn, in a session of its own ─► exit ─► read what is left ─► result, or CommandFailedError
 *                          │ cancel, time limit           │
 *                          └─► end the whole tree         └─► end what it has left in the background
 *
 * When this thread is ended in the middle, the control thread ends the command; when the process is, the server does.
 */

/** How long what a command has started may take to end by itself after the command has, in milliseconds. */
const backgroundGraceMs = 250;
/** Of a failed command's stderr so much is in the message, in lines and characters. */
const shownLines = 5;
const shownCharacters = 1000;

/** What running commands needs of the compute thread. */
export interface CommandThread {
  readonly life: WorkerLife;
  readonly logs: LogBudget;
  /** Asks the control thread for pipes; null when there are none. */
  askForPipes(): Promise<PipeReaders | null>;
}

/** What is kept from one command to the next. */
export class CommandRunner {
  readonly #thread: CommandThread;
  readonly #environment = workerEnvironment();
  readonly #since = ownStart();
  readonly #register: CommandRegister;
  #streams: CommandStreams | undefined;

  constructor(thread: CommandThread) {
    this.#thread = thread;
    this.#register = new CommandRegister(thread.life);
  }

  /**
   * Runs the command of a job for one item.
   *
   * @throws CommandFailedError when it ends with another exit code than 0, or by a signal
   * @throws CommandStartError when it cannot be started
   * @throws RangeError when a placeholder stands for nothing
   */
  async run(item: unknown, context: ItemContext): Promise<CommandResult> {
    const command = context.args.command as PreparedCommand;
    const { index, start, stop, attempt, jobId } = context;
    this.#streams ??= await this.#openStreams();
    if (context.signal.aborted) throw new JobCancelledError('The job was cancelled.');
    const file = outputFileOf(command, index);
    try {
      const out = file && { out: file.temporary };
      const values = { ...valuesOfItem(item), index, start, stop, attempt, jobId, ...out };
      const call = expandCommand(command, values, this.#environment);
      const result = await this.#perform(call, command.keepBytes, context.signal, file?.stdout);
      file?.keep();
      return result;
    } finally {
      file?.drop();
    }
  }

  /** Ends what the commands of a run have left behind, also in sessions of their own. */
  async finish(): Promise<void> {
    await endCommandsOf(this.#thread.life, commandGraceMs, this.#since);
  }

  /** @param stdout where its standard output goes, if not into the result */
  async #perform(
    call: CommandCall,
    keepBytes: number,
    signal: AbortSignal,
    stdout: number | undefined,
  ): Promise<CommandResult> {
    const streams = this.#streams;
    if (!streams) throw new Error('There are no streams.');
    const output = this.#takeOutput(keepBytes);
    const mark = this.#register.nextMark();
    const startedAt = performance.now();
    const stdio = [stdout ?? streams.stdio[0], streams.stdio[1]] as const;
    const child = await start(call, { ...call.env, [commandVariable]: mark }, stdio);
    const leader = this.#register.begin(child.pid ?? 0);
    const exited = once(child, 'exit') as Promise<[exitCode: number | null, signal: string | null]>;
    streams.begin(child, output.take);
    let ending: Promise<unknown> | undefined;
    const end = (): Promise<unknown> => (ending ??= endProcesses({ mark, leaders: [leader], since: this.#since }));
    const onAbort = (): void => void end();
    signal.addEventListener('abort', onAbort);
    // It may have come while the child was being started.
    if (signal.aborted) onAbort();
    try {
      const [exitCode, endedBy] = await exited;
      const durationMs = performance.now() - startedAt;
      if (!(await this.#hasGone(streams, leader.pid))) {
        if (!ending) output.note('What the command had left in the background was ended with it.');
        await end();
        if (!(await streams.settle())) this.#dropStreams();
      }
      await ending;
      this.#register.end();
      if (signal.aborted) throw new JobCancelledError('The job was cancelled.');
      return resultOf(call, { exitCode, signal: endedBy, ...output.end(), durationMs });
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }

  /** Whether nothing of a command that has ended is left. What only has to finish writing is given a moment. */
  async #hasGone(streams: CommandStreams, group: number): Promise<boolean> {
    const startedAt = performance.now();
    for (let pauseMs = 2; ; pauseMs *= 2) {
      const isRead = await streams.settle();
      if (isRead && !isGroup(group)) return true;
      if (performance.now() - startedAt >= backgroundGraceMs) return false;
      await delay(pauseMs);
    }
  }

  #takeOutput(keepBytes: number): {
    readonly take: (stream: 'stdout' | 'stderr', piece: Buffer) => void;
    readonly note: (text: string) => void;
    readonly end: () => Pick<CommandResult, 'stdout' | 'stderr'>;
  } {
    const { logs } = this.#thread;
    const kept = { stdout: new KeptOutput(keepBytes), stderr: new KeptOutput(keepBytes) };
    const lines = { stdout: new OutputLines('stdout', logs), stderr: new OutputLines('stderr', logs) };
    return {
      take: (stream, piece) => {
        kept[stream].push(piece);
        lines[stream].push(piece);
      },
      note: (text) => logs.write('log', text),
      end: () => {
        lines.stdout.flush();
        lines.stderr.flush();
        return { stdout: kept.stdout.output, stderr: kept.stderr.output };
      },
    };
  }

  async #openStreams(): Promise<CommandStreams> {
    const readers = await this.#thread.askForPipes();
    return readers ? new NamedPipes(readers) : new ChildPipes();
  }

  /** Somebody who could not be ended still writes into them. */
  #dropStreams(): void {
    this.#streams?.close();
    this.#streams = undefined;
  }
}

/** @throws CommandStartError when the system does not start it */
async function start(
  call: CommandCall,
  env: Readonly<Record<string, string>>,
  stdio: CommandStreams['stdio'],
): Promise<ChildProcess> {
  const [argv0 = '', ...args] = call.argv;
  let child: ChildProcess | undefined;
  try {
    // A session of its own, so that a Ctrl-C in the terminal does not reach it and all of it can be told from others.
    child = spawn(call.program, args, {
      argv0,
      cwd: call.cwd,
      env,
      stdio: ['ignore', ...stdio],
      detached: process.platform !== 'win32',
      windowsHide: true,
    });
    if (child.pid !== undefined) return child;
    await once(child, 'spawn');
    return child;
  } catch (error) {
    const { message, code } = error as NodeJS.ErrnoException;
    throw new CommandStartError(
      describeStartError(
        { name: 'Error', message, ...(code === undefined ? {} : { code }) },
        argv0,
        call.cwd,
        env.PATH,
      ),
      { cause: error },
    );
  }
}

function outputFileOf({ output }: PreparedCommand, index: number): CommandOutputFile | undefined {
  const path = typeof output?.path === 'string' ? output.path : output?.path[index];
  return output && path !== undefined ? new CommandOutputFile(path, output.from) : undefined;
}

function resultOf(call: CommandCall, result: CommandResult): CommandResult {
  if (result.exitCode === 0) return result;
  const how = result.signal === null ? `ended with exit code ${result.exitCode}` : `was ended by ${result.signal}`;
  const complaint = lastLines(result.stderr.text);
  throw new CommandFailedError(
    `${describeCommand(call.argv)} ${how}.${complaint === '' ? '' : ` It said last: ${complaint}`}`,
    { result },
  );
}

function lastLines(text: string): string {
  const lines = text.trimEnd().split('\n').slice(-shownLines).join('\n').trim();
  return lines.length > shownCharacters ? `…${lines.slice(-shownCharacters)}` : lines;
}

/** Whether a process group has any process. */
function isGroup(leader: number): boolean {
  if (process.platform === 'win32') return false;
  try {
    process.kill(-leader, 0);
    return true;
  } catch (error) {
    // EPERM: there are some, of another user.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
