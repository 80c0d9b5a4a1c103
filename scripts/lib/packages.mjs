// The npm packages of package-lock.json, installed when they are not yet.
import { access, readFile } from 'node:fs/promises';
import { inProject } from './project.mjs';
import { npmSaid, runNpm } from './run.mjs';
import { SetupError } from './setup-error.mjs';

/** @typedef {{ version?: string, integrity?: string, link?: boolean, optional?: boolean, devOptional?: boolean, peer?: boolean }} LockedPackage */
/** @typedef {{ packages?: Record<string, LockedPackage> }} LockFile */

/**
 * Installs the packages when `package-lock.json` asks for others than those in `node_modules`.
 *
 * No install script runs: the two packages that have one work without it (esbuild finds its binary by itself, and
 * Electron is fetched by electron-runtime.mjs), and one that cannot reach its download host would fail everything.
 * @param {(line: string) => void} say
 */
export async function ensurePackages(say) {
  if (await areInstalled()) return;
  say('installing packages (npm ci)');
  const { code, output } = await runNpm(['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--fetch-retries=2'], {
    cwd: inProject(),
    env: { ...process.env, ELECTRON_SKIP_BINARY_DOWNLOAD: '1' },
  });
  if (code !== 0) throw explainFailure(code, output);
}

/** npm's own record of what it installed last is the stamp: it is written when an installation is complete. */
async function areInstalled() {
  const [wanted, installed] = await Promise.all([
    readFile(inProject('package-lock.json'), 'utf8'),
    readFile(inProject('node_modules', '.package-lock.json'), 'utf8').catch(() => null),
  ]);
  if (installed === null || !installedMatchesLock(JSON.parse(wanted), JSON.parse(installed))) return false;
  /** @type {{ dependencies?: object, devDependencies?: object }} */
  const manifest = JSON.parse(await readFile(inProject('package.json'), 'utf8'));
  const names = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies });
  const found = names.map((name) =>
    access(inProject('node_modules', name, 'package.json')).then(
      () => true,
      () => false,
    ),
  );
  return (await Promise.all(found)).every(Boolean);
}

/**
 * Whether an installation is the one that a lock file describes. Optional packages may be missing: npm leaves out
 * those of other platforms.
 * @param {LockFile} wanted `package-lock.json`
 * @param {LockFile} installed `node_modules/.package-lock.json`
 */
export function installedMatchesLock(wanted, installed) {
  const packages = wanted.packages ?? {};
  const present = installed.packages ?? {};
  const complete = Object.entries(packages).every(([path, entry]) => {
    if (path === '' || entry.link === true) return true;
    const found = present[path];
    if (found === undefined) return entry.optional === true || entry.devOptional === true || entry.peer === true;
    return found.version === entry.version && found.integrity === entry.integrity;
  });
  return complete && Object.keys(present).every((path) => path in packages);
}

/** @param {number | null} code @param {string} output */
function explainFailure(code, output) {
  const said = `npm said: ${npmSaid(output)}`;
  if (/ENOSPC|no space left/i.test(output)) {
    return new SetupError(
      'ERR_DISK_FULL',
      'the disk is full: npm could not install the packages',
      `Free some space, then run this again.\n${said}`,
    );
  }
  if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH/.test(output)) {
    return new SetupError(
      'ERR_NO_NETWORK',
      'npm does not reach its registry, so the packages cannot be installed',
      `Connect to a network (or set npm's \`proxy\` or \`registry\`), then run this again.\n${said}`,
    );
  }
  if (/can only install packages when your package\.json and package-lock\.json/.test(output)) {
    return new SetupError(
      'ERR_LOCK_FILE',
      'package.json and package-lock.json do not agree',
      `Run \`npm install --ignore-scripts\` and commit the lock file.\n${said}`,
    );
  }
  return new SetupError('ERR_NPM_CI', `npm ci failed (exit code ${code ?? 'none'})`, said);
}
