import { describe, expect, test } from 'vitest';
import { installedMatchesLock } from '../../../scripts/lib/packages.mjs';

const lock = {
  packages: {
    '': {},
    'node_modules/zod': { version: '4.0.0', integrity: 'sha512-a' },
    'node_modules/tool-linux': { version: '1.0.0', integrity: 'sha512-b', optional: true },
    'node_modules/tool-win32': { version: '1.0.0', integrity: 'sha512-c', optional: true },
  },
};
const installed = {
  packages: {
    'node_modules/zod': { version: '4.0.0', integrity: 'sha512-a' },
    'node_modules/tool-linux': { version: '1.0.0', integrity: 'sha512-b', optional: true },
  },
};

/** The installation with one package changed, or taken away by `undefined`. */
const changed = (
  path: string,
  entry?: { version: string; integrity: string },
): { packages: Record<string, object> } => {
  const others = Object.entries(installed.packages).filter(([name]) => name !== path);
  return { packages: Object.fromEntries(entry === undefined ? others : [...others, [path, entry]]) };
};

describe('an installation', () => {
  test('is the lock file’s when only packages of other platforms are missing', () => {
    expect(installedMatchesLock(lock, installed)).toBe(true);
  });

  test.each([
    ['a package is missing', changed('node_modules/zod')],
    ['a package has another version', changed('node_modules/zod', { version: '4.0.1', integrity: 'sha512-a' })],
    ['a package has another content', changed('node_modules/zod', { version: '4.0.0', integrity: 'sha512-z' })],
    [
      'a package is there that nobody asked for',
      changed('node_modules/left', { version: '1.0.0', integrity: 'sha512-l' }),
    ],
    [
      'an optional package has another version',
      changed('node_modules/tool-linux', { version: '2.0.0', integrity: 'x' }),
    ],
    ['npm wrote nothing about it', {}],
  ])('is not when %s', (_reason, other) => {
    expect(installedMatchesLock(lock, other)).toBe(false);
  });
});
