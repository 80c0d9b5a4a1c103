import { chmodSync, mkdirSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** What decides where a person's data is. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  readonly home: string;
}

/**
 * The folder of a person's data: `PROCESSION_DATA` when it is set, else the place that the system has for such things
 * (`~/.local/share/procession`, `~/Library/Application Support/Procession`, `%LOCALAPPDATA%\Procession`).
 */
export function dataFolder(
  { env, platform, home }: Surroundings = { env: process.env, platform: process.platform, home: homedir() },
): string {
  if (env.PROCESSION_DATA) return resolve(env.PROCESSION_DATA);
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
