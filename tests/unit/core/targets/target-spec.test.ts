import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TargetNotFoundError } from '../../../../src/core/errors';
import { concurrent, setConcurrentCaller } from '../../../../src/core/targets/concurrent';
import {
  concurrentTarget,
  isConcurrent,
  locateTarget,
  type TargetSpec,
  versionedUrl,
} from '../../../../src/core/targets/target-spec';

let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'target-spec-'));
  mkdirSync(join(folder, 'node_modules', 'meshes'), { recursive: true });
  writeFileSync(join(folder, 'node_modules', 'meshes', 'package.json'), '{"name":"meshes","main":"lib.cjs"}');
  writeFileSync(join(folder, 'node_modules', 'meshes', 'lib.cjs'), 'exports.count = () => 1;');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const at = (path: string, exportName: string, label: string) => ({ kind: 'file', path, exportName, label });

describe('a target', () => {
  it('is an absolute path and an export', () => {
    expect(locateTarget('/data/count.mjs#count')).toEqual(at('/data/count.mjs', 'count', '/data/count.mjs#count'));
    expect(locateTarget({ module: '/data/count.mjs', export: 'count' })).toEqual(
      at('/data/count.mjs', 'count', '/data/count.mjs#count'),
    );
  });

  it('is a file URL and an export', () => {
    expect(locateTarget('file:///data/with%20space.mjs#count')).toMatchObject({ path: '/data/with space.mjs' });
  });

  it('may be in a folder whose name has a hash in it', () => {
    expect(locateTarget('/data/c#/count.mjs#count')).toMatchObject({ path: '/data/c#/count.mjs', exportName: 'count' });
  });

  it('is relative to the file that names it, given as path or URL', () => {
    const expected = at('/data/lib/count.mjs', 'count', '../lib/count.mjs#count');
    expect(locateTarget('../lib/count.mjs#count', '/data/jobs/a.job.yaml')).toEqual(expected);
    expect(locateTarget('../lib/count.mjs#count', 'file:///data/jobs/a.mjs')).toEqual(expected);
  });

  it('is in a package that is installed where it is named', () => {
    expect(locateTarget('meshes#count', join(folder, 'main.mjs'))).toEqual(
      at(join(folder, 'node_modules', 'meshes', 'lib.cjs'), 'count', 'meshes#count'),
    );
  });

  it('is a built-in one, or its combine', () => {
    expect(locateTarget('builtin:mandelbrot')).toEqual({
      kind: 'builtin',
      name: 'mandelbrot',
      exportName: 'run',
      label: 'builtin:mandelbrot',
    });
    expect(locateTarget('builtin:mandelbrot.combine')).toMatchObject({ name: 'mandelbrot', exportName: 'run.combine' });
  });

  it('that is a built-in one has nothing else to call', () => {
    expect(() => locateTarget('builtin:mandelbrot.v2')).toThrow(TargetNotFoundError);
    expect(() => locateTarget('builtin:mandelbrot#draw')).toThrow(TargetNotFoundError);
  });

  it.each([
    ['./count.mjs#count', 'The target module "./count.mjs" is relative, and options.from does not say to what.'],
    ['/data/count.mjs', 'The target "/data/count.mjs" names no function. Write it as "module#export"'],
    ['/data/count.mjs#', 'The target "/data/count.mjs" names no function.'],
  ])('%s is refused with what is missing', (spec, start) => {
    expect(() => locateTarget(spec)).toThrow(TypeError);
    expect(() => locateTarget(spec)).toThrow(start);
  });

  it('in a package that is not installed is not found, and it says where it looked', () => {
    const attempt = () => locateTarget('no-such-package#count', join(folder, 'main.mjs'));
    expect(attempt).toThrow(TargetNotFoundError);
    expect(attempt).toThrow(`The package "no-such-package" cannot be found from ${join(folder, 'main.mjs')}.`);
  });

  it.each<[string, unknown]>([
    ['a plain function', () => 1],
    ['nothing', undefined],
    ['null', null],
    ['a number', 3],
    ['an object without an export', { module: '/data/count.mjs' }],
  ])('is not %s', (_, spec) => {
    expect(() => locateTarget(spec as TargetSpec)).toThrow(TypeError);
  });

  it('that is a closure is refused with the reason', () => {
    const closure = (() => 1) as unknown as TargetSpec;
    expect(() => locateTarget(closure)).toThrow(
      'A plain function cannot be a target: another process has no access to its variables.',
    );
  });
});

describe('versionedUrl', () => {
  it('is another URL for another version of a file, whatever its name is', () => {
    expect(versionedUrl('/data/a b?#.mjs', '5-10')).toBe('file:///data/a%20b%3F%23.mjs?v=5-10');
    expect(versionedUrl('/data/a.mjs', '1')).not.toBe(versionedUrl('/data/a.mjs', '2'));
  });
});

describe('concurrent', () => {
  function lengths(_proc: unknown, words: readonly string[]): number {
    return words.length;
  }
  const wrapped = concurrent(lengths, '/data/words.mjs');

  it('makes a target of a function that its module exports by its name', () => {
    expect(locateTarget(wrapped)).toEqual(at('/data/words.mjs', 'lengths', '/data/words.mjs#lengths'));
    expect(locateTarget(concurrent(lengths, pathToFileURL('/data/words.mjs').href))).toMatchObject({
      path: '/data/words.mjs',
    });
    expect([isConcurrent(wrapped), isConcurrent(lengths)]).toEqual([true, false]);
    expect([concurrentTarget(wrapped), concurrentTarget(lengths)]).toEqual([lengths, undefined]);
  });

  it('refuses a function that has no name to be found by', () => {
    expect(() =>
      concurrent(
        (
          () => () =>
            1
        )(),
        '/data/words.mjs',
      ),
    ).toThrow(/^concurrent\(\) needs a named function that its module exports/);
  });

  it('runs on the ranks of the global server, with what is to be cut apart from the arguments', async () => {
    const calls: unknown[][] = [];
    setConcurrentCaller((...call) => {
      calls.push(call);
      return Promise.resolve(new Map());
    });
    const words = ['a', 'b'];
    await wrapped(2, 0, null, words, { partitionArgs: [words] });
    await wrapped(2, 1, null, words);
    expect(calls).toEqual([
      [2, 0, null, wrapped, [words], { partitionArgs: [words] }],
      [2, 1, null, wrapped, [words], {}],
    ]);
  });
});
