import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleApp } from '../../scripts/lib/electron-app.mjs';
import { setUp } from '../../scripts/lib/setup.mjs';

/**
 * Runs a main script of Electron and returns what it prints.
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
    await bundleApp(entry, folder);
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
