import { readdirSync, readFileSync } from 'node:fs';

/** @typedef {{ pid: number, command: string }} Member */

/**
 * The processes that live in a session. Known on Linux only; elsewhere none.
 * @param {number} session pid of its leader
 * @returns {Member[]}
 */
export function sessionMembers(session) {
  if (process.platform !== 'linux') return [];
  const members = [];
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const { state, session: id } = parseStat(readFileSync(`/proc/${name}/stat`, 'utf8'));
      if (id !== session || state === 'Z' || state === 'X') continue;
      const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
      members.push({ pid: Number(name), command: command || `pid ${name}` });
    } catch {
      // It ended while we looked.
    }
  }
  return members;
}

/**
 * The state and the session of a line of `/proc/<pid>/stat`.
 * @param {string} line
 */
export function parseStat(line) {
  // The second field is the program's name in parentheses, which may itself hold blanks and parentheses.
  const [state = '', , , session] = line.slice(line.lastIndexOf(')') + 2).split(' ');
  return { state, session: Number(session) };
}

/** Kills a process, its group and everything in its session, at once. @param {number} leader */
export function killSession(leader) {
  for (const { pid } of sessionMembers(leader)) kill(pid);
  kill(-leader);
  kill(leader);
}

/** @param {number} pid */
function kill(pid) {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It is gone already.
  }
}
