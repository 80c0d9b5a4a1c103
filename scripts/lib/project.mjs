// Where things are. Everything that the set-up keeps for itself lies in `.procession/` of the checkout;
// the Electron runtime lies in the user's cache, so that several checkouts share it.
import { homedir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Absolute path of the checkout. */
export const projectRoot = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Absolute path of a file of the checkout. @param {...string} parts */
export const inProject = (...parts) => join(projectRoot, ...parts);

/** The folder for stamps, locks and test reports; git ignores it. */
export const stateFolder = inProject('.procession');

/**
 * The folder of downloaded runtimes: `${XDG_CACHE_HOME:-~/.cache}/procession`.
 * An empty `HOME` counts as unset, as the XDG specification says for its own variables.
 * @param {NodeJS.ProcessEnv} [env]
 */
export function cacheFolder(env = process.env) {
  if (env.XDG_CACHE_HOME?.startsWith('/')) return join(env.XDG_CACHE_HOME, 'procession');
  return join(env.HOME || homedir() || userInfo().homedir, '.cache', 'procession');
}

/** Whether a window can be shown here. @param {NodeJS.ProcessEnv} [env] */
export function hasDisplay(env = process.env, platform = process.platform) {
  if (platform === 'darwin' || platform === 'win32') return true;
  return Boolean(env.DISPLAY || env.WAYLAND_DISPLAY);
}

/** Whether this process is root: apt works then, and Chromium refuses its sandbox. */
export const isRoot = () => process.getuid?.() === 0;
