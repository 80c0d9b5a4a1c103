#!/usr/bin/env node
// `npm start [-- FILE…]`: sets up what is missing, then opens the window; without a display the files run in the
// terminal instead.
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { exitLike, runOwned } from './lib/owned-process.mjs';
import { hasDisplay, inProject, projectRoot } from './lib/project.mjs';
import { sandboxArguments } from './lib/sandbox.mjs';
import { setUp } from './lib/setup.mjs';
import { describeError } from './lib/setup-error.mjs';

const firstExample = 'examples/brain-histogram.yaml';

/** npm changes into the checkout; a file is meant from where the person stood. @param {string} argument */
function fromCaller(argument) {
  const path = resolve(process.env.INIT_CWD ?? process.cwd(), argument);
  return !argument.startsWith('-') && existsSync(path) ? path : argument;
}

/** @param {string[]} given */
async function start(given) {
  const window = hasDisplay();
  const { electron, env } = await setUp({ window });
  delete env.ELECTRON_RUN_AS_NODE;
  if (electron !== null) {
    const flags = await sandboxArguments(electron.folder);
    return runOwned(electron.binary, [...flags, projectRoot, ...given], { env });
  }
  const args = given.length > 0 ? given : [inProject(firstExample)];
  process.stderr.write(`no display: running ${args.join(' ')} in the terminal\n`);
  return runOwned(process.execPath, [inProject('bin', 'procession.js'), 'run', ...args], { env });
}

try {
  const result = await start(process.argv.slice(2).map(fromCaller));
  if (result.error !== null) throw result.error;
  exitLike(result);
} catch (error) {
  process.stderr.write(`${describeError(error)}\n`);
  process.exitCode = 1;
}
