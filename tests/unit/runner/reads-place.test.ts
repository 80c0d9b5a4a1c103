import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readsPlace } from '../../../src/runner/reads-place';
import { plannedJob } from '../planned-job';

const folder = mkdtempSync(join(tmpdir(), 'procession-place-'));
afterAll(() => rmSync(folder, { recursive: true }));
const { partitionArgs: _, ...base } = plannedJob({});
const reads = (target: string): Promise<boolean> => readsPlace({ ...base, kind: 'map', target });

describe('a function of an item reads its place', () => {
  it.each([
    ['export const f = (item, context) => context.index;', true],
    ['export const f = (item, { index }) => index;', true],
    ['export const f = (item, { args, index: at = 0 }) => at;', true],
    ["export const f = (item, context) => context['index'];", true],
    ["import { g } from './inner.mjs';\nexport const f = (item, context) => g(context);", true],
    ['export const f = (item) => [item].map((each, index) => index + item);', false],
    ['export const f = (item) => item; // no place, no indexes', false],
  ])('%s: %s', async (text, expected) => {
    writeFileSync(join(folder, 'inner.mjs'), 'export const g = ({ index }) => index;');
    writeFileSync(join(folder, 'f.mjs'), text);
    expect(await reads(`${join(folder, 'f.mjs')}#f`)).toBe(expected);
  });

  it('never when it is built in, or called once per process', async () => {
    expect(await reads('builtin:mandelbrot')).toBe(false);
    expect(await readsPlace(plannedJob({ target: `${join(folder, 'f.mjs')}#f` }))).toBe(false);
  });
});
