import { existsSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TargetLoadError, TargetNotFoundError } from '../../../../src/core/errors';
import { TargetResolver } from '../../../../src/core/targets/target-resolver';
import type { ResolvedTarget } from '../../../../src/shared/worker-protocol';

let folder = '';
let bundles = '';
let resolver = new TargetResolver(() => bundles);
let clock = 1_700_000_000;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'target-resolver-'));
  // What is in node_modules is imported by Node itself, as in a worker, and not by the test runner.
  bundles = join(folder, 'node_modules', 'bundles');
  resolver = new TargetResolver(() => bundles);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Writes a source file with a time of its own, however quickly one follows the other. */
function write(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  clock += 10;
  utimesSync(path, clock, clock);
  return path;
}

const bundled = (): string[] => (existsSync(bundles) ? readdirSync(bundles) : []);

describe('resolving JavaScript', () => {
  it('is done at once, with the file as it is', () => {
    const path = write('count.mjs', 'export const count = () => 1;');
    const resolved = resolver.resolve(`${path}#count`);
    expect(resolved).toEqual({
      url: `${pathToFileURL(path).href}?v=${clock * 1000}-29`,
      exportName: 'count',
      label: `${path}#count`,
    });
    expect(bundled()).toEqual([]);
  });

  it('gives the same URL until the file changes', () => {
    const path = write('count.mjs', 'export const count = () => 1;');
    const first = resolver.resolve(`${path}#count`);
    expect(resolver.resolve(`${path}#count`)).toEqual(first);
    write('count.mjs', 'export const count = () => 2;');
    expect(resolver.resolve(`${path}#count`)).not.toEqual(first);
  });

  it('of a built-in target needs no file', () => {
    expect(resolver.resolve('builtin:mandelbrot')).toEqual({
      url: 'builtin:mandelbrot',
      exportName: 'run',
      label: 'builtin:mandelbrot',
    });
  });

  it.each(['missing.mjs', '.'])('says that the module is not there: %s', (name) => {
    const path = join(folder, name);
    expect(() => resolver.resolve(`${path}#count`)).toThrow(TargetNotFoundError);
    expect(() => resolver.resolve(`${path}#count`)).toThrow(`The module of target ${path}#count is not there: ${path}`);
  });
});

describe('resolving TypeScript', () => {
  /** What the bundle's export of that name is, or what it gives when it is a function. */
  const valueOf = async ({ url, exportName }: ResolvedTarget, ...args: readonly unknown[]): Promise<unknown> => {
    const exported = ((await import(/* @vite-ignore */ url)) as Record<string, unknown>)[exportName];
    return typeof exported === 'function' ? (exported as (...given: readonly unknown[]) => unknown)(...args) : exported;
  };

  it('bundles it, with what it imports, into something that can be imported', async () => {
    write('scale.ts', 'export const scale = (x: number): number => x * 3;');
    const path = write(
      'count.ts',
      "import { scale } from './scale';\nexport const count = (x: number): number => scale(x) + 1;",
    );
    const resolved = await resolver.resolve(`${path}#count`);
    expect(resolved).toMatchObject({ exportName: 'count', label: `${path}#count` });
    expect(fileURLToPath(resolved.url).startsWith(bundles)).toBe(true);
    expect(await valueOf(resolved, 2)).toBe(7);
  });

  it('builds an unchanged module once, and answers at once from then on', async () => {
    const path = write('count.ts', 'export const count = (): number => 1;');
    const first = await resolver.resolve(`${path}#count`);
    expect(resolver.resolve(`${path}#count`)).toEqual(first);
    expect(resolver.resolve(`${path}#other`)).toEqual({ ...first, exportName: 'other', label: `${path}#other` });
    expect(bundled()).toHaveLength(1);
  });

  it('builds a module that is asked for twice at a time once', async () => {
    const path = write('count.ts', 'export const count = (): number => 1;');
    const [first, second] = await Promise.all([resolver.resolve(`${path}#count`), resolver.resolve(`${path}#other`)]);
    expect(second.url).toBe(first.url);
    expect(bundled()).toHaveLength(1);
  });

  it('builds a changed module again', async () => {
    const path = write('count.ts', 'export const count = (): number => 1;');
    const first = await resolver.resolve(`${path}#count`);
    write('count.ts', 'export const count = (): number => 2;');
    const second = await resolver.resolve(`${path}#count`);
    expect(second.url).not.toBe(first.url);
    expect(await valueOf(second)).toBe(2);
  });

  it('builds a module again when something that it imports has changed', async () => {
    write('scale.ts', 'export const factor = 3;');
    const path = write('count.ts', "export { factor } from './scale';");
    const first = await resolver.resolve(`${path}#factor`);
    write('scale.ts', 'export const factor = 4;');
    const second = await resolver.resolve(`${path}#factor`);
    expect(second.url).not.toBe(first.url);
    expect(await valueOf(second)).toBe(4);
  });

  it('builds a module that was only touched to the same file', async () => {
    const path = write('count.ts', 'export const count = (): number => 1;');
    const first = await resolver.resolve(`${path}#count`);
    write('count.ts', 'export const count = (): number => 1;');
    expect(await resolver.resolve(`${path}#count`)).toEqual(first);
  });

  it('says what does not compile, with file, line and column', async () => {
    const path = write('count.ts', 'export const count = 1;\nexport const = 2;\n');
    const failure = Promise.resolve(resolver.resolve(`${path}#count`));
    await expect(failure).rejects.toThrow(TargetLoadError);
    await expect(failure).rejects.toThrow(
      `The module of target ${path}#count does not compile: count.ts:2:14: Expected identifier but found "="`,
    );
  });

  it('names an import that cannot be found, and where it stands', async () => {
    const path = write('count.ts', "\nimport { x } from './missing';\nexport const count = x;");
    await expect(Promise.resolve(resolver.resolve(`${path}#count`))).rejects.toThrow(
      'count.ts:2:19: Could not resolve "./missing"',
    );
  });

  it('tries again when a module that did not compile has been put right', async () => {
    const path = write('count.ts', 'export const = 1;');
    await expect(Promise.resolve(resolver.resolve(`${path}#count`))).rejects.toThrow(TargetLoadError);
    write('count.ts', 'export const count = 1;');
    expect(await valueOf(await resolver.resolve(`${path}#count`))).toBe(1);
  });
});
