import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findFiles } from '../../../src/jobs/find-files';

let top = '';
let folder = '';
beforeAll(() => {
  top = mkdtempSync(join(tmpdir(), 'procession-find-'));
  folder = join(top, 'jobs');
  const files = [
    'a.txt',
    'b.md',
    '.hidden',
    'sub/c.txt',
    'sub/deep/d.txt',
    '.git/e.txt',
    'skip/f.txt',
    '{x}.txt',
    '../up.txt',
  ];
  for (const file of files) {
    mkdirSync(join(folder, file, '..'), { recursive: true });
    writeFileSync(join(folder, file), '');
  }
  symlinkSync('..', join(folder, 'sub', 'loop'));
  symlinkSync('sub', join(folder, 'link'));
  symlinkSync('a.txt', join(folder, 'link.txt'));
  symlinkSync('nowhere', join(folder, 'dead.txt'));
});
afterAll(() => rmSync(top, { recursive: true, force: true }));

async function find(patterns: string[], exclude: string[] = [], maxMs = 30_000): Promise<readonly string[] | string> {
  const found = await findFiles(patterns, exclude, folder, maxMs);
  return found.ok ? found.files.map((path) => path.replace(`${folder}/`, '').replace(`${top}/`, '../')) : found.message;
}

describe('searching for files', () => {
  it.each([
    [['*.txt'], [], ['a.txt', 'link.txt', '{x}.txt']],
    [
      ['**/*.txt'],
      [],
      ['a.txt', 'link.txt', 'link/c.txt', 'link/deep/d.txt', 'skip/f.txt', 'sub/c.txt', 'sub/deep/d.txt', '{x}.txt'],
    ],
    [['**/*.txt'], ['{link,skip}/**', '**/d.*'], ['a.txt', 'link.txt', 'sub/c.txt', '{x}.txt']],
    [['.*', '.git/*'], [], ['.git/e.txt', '.hidden']],
    [['**/.hidden'], [], ['.hidden']],
    [['**'], ['**/*.txt'], ['b.md']],
    [['../*.txt'], [], ['../up.txt']],
    [['sub/../a.txt', './a.txt', 'a.txt'], [], ['a.txt']],
    [['\\{x\\}.txt'], [], ['{x}.txt']],
    [['sub/{c,gone}.txt'], [], ['sub/c.txt']],
    [['sub/loop/a.txt'], [], ['sub/loop/a.txt']],
    [['sub', 'sub/'], [], 'No file matches "sub", "sub/".'],
    [['dead.txt'], [], 'No file matches "dead.txt".'],
  ])('finds %j without %j', async (patterns, exclude, expected) => {
    expect(await find(patterns, exclude)).toEqual(expected);
  });

  it('begins at the root when the glob does', async () => {
    expect(await find([`${folder}/*.md`])).toEqual(['b.md']);
  });

  it('ends when its time is over', async () => {
    expect(await find(['/**/nothing-is-named-so'], [], 1)).toBe(
      'The glob was still searching after 1 s; name a deeper folder.',
    );
  });
});
