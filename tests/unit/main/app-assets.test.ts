import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isOwnAddress, mayOpenExternally } from '../../../src/main/addresses';
import { contentSecurityPolicy, locateAsset, resolveAsset } from '../../../src/main/app-assets';

describe('an app: address', () => {
  it('names a file below the folder of the window', () => {
    expect(resolveAsset('app://procession/index.html')).toEqual({
      segments: ['index.html'],
      type: 'text/html; charset=utf-8',
    });
    expect(resolveAsset('app://procession/assets/index-Ab_1.js?x=1#y')).toEqual({
      segments: ['assets', 'index-Ab_1.js'],
      type: 'text/javascript; charset=utf-8',
    });
  });

  it.each([
    'app://procession/../package.json',
    'app://procession/..%2fpackage.json',
    'app://procession/%2e%2e%2findex.html',
    'app://procession/%2e%2e/index.html',
    'app://procession/..%5cindex.html',
    'app://procession/assets%5c..%5c..%5cindex.html',
    'app://procession/%252e%252e%252findex.html',
    'app://procession/..%c0%afindex.html',
    'app://procession/index.html%00.js',
    'app://procession/index.html%0a.js',
    'app://procession/C:/index.html',
    'app://procession//etc/passwd.html',
    'app://procession/.hidden.js',
    'app://procession/assets/',
    'app://procession/',
    'app://procession/source.map',
    'app://procession/native.node',
    'app://procession/%E0%A4%A',
    'app://other/index.html',
    'app://procession.evil/index.html',
    'app://user@procession/index.html',
    'file:///index.html',
    'https://procession/index.html',
    '',
  ])('that means anything else is refused: %s', (address) => {
    expect(resolveAsset(address)).toBeNull();
  });
});

describe('a file on disk', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'procession-assets-'));
    await mkdir(join(folder, 'root'));
    await writeFile(join(folder, 'root/index.html'), 'page');
    await writeFile(join(folder, 'secret.js'), 'secret');
    await symlink(join(folder, 'secret.js'), join(folder, 'root/link.js'));
    await symlink(folder, join(folder, 'root/up'));
    await symlink(join(folder, 'root/index.html'), join(folder, 'root/inside.html'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('is found with its type', async () => {
    const asset = await locateAsset('app://procession/index.html', join(folder, 'root'));
    expect(asset?.path.endsWith('/root/index.html')).toBe(true);
    expect(await locateAsset('app://procession/inside.html', join(folder, 'root'))).toEqual(asset);
  });

  it('is not found through a link that leads out of the folder', async () => {
    expect(await locateAsset('app://procession/link.js', join(folder, 'root'))).toBeNull();
    expect(await locateAsset('app://procession/up/secret.js', join(folder, 'root'))).toBeNull();
  });

  it('is not found when it is not there', async () => {
    expect(await locateAsset('app://procession/missing.js', join(folder, 'root'))).toBeNull();
  });
});

it('the content security policy allows nothing inline and nothing from outside', () => {
  expect(contentSecurityPolicy).toContain("default-src 'none'");
  expect(contentSecurityPolicy).not.toMatch(/unsafe|https?:|\*/);
});

describe('links', () => {
  it('open in the browser only with https and a known host', () => {
    expect(mayOpenExternally('https://github.com/procession')).toBe(true);
    for (const address of [
      'http://github.com/',
      'https://github.com.evil.org/',
      'https://evil.org/github.com',
      'https://github.com:8443/',
      'https://user:secret@github.com/',
      'file:///etc/passwd',
      'javascript:alert(1)',
      'not an address',
    ])
      expect([address, mayOpenExternally(address)]).toEqual([address, false]);
  });

  it('stay in the window only on the page’s own origin', () => {
    expect(isOwnAddress('app://procession/index.html', 'app://procession')).toBe(true);
    expect(isOwnAddress('app://procession.evil/index.html', 'app://procession')).toBe(false);
    expect(isOwnAddress('https://example.com/app://procession/', 'app://procession')).toBe(false);
  });
});
