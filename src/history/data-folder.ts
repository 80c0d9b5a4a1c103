import { chmodSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';

/** What decides where a person's data is. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  readonly home: string;
}

/** Holds, in the usual folder, the path of another one that the data is in instead. */
const elsewhere = 'data-is-in.txt';

const here = (): Surroundings => ({ env: process.env, platform: process.platform, home: homedir() });

/** The folder of a person's data: `PROCESSION_DATA` when it is set, else what was chosen, else {@link usualDataFolder}. */
export function dataFolder(surroundings: Surroundings = here()): string {
  const { PROCESSION_DATA: given } = surroundings.env;
  return given ? resolve(given) : chosenDataFolder(surroundings);
}

/** The same without a look at `PROCESSION_DATA`. */
export function chosenDataFolder(surroundings: Surroundings = here()): string {
  const usual = usualDataFolder(surroundings);
  try {
    const chosen = readFileSync(join(usual, elsewhere), 'utf8').trim();
    return isAbsolute(chosen) ? chosen : usual;
  } catch {
    return usual;
  }
}

/**
 * From now on whoever asks for the folder of data gets this one. What is in the one before is left there.
 *
 * @param folder absolute; null: the usual one
 */
export function chooseDataFolder(folder: string | null, surroundings: Surroundings = here()): void {
  const usual = usualDataFolder(surroundings);
  const note = join(usual, elsewhere);
  if (folder === null || folder === usual) {
    rmSync(note, { force: true });
    return;
  }
  makePrivateFolder(usual);
  writeFileSync(note, `${folder}\n`, { mode: 0o600 });
}

/**
 * The place that the system has for a person's data (`~/.local/share/procession`,
 * `~/Library/Application Support/Procession`, `%LOCALAPPDATA%\Procession`).
 */
export function usualDataFolder({ env, platform, home }: Surroundings = here()): string {
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'Procession');
  if (platform === 'win32') return join(env.LOCALAPPDATA || join(home, 'AppData', 'Local'), 'Procession');
  // A relative path is to be ignored, says the XDG specification.
  const base = env.XDG_DATA_HOME?.startsWith('/') ? env.XDG_DATA_HOME : join(home, '.local', 'share');
  return join(base, 'procession');
}

/** Makes a folder that only its owner can look into; one that is there and stands open to others is closed. */
export function makePrivateFolder(path: string): void {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  if (process.platform === 'win32') return;
  const { mode, uid } = statSync(path);
  if ((mode & 0o077) !== 0 && uid === process.getuid?.()) chmodSync(path, 0o700);
}
