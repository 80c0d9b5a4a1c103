import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { setUp } from '../../scripts/lib/setup.mjs';

const root = resolve(import.meta.dirname, '../..');

/**
 * Bundles a main script of Electron, runs it and returns what it prints. The engine is the one that was built, not a
 * copy inside the bundle.
 *
 * @param {string} entry path of the script, in a folder whose files it finds through `__dirname`
 * @param {Record<string, string>} variables added to its environment
 * @param {number} timeoutMs
 */
export async function runInElectron(entry, variables, timeoutMs) {
  const { electron, env: electronEnv } = await setUp({ window: true });
  if (electron === null) throw new Error('There is no Electron to measure.');
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  try {
    await build({
      entryPoints: [entry],
      outfile: join(folder, 'main.cjs'),
      bundle: true,
      platform: 'node',
      format: 'cjs',
      target: 'node18',
      external: ['electron'],
      plugins: [
        {
          name: 'engine',
          setup: (setup) =>
            setup.onResolve({ filter: /^procession$/ }, () => ({
              path: join(root, 'out/main/lib.js'),
              external: true,
            })),
        },
      ],
      define: { __dirname: JSON.stringify(resolve(entry, '..')) },
      logLevel: 'error',
    });
    writeFileSync(join(folder, 'package.json'), '{ "name": "bench", "main": "main.cjs" }');
    const env = { ...electronEnv, ...variables };
    delete env.ELECTRON_RUN_AS_NODE;
    const options = [
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      `--user-data-dir=${join(folder, 'data')}`,
      folder,
    ];
    const [command, args] = process.env.DISPLAY
      ? [electron.binary, options]
      : ['xvfb-run', ['-a', electron.binary, ...options]];
    return execFileSync(command, args, {
      encoding: 'utf8',
      env,
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: timeoutMs,
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
