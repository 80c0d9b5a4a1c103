import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '..', '..');
/** Where the page says that its files are. */
const folders = ['', 'src/core', 'tests', 'tests/unit/core'];

it('the page of what the original had names only files that are there', async () => {
  const page = await readFile(join(root, 'docs/semantics.md'), 'utf8');
  const named = [...page.matchAll(/`([\w./-]+\.ts)`/g)].flatMap(([, name]) => (name === undefined ? [] : [name]));
  expect(named.length).toBeGreaterThan(50);
  const lost = named.filter((name) => !folders.some((folder) => existsSync(join(root, folder, name))));
  expect(lost).toEqual([]);
});
