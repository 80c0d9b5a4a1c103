import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** What tells a process from every other, past and present, on this machine. Unknown parts are empty. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly host: string;
  /** Changes at each start of the machine. */
  readonly boot: string;
  /** Process ids of two containers have nothing to do with each other. */
  readonly space: string;
  /** When it started, in the system's own unit: a number that is used again later belongs to another process. */
  readonly started: string;
}

/** Whether a process that was met before still runs. `unknown`: it cannot be seen from here. */
export type Liveness = 'alive' | 'dead' | 'unknown';

/** How the system answers about a number: no such process, or when it started (empty when that is not known). */
export type ProcessProbe = (pid: number) => { readonly started: string } | undefined;

export function ownIdentity(): ProcessIdentity {
  return {
    pid: process.pid,
    host: hostname(),
    boot: readText('/proc/sys/kernel/random/boot_id'),
    space: readLink('/proc/self/ns/pid'),
    started: probeProcess(process.pid)?.started ?? '',
  };
}

/**
 * Whether `other` still runs, as far as `self` can know without waiting: the start of the machine and of the process
 * are compared, so a number that was given out again is no mistake.
 */
export function judge(other: ProcessIdentity, self: ProcessIdentity, probe: ProcessProbe = probeProcess): Liveness {
  if (other.boot !== self.boot) return other.host === self.host && other.boot !== '' ? 'dead' : 'unknown';
  if (other.boot === '' && other.host !== self.host) return 'unknown';
  if (other.space !== self.space) return 'unknown';
  const found = probe(other.pid);
  if (found === undefined) return 'dead';
  if (found.started === '' || other.started === '') return 'unknown';
  return found.started === other.started ? 'alive' : 'dead';
}

/** Asks the system: on Linux when the process started, elsewhere only whether there is one. */
export function probeProcess(pid: number): { readonly started: string } | undefined {
  if (process.platform === 'linux') {
    const stat = readText(`/proc/${pid}/stat`);
    // The name in parentheses may hold anything, so count from its end: the state is the first field, the start the 20th.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const isGone = stat === '' || fields[0] === 'Z' || fields[0] === 'X';
    return isGone ? undefined : { started: fields[19] ?? '' };
  }
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) return undefined;
  }
  return { started: '' };
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return '';
  }
}

function readLink(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}
