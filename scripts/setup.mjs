#!/usr/bin/env node
// Makes this checkout ready: `npm run setup`. `npm start` and `npm test` do the same by themselves.
//
//   --only runtime   only the Electron runtime; writes its folder to standard output
//   --retry          try the official download of Electron again, though it failed lately
import { parseArgs } from 'node:util';
import { setUp, setUpRuntime } from './lib/setup.mjs';
import { describeError, SetupError } from './lib/setup-error.mjs';

try {
  const { values } = parseArgs({ options: { only: { type: 'string' }, retry: { type: 'boolean', default: false } } });
  if (values.only === 'runtime') {
    const { folder } = await setUpRuntime(values);
    process.stdout.write(`${folder}\n`);
  } else if (values.only === undefined) {
    const started = performance.now();
    const { electron } = await setUp({ window: true, retry: values.retry });
    process.stdout.write(
      `ready in ${((performance.now() - started) / 1000).toFixed(1)} s; ${electron?.source}\n${electron?.folder}\n`,
    );
  } else {
    throw new SetupError(
      'ERR_USAGE',
      `--only knows "runtime", not ${JSON.stringify(values.only)}`,
      'node scripts/setup.mjs [--only runtime] [--retry]',
    );
  }
} catch (error) {
  process.stderr.write(`${describeError(error)}\n`);
  process.exitCode = 1;
}
