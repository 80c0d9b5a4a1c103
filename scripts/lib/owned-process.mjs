// A child process that never outlives this one, and that gets each signal once.
//
// The child leads a session of its own, so Ctrl-C in the terminal reaches it only through this process: under npm the
// same Ctrl-C arrives twice (from the terminal, and passed on by npm), and a program may take the second for "now!".
// A tiny shell waits on a pipe that this process holds; when this process is gone, even by `kill -9`, the pipe closes
// and the shell ends the session.
//
//   this process ──pipe──> sh: read … then kill -TERM, kill -KILL
//        └──────signals──> child (leader of its session) ──> its children
import { spawn } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { killSession, sessionMembers, watchNpm } from './session.mjs';

const relayed = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGWINCH', 'SIGCONT']);
/** The same signal again within this time is the one that npm passed on. */
const echoMs = 500;
/** After this many requests to stop, or this long after the first SIGTERM, the child is killed. */
const patience = { requests: 3, ms: 15_000 };

/**
 * @typedef {object} OwnedOptions
 * @property {string} [cwd]
 * @property {NodeJS.ProcessEnv} [env]
 * @property {(stream: 'stdout' | 'stderr', text: string) => void} [onOutput] takes the output; otherwise it goes to this
 *   process's own streams
 * @property {number} [timeoutMs] the child and all its children are killed after this long
 * @property {boolean} [tidy] after the child's end wait for its own children, and kill those that stay
 */

/**
 * @typedef {object} OwnedResult
 * @property {number | null} code null when a signal ended it
 * @property {NodeJS.Signals | null} signal
 * @property {boolean} timedOut
 * @property {string[]} left command lines of the processes that it left behind, when `tidy`
 * @property {Error | null} error when it could not start
 */

/**
 * Runs a program until it ends, passing on the signals that come in meanwhile.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {OwnedOptions} [options]
 * @returns {Promise<OwnedResult>}
 */
export async function runOwned(command, args, options = {}) {
  const posix = process.platform !== 'win32';
  const output = options.onOutput === undefined ? 'inherit' : 'pipe';
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: options.env ?? process.env,
    detached: posix,
    stdio: ['inherit', output, output],
  });
  for (const name of /** @type {const} */ (['stdout', 'stderr'])) {
    child[name]?.setEncoding('utf8').on('data', (/** @type {string} */ text) => options.onOutput?.(name, text));
  }
  /** @type {Promise<Pick<OwnedResult, 'code' | 'signal' | 'error'>>} */
  const ended = new Promise((resolve) => {
    child.on('error', (error) => resolve({ code: null, signal: null, error }));
    // Not `close`: a grandchild that stays may hold the streams open for ever.
    child.on('exit', (code, signal) => resolve({ code, signal, error: null }));
  });
  const { pid } = child;
  if (pid === undefined) return { ...(await ended), timedOut: false, left: [] };

  const release = posix ? holdLifeline(pid) : () => undefined;
  const stopRelay = relaySignals(child, pid);
  let timedOut = false;
  const timer = setTimeout(
    () => {
      timedOut = true;
      killSession(pid);
    },
    options.timeoutMs ?? 2 ** 31 - 1,
  );
  try {
    const result = await ended;
    const left = options.tidy === true && posix ? await tidy(pid) : [];
    return { ...result, timedOut, left: timedOut ? [] : left };
  } finally {
    clearTimeout(timer);
    stopRelay();
    release();
  }
}

/**
 * Ends this process as its child ended, so that whoever waits for it sees the same.
 * @param {Pick<OwnedResult, 'code' | 'signal'>} result
 */
export function exitLike({ code, signal }) {
  if (signal === null) process.exit(code ?? 1);
  process.kill(process.pid, signal);
  // Some signals do not end a Node process.
  setTimeout(() => process.exit(1), 1000);
}

/** @param {number} pid leader of the session that ends with this process @returns {() => void} lets go of it */
function holdLifeline(pid) {
  const script = 'read -r _ || { kill -s TERM -- "-$0"; sleep 3; kill -s KILL -- "-$0"; }';
  const shell = spawn('/bin/sh', ['-c', script, String(pid)], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
  shell.on('error', () => undefined);
  shell.stdin.on('error', () => undefined);
  shell.unref();
  return () => void shell.stdin.end('done\n');
}

/** @param {import('node:child_process').ChildProcess} child @param {number} pid */
function relaySignals(child, pid) {
  let requests = 0;
  /** @type {Map<NodeJS.Signals, number>} */
  const lastAt = new Map();
  /** @type {NodeJS.Timeout | undefined} */
  let deadline;
  /** @param {NodeJS.Signals} signal */
  const relay = (signal) => {
    const now = Date.now();
    const isEcho = now - (lastAt.get(signal) ?? -Infinity) < echoMs;
    lastAt.set(signal, now);
    if (isEcho) return;
    if (signal === 'SIGINT' || signal === 'SIGTERM') {
      requests += 1;
      if (signal === 'SIGTERM') deadline ??= setTimeout(() => killSession(pid), patience.ms);
    }
    if (requests >= patience.requests) killSession(pid);
    else child.kill(signal);
  };
  for (const signal of relayed) process.on(signal, relay);
  const npmIsGone = watchNpm();
  const watch = setInterval(() => {
    if (npmIsGone()) relay('SIGTERM');
  }, 300);
  return () => {
    clearInterval(watch);
    clearTimeout(deadline);
    for (const signal of relayed) process.off(signal, relay);
  };
}

/** Gives what a child left behind a moment to end by itself. @param {number} pid @returns {Promise<string[]>} */
async function tidy(pid) {
  for (const until = Date.now() + 3000; Date.now() < until; ) {
    if (sessionMembers(pid).length === 0) return [];
    await pause(50);
  }
  const left = sessionMembers(pid).map(({ command }) => command);
  killSession(pid);
  return left;
}
