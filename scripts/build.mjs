#!/usr/bin/env node
// Builds everything anew: `npm run build`. `npm start` and `npm test` build by themselves when a source changed.
import { ensureBuild } from './lib/build.mjs';
import { describeError } from './lib/setup-error.mjs';

try {
  await ensureBuild((line) => process.stdout.write(`${line}\n`), { force: true });
} catch (error) {
  process.stderr.write(`${describeError(error)}\n`);
  process.exitCode = 1;
}
