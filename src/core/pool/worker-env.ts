/** What of the server's environment a worker gets. Anything else (credentials, NODE_OPTIONS, …) stays here. */
const allowedNames = new Set([
  'HOME',
  'LANG',
  'LANGUAGE',
  'LOGNAME',
  'PATH',
  'SHELL',
  'TEMP',
  'TMP',
  'TMPDIR',
  'TZ',
  'USER',
  // Windows needs these to load its libraries and find its folders.
  'APPDATA',
  'COMSPEC',
  'HOMEDRIVE',
  'HOMEPATH',
  'LOCALAPPDATA',
  'NUMBER_OF_PROCESSORS',
  'PATHEXT',
  'PROGRAMDATA',
  'SYSTEMDRIVE',
  'SYSTEMROOT',
  'USERNAME',
  'USERPROFILE',
  'WINDIR',
]);

/** The environment of a worker process: an allow-list of the server's. */
export function workerEnvironment(source: Readonly<NodeJS.ProcessEnv> = process.env): Record<string, string> {
  const chosen: Record<string, string> = {};
  for (const [name, value] of Object.entries(source)) {
    const upper = name.toUpperCase();
    if (value !== undefined && (allowedNames.has(upper) || upper.startsWith('LC_') || upper.startsWith('XDG_')))
      chosen[name] = value;
  }
  return chosen;
}
