import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isRoot } from './project.mjs';
import { run } from './run.mjs';
import { SetupError } from './setup-error.mjs';

/**
 * The arguments that Electron needs for its sandbox here. Chromium refuses to run as root with its sandbox, and as an
 * ordinary user it must have one: from user namespaces, or from its set-uid helper.
 * @param {string} folder of the runtime
 * @returns {Promise<string[]>}
 * @throws {SetupError} when there is neither
 */
export async function sandboxArguments(folder) {
  if (process.platform !== 'linux') return [];
  if (isRoot()) return ['--no-sandbox'];
  const helper = join(folder, 'chrome-sandbox');
  const info = await stat(helper).catch(() => null);
  if (info !== null && info.uid === 0 && (info.mode & 0o4000) !== 0) return [];
  // Where `unshare` itself is missing Electron is tried, and speaks for itself.
  const { code } = await run('unshare', ['--user', '--map-root-user', 'true'], { timeoutMs: 5000 });
  if (code === 0 || code === null) return [];
  throw new SetupError(
    'ERR_NO_SANDBOX',
    'Electron runs in a sandbox, and this system does not let an ordinary user make one (no user namespaces)',
    'Either allow them:\n' +
      '  sudo sysctl -w kernel.unprivileged_userns_clone=1 user.max_user_namespaces=10000\n' +
      '  and on Ubuntu 23.10 or newer: sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0\n' +
      'or give Chromium its helper:\n' +
      `  sudo chown root:root '${helper}' && sudo chmod 4755 '${helper}'\n` +
      'or stay in the terminal: node bin/procession.js run FILE',
  );
}
