import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { realActions } from './actions';
import type { CommandContext } from './command-context';
import { exitCodes } from './exit-codes';
import { internalErrorText } from './internal-error';
import { paint } from './paint';
import { runProgram } from './program';

// This module is an entry of the build, out/main/cli.js, and is loaded by bin/procession.js: loading it is running it.
const packageRoot = resolve(__dirname, '..', '..');

function makeContext(): CommandContext {
  const { stdout, stderr, env } = process;
  let lines = 0;
  const isLive = stdout.isTTY && env.TERM !== 'dumb';
  const colour = isLive && !env.NO_COLOR;
  return {
    stdout,
    stderr,
    packageRoot,
    version: versionOf(join(packageRoot, 'package.json')),
    isLive,
    unicode: !stdout.isTTY || process.platform !== 'linux' || /utf-?8/i.test(localeOf(env)),
    colour,
    paint: paint(colour),
    nextLine: () => lines++,
  };
}

/** The locale as POSIX finds it: an empty variable counts as not set. */
function localeOf(env: NodeJS.ProcessEnv): string {
  return [env.LC_ALL, env.LC_CTYPE, env.LANG].find((value) => value !== undefined && value !== '') ?? '';
}

function versionOf(packageJson: string): string {
  const content: unknown = JSON.parse(readFileSync(packageJson, 'utf8'));
  return typeof content === 'object' && content !== null && 'version' in content ? String(content.version) : 'unknown';
}

async function main(): Promise<void> {
  // `procession … | head` closes the pipe early: no reason for a stack trace. A run hears of it by itself.
  process.stdout.on('error', () => undefined);
  // What nobody has awaited ends with the same code as the rest: Node's own would say that jobs have failed.
  process.once('uncaughtException', (error) => {
    process.stderr.write(internalErrorText(error));
    process.exit(exitCodes.internal);
  });
  let exitCode: number = exitCodes.internal;
  try {
    const context = makeContext();
    exitCode = await runProgram(process.argv.slice(2), context, realActions(context));
  } catch (error) {
    process.stderr.write(internalErrorText(error));
  }
  // What has been written must arrive before the program ends, also when the reader of a pipe is slow.
  process.exitCode = exitCode;
  for (const stream of [process.stdout, process.stderr]) await new Promise((done) => stream.write('', done));
  process.exit(exitCode);
}

void main();
