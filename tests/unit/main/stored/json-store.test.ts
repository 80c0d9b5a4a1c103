import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, it } from 'vitest';
import { z } from 'zod';
import { JsonStore } from '../../../../src/main/stored/json-store';

const root = mkdtempSync(join(tmpdir(), 'procession-store-'));
afterAll(() => rmSync(root, { recursive: true }));
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(root, 'case-'));
});
const schema = z.strictObject({ count: z.int() });
const store = (): JsonStore<{ count: number }> => new JsonStore(join(folder, 'value.json'), schema, { count: 0 });

it('keeps a value from one start to the next', async () => {
  const first = store();
  expect(first.value).toEqual({ count: 0 });
  first.set({ count: 7 });
  expect(first.value).toEqual({ count: 7 });
  await first.flush();
  expect(store().value).toEqual({ count: 7 });
});

it('writes what came last of many changes, and leaves nothing else behind', async () => {
  const values = store();
  for (let count = 1; count <= 500; count += 1) values.set({ count });
  await values.flush();
  expect(JSON.parse(readFileSync(join(folder, 'value.json'), 'utf8'))).toEqual({ count: 500 });
  expect(readdirSync(folder)).toEqual(['value.json']);
});

it.each(['{"count": "seven"}', '{"count": 1, "other": 2}', '{"count": 1', ''])(
  'sets a file aside that holds %s, and begins anew',
  async (text) => {
    writeFileSync(join(folder, 'value.json'), text);
    const values = store();
    expect(values.value).toEqual({ count: 0 });
    expect(readFileSync(join(folder, 'value.json.bad'), 'utf8')).toBe(text);
    values.set({ count: 3 });
    await values.flush();
    expect(store().value).toEqual({ count: 3 });
  },
);
