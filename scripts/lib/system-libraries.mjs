// What a window and the tests need of the system, on Debian and its kin. Elsewhere the check of the Electron binary
// itself (electron-check.mjs), and the tests that want a program, tell what is missing.
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

/** Shells that the tests of the completion write in, and what gives them a terminal. */
const testPackages = [['fish'], ['zsh'], ['bsdutils']];

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
  const missing = await findMissing(windowNeeds());
  if (missing === null || missing.length === 0) return;
  if (!isRoot()) {
    throw new SetupError(
      'ERR_MISSING_PACKAGES',
      `the system has no ${missing.map((names) => names.at(-1)).join(', ')}, which the window needs`,
      `Run this once: ${await installLine()}`,
    );
  }
  await install(missing, say);
  const left = await findMissing(windowNeeds());
  if (left === null || left.length === 0) return;
  throw new SetupError(
    'ERR_APT',
    `apt did not install ${left.flat().join(', ')}`,
    `Try it by hand: ${await installLine()}`,
  );
}

/**
 * Installs the programs that only tests start, when this is root. Where that cannot be done it says which line does it
 * and goes on: of all tests only theirs fail then, and say the same.
 * @param {(line: string) => void} say
 */
export async function ensureTestPrograms(say) {
  if (process.platform !== 'linux') return;
  const missing = await findMissing(testPackages);
  if (missing === null || missing.length === 0) return;
  if (isRoot()) {
    try {
      await install(missing, say);
      return;
    } catch (error) {
      if (!(error instanceof SetupError)) throw error;
    }
  }
  say(`some tests need ${missing.map((names) => names.at(-1)).join(', ')}, and fail without; run this once:`);
  say(await installLine(testPackages));
}

/** The line that installs everything that is needed, by the window if nothing else is said, for a person to run. */
export async function installLine(needs = windowNeeds()) {
  const missing = await findMissing(needs);
  const wanted = missing !== null && missing.length > 0 ? missing : needs;
  const names = (await chooseNames(wanted)).join(' ');
  const sudo = isRoot() ? '' : 'sudo ';
  return `${sudo}apt-get update && ${sudo}apt-get install -y --no-install-recommends ${names}`;
}

const windowNeeds = () => wantedPackages({ display: hasDisplay() });

/** Null where there is no dpkg. @param {string[][]} wanted */
async function findMissing(wanted) {
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
    `apt-get could not install ${packages.flat().join(', ')} (exit code ${result.code ?? 'none'})`,
    `It said: ${tail(result.output)}`,
  );
}
