import { access, constants } from 'node:fs/promises';
import { run, tail } from './run.mjs';
import { SetupError } from './setup-error.mjs';
import { installLine } from './system-libraries.mjs';

/**
 * Checks that an Electron binary starts, by running it as plain Node: that loads every library it is linked with
 * and needs no display.
 * @param {string} binary
 * @throws {SetupError} that says why it does not
 */
export async function checkElectron(binary) {
  try {
    await access(binary, constants.X_OK);
  } catch (cause) {
    throw new SetupError(
      'ERR_ELECTRON_MISSING',
      `there is no Electron at ${binary}`,
      'That folder holds no complete Electron.',
      {
        cause,
      },
    );
  }
  /** @type {NodeJS.ProcessEnv} */
  const env = { ...process.env, ELECTRON_RUN_AS_NODE: '1' };
  delete env.NODE_OPTIONS;
  const { code, stdout, output } = await run(binary, ['-p', 'process.versions.electron'], { env, timeoutMs: 20_000 });
  if (code === 0 && /^\d+\.\d+\.\d+/.test(stdout.trim())) return;

  const missing = await missingLibraries(binary);
  if (missing.length > 0) {
    throw new SetupError(
      'ERR_MISSING_LIBRARY',
      `Electron at ${binary} does not start: the system has no ${missing.join(', ')}`,
      `On Debian and Ubuntu: ${await installLine()}`,
    );
  }
  throw new SetupError(
    'ERR_ELECTRON_BROKEN',
    `Electron at ${binary} does not start (exit code ${code ?? 'none'})`,
    `It said: ${tail(output) || 'nothing'}`,
  );
}

/**
 * The shared libraries that a binary wants and the system has not.
 * @param {string} binary
 * @returns {Promise<string[]>}
 */
export async function missingLibraries(binary) {
  if (process.platform !== 'linux') return [];
  const { stdout } = await run('ldd', [binary]);
  return parseMissing(stdout);
}

/** @param {string} lddOutput @returns {string[]} */
export const parseMissing = (lddOutput) =>
  [...lddOutput.matchAll(/^\s*(\S+) => not found/gm)].map(([, name]) => name ?? '').filter((name) => name !== '');
