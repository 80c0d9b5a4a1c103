import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ObjectFiles } from '../../../../src/core/meetings/object-files';

let root = '';
const id = { jobId: 4, attempt: 1 };
const inFile = (version: number) => ({ version, payload: null });

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'object-files-test-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

describe('files of shared objects', () => {
  it('are told apart by attempt, rank and version, and removed each or all', async () => {
    const files = new ObjectFiles(() => [root]);
    const again = { jobId: 4, attempt: 2 };
    files.write(id, 0, 1, Buffer.from('a'));
    files.write(id, 0, 2, Buffer.from('b'));
    files.write(id, 1, 1, Buffer.from('c'));
    files.write(again, 0, 1, Buffer.from('d'));
    expect(
      [files.read(id, 0, inFile(1)), files.read(id, 0, inFile(2)), files.read(id, 1, inFile(1))].map(String),
    ).toEqual(['a', 'b', 'c']);
    files.remove(id, 0, [1, 7]);
    await vi.waitFor(() => expect(() => files.read(id, 0, inFile(1))).toThrow('ENOENT'), { timeout: 25_000 });
    expect(String(files.read(id, 0, inFile(2)))).toBe('b');
    files.removeAll(id);
    await expect.poll(() => readdirSync(root)).toHaveLength(1);
    expect(String(files.read(again, 0, inFile(1)))).toBe('d');
  });

  it('are in the next place where there is no room in the first', async () => {
    const full = join(root, 'full');
    // No folder can be made in what is a file.
    writeFileSync(full, '');
    const files = new ObjectFiles(() => [full, join(root, 'other')]);
    files.write(id, 0, 1, Buffer.from('a'));
    expect(String(files.read(id, 0, inFile(1)))).toBe('a');
    files.removeAll(id);
    await expect.poll(() => readdirSync(join(root, 'other'))).toEqual([]);
    const nowhere = new ObjectFiles(() => [full]);
    expect(() => nowhere.write(id, 0, 1, Buffer.from('a'))).toThrow(/ENOTDIR|EEXIST/);
  });

  it('are not needed for objects that came with the message', () => {
    const files = new ObjectFiles(() => []);
    expect(files.read(id, 0, { version: 1, payload: Buffer.from('here') })).toEqual(Buffer.from('here'));
    expect(existsSync(join(root, 'objects-4-1'))).toBe(false);
  });
});
