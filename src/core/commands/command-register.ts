import { closeSync, openSync, readdirSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type CommandLeader, type CommandTrace, endProcesses, endProcessesNow, leaderOf } from './process-tree';

/*
 * Which commands run, in files of the server's private folder: one for each worker process that has run any. They
 * outlive everybody who is killed, so that whoever is left can end what was started:
 *
 *   its control thread    when the compute thread is ended, and when the server is gone
 *   the server            when the worker process has ended
 *   the next server       when this one was killed
 *
 * A file holds the first process of the command that runs now. Most are found by the mark in their environment
 * alone (see CommandTrace); the file is for programs that throw it away, and for systems that show none.
 */

const prefix = 'commands-';
/** How long commands may take to end that nobody waits for any more, in milliseconds. */
export const lostGraceMs = 500;
/** The length of a line, so that a shorter one covers all of a longer one. */
const lineLength = 40;

/** One life of one worker slot. */
export interface WorkerLife {
  /** The server's private folder. */
  readonly folder: string;
  readonly slot: number;
  readonly incarnation: number;
}

/** The compute thread's side: says which command runs now. */
export class CommandRegister {
  readonly #file: number;
  readonly #mark: string;

  constructor(life: WorkerLife) {
    this.#file = openSync(fileOf(life), 'w', 0o600);
    this.#mark = markOf(life);
  }

  /** The mark of the next command, which no other command on this machine has. */
  nextMark(): string {
    return `${this.#mark}${process.hrtime.bigint()}/`;
  }

  begin(pid: number): CommandLeader {
    const leader = leaderOf(pid);
    this.#write(`${leader.pid} ${leader.startedAt}`);
    return leader;
  }

  end(): void {
    this.#write('');
  }

  close(): void {
    closeSync(this.#file);
  }

  #write(line: string): void {
    writeSync(this.#file, line.padEnd(lineLength), 0, 'latin1');
  }
}

/** Whether a worker may have commands that run. */
export function hasCommands(life: WorkerLife): boolean {
  return readLeaders(fileOf(life)) !== undefined;
}

/** What all commands of one worker's life have in common. */
function traceOf(life: WorkerLife, since?: number): CommandTrace | undefined {
  const leaders = readLeaders(fileOf(life));
  return leaders && { mark: markOf(life), leaders, ...(since === undefined ? {} : { since }) };
}

/**
 * Ends what the commands of a worker have left. Nothing happens, and nothing is returned, when it has run none.
 *
 * @param since when the oldest of them can have been started, as {@link CommandTrace} has it
 */
export function endCommandsOf(life: WorkerLife, graceMs: number, since: number): Promise<void> | undefined {
  const trace = traceOf(life, since);
  return trace && endProcesses(trace, graceMs).then(() => undefined);
}

/** The same for a worker whose process has ended; then nothing is known of it any more. */
export function buryCommands(life: WorkerLife, since: number): Promise<void> | undefined {
  return endCommandsOf(life, lostGraceMs, since)?.then(() => rmSync(fileOf(life), { force: true }));
}

/** Ends all commands of a server that has been killed. Undefined when it had run none. */
export function endCommandsIn(folder: string): Promise<void> | undefined {
  const trace = traceIn(folder);
  return trace && endProcesses(trace, lostGraceMs).then(() => undefined);
}

/** Ends all commands of a server at once, at the very end of its program. */
export function endCommandsNow(folder: string): void {
  const trace = traceIn(folder);
  if (trace) endProcessesNow(trace);
}

function traceIn(folder: string): CommandTrace | undefined {
  const files = filesIn(folder);
  if (files.length === 0) return undefined;
  return { mark: `${basename(folder)}/`, leaders: files.flatMap((file) => readLeaders(join(folder, file)) ?? []) };
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => name.startsWith(prefix));
  } catch {
    return [];
  }
}

/** Undefined when there is no such file: then no command has been run. */
function readLeaders(file: string): CommandLeader[] | undefined {
  let line: string;
  try {
    line = readFileSync(file, 'latin1');
  } catch {
    return undefined;
  }
  const [pid = 0, startedAt = 0] = line.trim().split(' ').map(Number);
  return Number.isInteger(pid) && pid > 1 ? [{ pid, startedAt }] : [];
}

function fileOf({ folder, slot, incarnation }: WorkerLife): string {
  return join(folder, `${prefix}${slot}-${incarnation}`);
}

/** The folder's name is unique: it has the server's pid and random letters. */
function markOf({ folder, slot, incarnation }: WorkerLife): string {
  return `${basename(folder)}/${slot}-${incarnation}/`;
}
