import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RuntimeFolder } from '../../../../src/core/pool/runtime-folder';

let parent = '';
const deadPid = 4_123_456;

/** A folder as a server of that process leaves it behind. */
function leftBy(pid: number | string): string {
  const path = join(parent, `procession-${pid}-abcdef`);
  mkdirSync(path);
  writeFileSync(join(path, 'bundle.mjs'), 'export {};');
  return path;
}

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'runtime-folder-test-'));
  // Which processes are alive is the machine's business: here it is this one, and one of somebody else.
  vi.spyOn(process, 'kill').mockImplementation((pid) => {
    if (pid === process.pid) return true;
    throw Object.assign(new Error(`kill ${pid}`), { code: pid === 1 ? 'EPERM' : 'ESRCH' });
  });
});

afterEach(() => {
  vi.restoreAllMocks();
  rmSync(parent, { recursive: true, force: true });
});

describe('a runtime folder', () => {
  it('is named after its process, is open to its user only, and is another one each time', () => {
    const [first, second] = [new RuntimeFolder(parent), new RuntimeFolder(parent)];
    expect(basename(first.path)).toMatch(new RegExp(`^procession-${process.pid}-`));
    expect(first.path).not.toBe(second.path);
    expect(statSync(first.path).mode & 0o077).toBe(0);
  });

  it('is gone with all that is in it when it is removed, also twice', () => {
    const folder = new RuntimeFolder(parent);
    mkdirSync(join(folder.path, 'deep'));
    writeFileSync(join(folder.path, 'deep', 'file'), 'x');
    folder.remove();
    folder.remove();
    expect(readdirSync(parent)).toEqual([]);
  });

  it('gives folders for large objects, one of them in memory where there is such a place, and removes them', () => {
    const memory = join(parent, 'memory');
    mkdirSync(memory);
    const folder = new RuntimeFolder(parent, memory);
    const [first = '', ...others] = folder.objectRoots;
    expect(statSync(first).mode & 0o077).toBe(0);
    expect(first.startsWith(join(memory, 'procession-'))).toBe(true);
    expect([others, folder.objectRoots]).toEqual([[folder.path], [first, folder.path]]);
    folder.remove();
    expect(readdirSync(memory)).toEqual([]);
    const without = new RuntimeFolder(parent, join(parent, 'nowhere'));
    expect(without.objectRoots).toEqual([without.path]);
  });

  it.skipIf(process.platform === 'win32')('has the socket in it, with a name short enough for a socket', () => {
    // Never in the real temporary folder: with the processes above, those of all running servers would be removed.
    const folder = new RuntimeFolder(parent);
    expect(folder.socketPath).toBe(join(folder.path, 'data.sock'));
    const inTemporaryFolder = join(tmpdir(), basename(folder.path), 'data.sock');
    expect(Buffer.byteLength(inTemporaryFolder)).toBeLessThan(104);
  });
});

describe('making a runtime folder', () => {
  it('removes what dead processes left behind', () => {
    const abandoned = [leftBy(deadPid), leftBy(deadPid + 1)];
    new RuntimeFolder(parent);
    expect(abandoned.map((path) => existsSync(path))).toEqual([false, false]);
  });

  it("leaves the folders of processes that live, this one's and other people's", () => {
    const living = [leftBy(process.pid), leftBy(1)];
    new RuntimeFolder(parent);
    expect(living.map((path) => existsSync(join(path, 'bundle.mjs')))).toEqual([true, true]);
  });

  it('leaves what is not named like one', () => {
    const others = [
      'procession-notes',
      `my-procession-${deadPid}-x`,
      `procession-${deadPid}`,
      'procession--x',
      'procession-12a-x',
    ];
    for (const name of others) mkdirSync(join(parent, name));
    new RuntimeFolder(parent);
    expect(others.filter((name) => existsSync(join(parent, name)))).toEqual(others);
  });

  it.skipIf(process.platform === 'win32')('does not follow a link out of the temporary folder', () => {
    const outside = mkdtempSync(join(tmpdir(), 'runtime-folder-outside-'));
    writeFileSync(join(outside, 'precious'), 'x');
    symlinkSync(outside, join(parent, `procession-${deadPid}-link`));
    new RuntimeFolder(parent);
    expect(existsSync(join(outside, 'precious'))).toBe(true);
    rmSync(outside, { recursive: true });
  });
});
