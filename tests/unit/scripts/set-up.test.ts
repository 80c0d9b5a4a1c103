import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { esmEntry } from '../../../scripts/lib/build.mjs';
import { parseMissing } from '../../../scripts/lib/electron-check.mjs';
import { isFresh } from '../../../scripts/lib/electron-runtime.mjs';
import { cacheFolder, hasDisplay } from '../../../scripts/lib/project.mjs';
import { parseStat } from '../../../scripts/lib/session.mjs';
import { checkNodeVersion } from '../../../scripts/lib/setup.mjs';
import { missingPackages, wantedPackages } from '../../../scripts/lib/system-libraries.mjs';

describe('the cache folder', () => {
  test('follows XDG_CACHE_HOME, then HOME', () => {
    expect(cacheFolder({ XDG_CACHE_HOME: '/var/cache/me', HOME: '/home/me' })).toBe('/var/cache/me/procession');
    expect(cacheFolder({ HOME: '/home/me' })).toBe('/home/me/.cache/procession');
  });

  test('takes an empty or relative XDG_CACHE_HOME for none, as its specification says', () => {
    expect(cacheFolder({ XDG_CACHE_HOME: '', HOME: '/home/me' })).toBe('/home/me/.cache/procession');
    expect(cacheFolder({ XDG_CACHE_HOME: 'cache', HOME: '/home/me' })).toBe('/home/me/.cache/procession');
  });
});

describe('the scripts that set up', () => {
  test.each(['test', 'start', 'setup', 'build'])('load before any package is installed: %s.mjs', (name) => {
    const folder = mkdtempSync(join(tmpdir(), 'bare-'));
    try {
      cpSync('scripts', join(folder, 'scripts'), { recursive: true });
      cpSync('package.json', join(folder, 'package.json'));
      const found = imports(join(folder, 'scripts', `${name}.mjs`), folder);
      expect(found.stderr).toBe('');
      expect(found.status).toBe(0);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

/** Loads what a script imports, without the script's own lines. */
function imports(script: string, cwd: string) {
  const code = `
    const text = require('node:fs').readFileSync(${JSON.stringify(script)}, 'utf8');
    const names = [...text.matchAll(/^import .* from '([^']+)';$/gm)].map((match) => match[1]);
    if (names.length === 0) throw new Error('nothing is imported');
    const at = (name) => name.startsWith('.') ? require('node:path').resolve('scripts', name) : name;
    Promise.all(names.map((name) => import(at(name)))).catch((error) => { console.error(error.message); process.exit(1); });
  `;
  // A folder above the temporary one may hold packages; this one must not count on them.
  return spawnSync(process.execPath, ['-e', code], { cwd, encoding: 'utf8', env: { PATH: process.env.PATH } });
}

describe('a display', () => {
  test('is there on Linux when X or Wayland say so, and always on macOS and Windows', () => {
    expect(hasDisplay({ DISPLAY: ':0' }, 'linux')).toBe(true);
    expect(hasDisplay({ WAYLAND_DISPLAY: 'wayland-0' }, 'linux')).toBe(true);
    expect(hasDisplay({ DISPLAY: '' }, 'linux')).toBe(false);
    expect(hasDisplay({}, 'darwin')).toBe(true);
    expect(hasDisplay({}, 'win32')).toBe(true);
  });
});

describe('system packages', () => {
  test('include a virtual display only where there is none', () => {
    expect(wantedPackages({ display: false }).flat()).toContain('xvfb');
    expect(wantedPackages({ display: true }).flat()).not.toContain('xvfb');
  });

  test('are found under their old and their new names', () => {
    const wanted = [['libasound2t64', 'libasound2'], ['libnss3'], ['libgbm1']];
    const dpkg = 'libasound2 installed\nlibnss3 not-installed\n';
    expect(missingPackages(wanted, dpkg)).toEqual([['libnss3'], ['libgbm1']]);
  });

  test('are named by the libraries that a binary lacks', () => {
    const ldd = [
      '\tlinux-vdso.so.1 (0x00007ffd)',
      '\tlibnss3.so => not found',
      '\tlibc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x00007f)',
      '\tlibgbm.so.1 => not found',
    ].join('\n');
    expect(parseMissing(ldd)).toEqual(['libnss3.so', 'libgbm.so.1']);
  });
});

describe('a failed download of Electron', () => {
  const stamp = JSON.stringify({ version: '45.4.1', at: 1_000_000 });
  const week = 7 * 24 * 3600_000;

  test('is remembered for a week', () => {
    expect(isFresh(stamp, '45.4.1', 1_000_000 + week - 1)).toBe(true);
    expect(isFresh(stamp, '45.4.1', 1_000_000 + week)).toBe(false);
  });

  test('does not count for another version, before its own time, or when the note is damaged', () => {
    expect(isFresh(stamp, '46.0.0', 1_000_001)).toBe(false);
    expect(isFresh(stamp, '45.4.1', 999_999)).toBe(false);
    expect(isFresh('{"vers', '45.4.1', 1_000_001)).toBe(false);
  });
});

describe('the library’s ES module', () => {
  test('re-exports every name but the default', () => {
    expect(esmEntry(['Task', 'default', 'Future', 'not-a-name'])).toBe(
      "import lib from './lib.js';\n\nexport const { Future, Task } = lib;\n",
    );
  });
});

describe('the version of Node', () => {
  test('is refused with what to do when it is too old', () => {
    expect(() => checkNodeVersion('18.20.4')).toThrow('this is Node 18.20.4, and Procession needs 20.19 or newer');
    expect(() => checkNodeVersion('20.18.3')).toThrow('20.19 or newer');
    expect(() => checkNodeVersion('20.19.0')).not.toThrow();
    expect(() => checkNodeVersion('22.1.0')).not.toThrow();
  });
});

describe('a line of /proc/<pid>/stat', () => {
  test('gives name, state, parent and session, whatever the program is called', () => {
    expect(parseStat('71 (my (odd) prog) S 1 70 69 0 -1 4194560')).toEqual({
      name: 'my (odd) prog',
      state: 'S',
      parent: 1,
      session: 69,
    });
  });
});
