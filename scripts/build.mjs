#!/usr/bin/env node
// Builds everything anew: `npm run build`. `npm start` and `npm test` build by themselves when a source changed.
import { join } from 'node:path';
import { ensureBuild } from './lib/build.mjs';
import { withLock } from './lib/lock.mjs';
import { stateFolder } from './lib/project.mjs';
import { describeError } from './lib/setup-error.mjs';

try {
  const say = (/** @type {string} */ line) => void process.stdout.write(`${line}\n`);
  await withLock(join(stateFolder, 'setup.lock'), () => ensureBuild(say, { force: true }));
} catch (error) {
  process.stderr.write(`${describeError(error)}\n`);
  process.exitCode = 1;
}
