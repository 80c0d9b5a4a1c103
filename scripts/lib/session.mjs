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
    const stat = readStat(Number(name));
    if (stat?.session !== session || stat.state === 'Z' || stat.state === 'X') continue;
    try {
      const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
      members.push({ pid: Number(name), command: command || `pid ${name}` });
    } catch {
      // It ended while we looked.
    }
  }
  return members;
}

/**
 * Name, state, parent and session of a line of `/proc/<pid>/stat`.
 * @param {string} line
 */
export function parseStat(line) {
  // The second field is the program's name in parentheses, which may itself hold blanks and parentheses.
  const end = line.lastIndexOf(')');
  const [state = '', parent, , session] = line.slice(end + 2).split(' ');
  return { name: line.slice(line.indexOf('(') + 1, end), state, parent: Number(parent), session: Number(session) };
}

/**
 * Watches for the end of the npm that started this process: npm passes signals on, but not its own death by
 * `kill -9`. Between npm and this process there may be the shell in which npm runs a script.
 * @returns {() => boolean} whether it is gone
 */
export function watchNpm() {
  if (process.env.npm_lifecycle_event === undefined) return () => false;
  const parent = process.ppid;
  const shell = readStat(parent);
  const npm = shell !== null && /^(ba|da)?sh$/.test(shell.name) ? shell.parent : null;
  return () => process.ppid !== parent || (npm !== null && readStat(parent)?.parent !== npm);
}

/** Null when there is no such process, or no /proc. @param {number} pid */
function readStat(pid) {
  try {
    return parseStat(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return null;
  }
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
