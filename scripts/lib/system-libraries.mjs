// What a window needs of the system, on Debian and its kin. Elsewhere the check of the Electron binary itself
// (electron-check.mjs) tells what is missing.
import { readdir } from 'node:fs/promises';
import { hasDisplay, isRoot } from './project.mjs';
import { run, tail } from './run.mjs';
import { SetupError } from './setup-error.mjs';

/** Each entry is one package, under the names that it has had: newest first. */
const windowPackages = [
  ['libgtk-3-0t64', 'libgtk-3-0'],
  ['libnss3'],
  ['libasound2t64', 'libasound2'],
  ['libgbm1'],
  ['libxss1'],
  ['libatk-bridge2.0-0t64', 'libatk-bridge2.0-0'],
  ['libdrm2'],
  ['libxshmfence1'],
];
/** Without a display there is nobody's session either: a bus of their own is what tests of the tray need. */
const displayPackages = [['xvfb'], ['xauth'], ['dbus-daemon', 'dbus']];

/** @param {{ display: boolean }} needs whether there is a display already @returns {string[][]} */
export const wantedPackages = ({ display }) => [...(display ? [] : displayPackages), ...windowPackages];

/**
 * The packages of a list that are not installed, each under all its names.
 * @param {readonly string[][]} wanted
 * @param {string} dpkgOutput lines `name status`, as `dpkg-query -W` writes them
 */
export function missingPackages(wanted, dpkgOutput) {
  const installed = new Set(
    dpkgOutput
      .split('\n')
      .filter((line) => line.endsWith(' installed'))
      .map((line) => line.split(' ')[0]),
  );
  return wanted.filter((names) => !names.some((name) => installed.has(name)));
}

/**
 * Installs what is missing when this is root; otherwise says which line does it.
 * @param {(line: string) => void} say
 */
export async function ensureSystemLibraries(say) {
  if (process.platform !== 'linux') return;
  const missing = await findMissing();
  if (missing === null || missing.length === 0) return;
  if (!isRoot()) {
    throw new SetupError(
      'ERR_MISSING_PACKAGES',
      `the system has no ${missing.map((names) => names.at(-1)).join(', ')}, which the window needs`,
      `Run this once: ${await installLine()}`,
    );
  }
  await install(missing, say);
  const left = await findMissing();
  if (left === null || left.length === 0) return;
  throw new SetupError(
    'ERR_APT',
    `apt did not install ${left.flat().join(', ')}`,
    `Try it by hand: ${await installLine()}`,
  );
}

/** The line that installs everything the window needs, for a person to run. */
export async function installLine() {
  const missing = await findMissing();
  const wanted = missing !== null && missing.length > 0 ? missing : wantedPackages({ display: hasDisplay() });
  const names = (await chooseNames(wanted)).join(' ');
  const sudo = isRoot() ? '' : 'sudo ';
  return `${sudo}apt-get update && ${sudo}apt-get install -y --no-install-recommends ${names}`;
}

/** Null where there is no dpkg. */
async function findMissing() {
  const wanted = wantedPackages({ display: hasDisplay() });
  const { code, stdout } = await run('dpkg-query', ['-W', '-f=${Package} ${db:Status-Status}\n', ...wanted.flat()]);
  // 1: it does not know some of the names, and lists the others.
  return code === 0 || code === 1 ? missingPackages(wanted, stdout) : null;
}

/** @param {readonly string[][]} packages */
async function chooseNames(packages) {
  const { stdout } = await run('apt-cache', ['pkgnames']);
  const known = new Set(stdout.split('\n'));
  return packages.map((names) => names.find((name) => known.has(name)) ?? names.at(-1) ?? '');
}

/** @param {readonly string[][]} packages @param {(line: string) => void} say */
async function install(packages, say) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  // Somebody else's apt may be at work, such as unattended upgrades.
  const options = ['-o', 'DPkg::Lock::Timeout=180', '-q', '-y'];
  const update = () => run('apt-get', [...options, 'update'], { env });
  const lists = await readdir('/var/lib/apt/lists').catch(() => []);
  let updated = false;
  if (!lists.some((name) => name.includes('_Packages'))) {
    say('apt-get update');
    await update();
    updated = true;
  }
  const attempt = async () => {
    const names = await chooseNames(packages);
    say(`apt-get install ${names.join(' ')}`);
    return run('apt-get', [...options, 'install', '--no-install-recommends', ...names], { env });
  };
  let result = await attempt();
  if (result.code !== 0 && !updated) {
    // An old list names files that the archive has no more.
    say('apt-get update, since the list of packages is out of date');
    await update();
    result = await attempt();
  }
  if (result.code === 0) return;
  throw new SetupError(
    'ERR_APT',
    `apt-get could not install what the window needs (exit code ${result.code ?? 'none'})`,
    `It said: ${tail(result.output)}`,
  );
}
