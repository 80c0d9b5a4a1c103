import { spawn } from 'node:child_process';
import { basename } from 'node:path';

/**
 * @typedef {object} RunOptions
 * @property {string} [cwd]
 * @property {NodeJS.ProcessEnv} [env]
 * @property {number} [timeoutMs] the process is killed after this long
 * @property {AbortSignal} [signal] the process is killed when it aborts
 * @property {boolean} [show] pass the output on as it comes, besides keeping it
 */

/**
 * @typedef {object} RunResult
 * @property {number | null} code null when the process was killed or could not start
 * @property {string} stdout
 * @property {string} stderr
 * @property {string} output both streams as they came, with the reason when the process could not start
 */

/**
 * Runs a program to its end and never rejects: a program that cannot start gives code null.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<RunResult>}
 */
export function run(command, args, options = {}) {
  return new Promise((resolve) => {
    const result = { code: /** @type {number | null} */ (null), stdout: '', stderr: '', output: '' };
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: options.env ?? process.env,
      stdio: ['ignore', 'pipe', 'pipe'],
      // npm and npx are batch files on Windows, which only a shell can start.
      shell: process.platform === 'win32' && /^(npm|npx)$/.test(command),
      signal: options.signal,
      timeout: options.timeoutMs,
      killSignal: 'SIGKILL',
    });
    child.stdout.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
      result.stdout += text;
      result.output += text;
      if (options.show) process.stdout.write(text);
    });
    child.stderr.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
      result.stderr += text;
      result.output += text;
      if (options.show) process.stderr.write(text);
    });
    child.on('error', (error) => {
      result.output += error.message;
      if (child.pid === undefined) resolve(result);
    });
    child.on('close', (code) => resolve({ ...result, code }));
  });
}

/**
 * Runs npm: the one that started this script when there is one, so that its version is the user's choice.
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 */
export function runNpm(args, options) {
  const npm = process.env.npm_execpath;
  if (npm !== undefined && basename(npm) === 'npm-cli.js') return run(process.execPath, [npm, ...args], options);
  return run('npm', args, options);
}

/** The last lines of a program's output, for an error text. @param {string} output */
export const tail = (output, lines = 6) => output.trim().split('\n').slice(-lines).join('\n');

/** The part of npm's output that says what went wrong. @param {string} output */
export function npmSaid(output) {
  const lines = output
    .split('\n')
    .filter((line) => /^npm (error|ERR!)/.test(line) && !/A complete log of this run/.test(line));
  return lines.slice(0, 4).join('\n') || tail(output) || 'nothing (is npm installed?)';
}
