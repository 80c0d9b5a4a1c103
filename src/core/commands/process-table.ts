import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** One process of this machine, as Linux lists it. */
export interface ProcessEntry {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  readonly session: number;
  /** Clock ticks from the start of the machine: with the pid it names one process, since pids are given again. */
  readonly startedAt: number;
}

/** How many processes are read before others get a turn. */
const processesPerTurn = 64;

/** Whether this system lists its processes as files. */
export function hasProcessTable(): boolean {
  return process.platform === 'linux' && existsSync('/proc/self/stat');
}

/** One process; undefined when there is none of that number, or it has ended and only waits to be looked at. */
export function readProcess(pid: number): ProcessEntry | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return undefined;
  }
  // The name before it, in parentheses, may hold anything.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state, parent, group, session] = fields;
  if (state === 'Z' || state === 'X') return undefined;
  return {
    pid,
    parent: Number(parent),
    group: Number(group),
    session: Number(session),
    startedAt: Number(fields[19]),
  };
}

/** All processes of this machine, read in steps: on a large one that takes longer than a window may stand still. */
export function* readProcesses(): Generator<undefined, ProcessEntry[]> {
  const entries: ProcessEntry[] = [];
  let read = 0;
  for (const name of readdirSync('/proc')) {
    const pid = Number(name);
    if (!Number.isInteger(pid)) continue;
    const entry = readProcess(pid);
    if (entry) entries.push(entry);
    read += 1;
    if (read % processesPerTurn === 0) yield;
  }
  return entries;
}

/** Whether a process was started with an environment variable whose value begins with `prefix`. */
export function hasVariable(pid: number, name: string, prefix: string): boolean {
  try {
    const environment = readFileSync(`/proc/${pid}/environ`);
    const wanted = `${name}=${prefix}`;
    for (let at = environment.indexOf(wanted); at >= 0; at = environment.indexOf(wanted, at + 1))
      if (at === 0 || environment[at - 1] === 0) return true;
    return false;
  } catch {
    // It has just ended, or is somebody else's.
    return false;
  }
}
