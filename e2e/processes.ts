import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** A running process as the system sees it. */
interface SystemProcess {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

function listProcesses(): SystemProcess[] {
  return process.platform === 'linux' ? fromProc() : fromPs();
}

function fromProc(): SystemProcess[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
        const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
        const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ');
        // A zombie has ended; only its parent's reading of its exit code is outstanding.
        return state === 'Z' ? [] : [{ pid: Number(name), parent: Number(parent), command }];
      } catch {
        return [];
      }
    });
}

function fromPs(): SystemProcess[] {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,command='], { encoding: 'utf8' }).split('\n');
  return lines.flatMap((line) => {
    const match = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line);
    return match === null ? [] : [{ pid: Number(match[1]), parent: Number(match[2]), command: match[3] ?? '' }];
  });
}

/** Whether a process is there. */
export const isAlive = (pid: number): boolean => listProcesses().some((entry) => entry.pid === pid);

/**
 * Processes that belong to one app: its descendants, and whatever carries its data folder in its command line, which
 * finds them also when their parent is gone.
 */
export function processesOf(root: number, dataFolder: string): number[] {
  const all = listProcesses();
  const found = new Set([root]);
  let size = 0;
  while (size < found.size) {
    size = found.size;
    for (const { pid, parent } of all) if (found.has(parent)) found.add(pid);
  }
  return all.filter(({ pid, command }) => found.has(pid) || command.includes(dataFolder)).map(({ pid }) => pid);
}
