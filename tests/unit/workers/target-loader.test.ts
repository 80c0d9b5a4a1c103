import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TargetLoadError, TargetNotFoundError } from '../../../src/core/errors';
import type { ResolvedTarget } from '../../../src/shared/worker-protocol';
import { loadTarget } from '../../../src/workers/target-loader';
import { builtinTargets } from '../../../src/workers/targets';

let folder = '';
beforeAll(() => {
  // What is in node_modules is imported by Node itself, as in a worker, and not by the test runner.
  folder = join(mkdtempSync(join(tmpdir(), 'target-loader-')), 'node_modules');
  mkdirSync(folder);
});
afterAll(() => rmSync(dirname(folder), { recursive: true, force: true }));

const named = (path: string, exportName: string, version = '1'): ResolvedTarget => ({
  url: `${pathToFileURL(path).href}?v=${version}`,
  exportName,
  label: `work#${exportName}`,
});

function module(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

describe('loading a target', () => {
  it('gives the function that a module exports', async () => {
    const path = module('plain.mjs', 'export function count(proc, n) { return n + 1; }');
    expect((await loadTarget(named(path, 'count')))(null, 2)).toBe(3);
  });

  it('finds the exports of CommonJS, also those that Node cannot tell beforehand', async () => {
    const path = module(
      'common.cjs',
      "const name = 'count'; module.exports = { [name]: (proc, n) => n * 2, ['x']: 1 };",
    );
    expect((await loadTarget(named(path, 'count')))(null, 2)).toBe(4);
  });

  it('follows dots into the properties of an export', async () => {
    const path = module('combine.mjs', 'export const count = () => 1; count.combine = (proc, parts) => parts.length;');
    expect((await loadTarget(named(path, 'count.combine')))(null, [1, 2])).toBe(2);
  });

  it('gives what concurrent() has wrapped', async () => {
    const mark = "[Symbol.for('procession.concurrent')]: { module: '', export: 'f', original: () => 'original' }";
    const path = module('wrapped.mjs', `export const f = Object.assign(() => 'wrapper', { ${mark} });`);
    expect((await loadTarget(named(path, 'f')))(null)).toBe('original');
  });

  it('loads a module once for each version of its file', async () => {
    const path = module(
      'counted.mjs',
      'globalThis.loads = (globalThis.loads ?? 0) + 1; export const count = () => globalThis.loads;',
    );
    const [first] = [await loadTarget(named(path, 'count')), await loadTarget(named(path, 'count'))];
    expect(first(null)).toBe(1);
    await loadTarget(named(path, 'count', '2'));
    expect(first(null)).toBe(2);
  });

  it('knows the built-in targets and their combine', async () => {
    const target: ResolvedTarget = { url: 'builtin:mandelbrot', exportName: 'run', label: 'builtin:mandelbrot' };
    expect(await loadTarget(target)).toHaveProperty('combine');
    expect(await loadTarget({ ...target, exportName: 'run.combine' })).toBeTypeOf('function');
  });
});

describe('a target that is not there', () => {
  it('because there is no such file', async () => {
    const path = join(folder, 'missing.mjs');
    await expect(loadTarget(named(path, 'count'))).rejects.toThrow(
      new TargetNotFoundError(`The module of target work#count is not there: ${path}`),
    );
  });

  it.each([
    ['has no export "cuont". It exports: count, scale.', 'cuont'],
    ['exports "scale", but it is not a function. It exports: count, scale.', 'scale'],
    ['has no export "count.combine". It exports: count, scale.', 'count.combine'],
    ['has no export "toString". It exports: count, scale.', 'toString'],
  ])('because its module %s', async (what, exportName) => {
    const path = module('two.mjs', 'export const scale = 3; export default 1; export const count = () => 1;');
    await expect(loadTarget(named(path, exportName))).rejects.toThrow(
      new TargetNotFoundError(`The module of target work#${exportName} ${what}`),
    );
  });

  it('because its module exports nothing', async () => {
    await expect(loadTarget(named(module('empty.mjs', ''), 'count'))).rejects.toThrow('It exports nothing.');
  });

  it('among the built-in ones, which are listed', async () => {
    const attempt = loadTarget({ url: 'builtin:mandlebrot', exportName: 'run', label: 'builtin:mandlebrot' });
    await expect(attempt).rejects.toThrow(
      new TargetNotFoundError(
        `There is no built-in target "mandlebrot". There are: ${[...builtinTargets.keys()].join(', ')}.`,
      ),
    );
  });
});

describe('a target that cannot be loaded', () => {
  it.each([
    ['throws.mjs', "throw new RangeError('no licence');", 'RangeError: no licence'],
    ['throws-undefined.mjs', 'throw undefined;', 'NonError: undefined was thrown'],
    ['syntax.mjs', 'export const = 1;', 'SyntaxError'],
    ['imports.mjs', "import './not-here.mjs'; export const count = 1;", 'not-here.mjs'],
  ])('says why: %s', async (name, text, why) => {
    const attempt = loadTarget(named(module(name, text), 'count'));
    await expect(attempt).rejects.toThrow(TargetLoadError);
    await expect(attempt).rejects.toThrow('The module of target work#count cannot be loaded: ');
    await expect(attempt).rejects.toThrow(why);
  });
});
