// Makes the checkout ready to run: packages, system libraries, the Electron runtime, the build. Each step looks first
// whether there is anything to do.
import { join } from 'node:path';
import { ensureBuild } from './build.mjs';
import { electronEnvironment, ensureElectron } from './electron-runtime.mjs';
import { withLock } from './lock.mjs';
import { ensurePackages } from './packages.mjs';
import { stateFolder } from './project.mjs';
import { SetupError } from './setup-error.mjs';
import { ensureSystemLibraries, ensureTestPrograms } from './system-libraries.mjs';

const oldestNode = [20, 19];

/** @param {string} line */
const say = (line) => {
  process.stderr.write(`set-up: ${line}\n`);
};

/**
 * @typedef {object} Ready
 * @property {import('./electron-runtime.mjs').ElectronRuntime | null} electron null when none was asked for
 * @property {NodeJS.ProcessEnv} env the environment for the programs that follow
 */

/**
 * Does all of it, or says why it cannot.
 * @param {{ window: boolean, tests?: boolean, retry?: boolean }} options `window`: whether Electron and what it needs
 *   are wanted; the command line does without. `tests`: whether programs that only tests start are. `retry`: try a
 *   download again that failed lately
 * @returns {Promise<Ready>}
 */
export async function setUp({ window, tests = false, retry = false }) {
  checkNodeVersion(process.versions.node);
  return withLock(
    join(stateFolder, 'setup.lock'),
    async () => {
      await allOf([ensurePackages(say), window ? ensureSystemLibraries(say) : null]);
      if (tests) await ensureTestPrograms(say);
      const [electron] = await allOf([window ? ensureElectron({ say, retry }) : null, ensureBuild(say)]);
      return { electron, env: { ...process.env, ...(electron === null ? {} : electronEnvironment(electron)) } };
    },
    { onWait: () => say('waiting for another set-up of this checkout') },
  );
}

/** The Electron runtime alone, with what it needs of the system. @param {{ retry: boolean }} options */
export async function setUpRuntime({ retry }) {
  checkNodeVersion(process.versions.node);
  await ensureSystemLibraries(say);
  return ensureElectron({ say, retry });
}

/** @param {string} version */
export function checkNodeVersion(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [wantedMajor = 0, wantedMinor = 0] = oldestNode;
  if (major > wantedMajor || (major === wantedMajor && minor >= wantedMinor)) return;
  throw new SetupError(
    'ERR_NODE_VERSION',
    `this is Node ${version}, and Procession needs ${oldestNode.join('.')} or newer`,
    'Install it, for example with `nvm install` in this folder.',
  );
}

/**
 * Waits for all steps even when one fails, so that none goes on working after the error was shown.
 * @template {readonly unknown[]} T
 * @param {T} steps
 * @returns {Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }>}
 */
async function allOf(steps) {
  const results = await Promise.allSettled(steps);
  for (const result of results) if (result.status === 'rejected') throw result.reason;
  return /** @type {{ -readonly [K in keyof T]: Awaited<T[K]> }} */ (
    results.map((result) => (result.status === 'fulfilled' ? result.value : undefined))
  );
}
