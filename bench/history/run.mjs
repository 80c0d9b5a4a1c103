#!/usr/bin/env node
// What the history costs: a long queue, a million items, the disk, and the thread that it is on. `npm run build` first.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));
const library = createRequire(import.meta.url).resolve('@photostructure/sqlite');
const folder = mkdtempSync(join(tmpdir(), 'bench-history-'));
try {
  await build({
    entryPoints: [join(here, 'measure.ts')],
    outfile: join(folder, 'measure.js'),
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node18',
    define: { __dirname: JSON.stringify(resolve(here, '../../out/main')) },
    plugins: [
      {
        name: 'native-library',
        setup: (setup) =>
          setup.onResolve({ filter: /^@photostructure\/sqlite$/ }, () => ({ path: library, external: true })),
      },
    ],
    logLevel: 'error',
  });
  execFileSync(process.execPath, [join(folder, 'measure.js'), join(folder, 'data')], { stdio: 'inherit' });
} finally {
  rmSync(folder, { recursive: true, force: true });
}
