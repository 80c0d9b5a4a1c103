import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ProcessServer } from '../../../src/core/process-server';
import { ModuleBundler } from '../../../src/core/targets/module-bundler';
import { Task } from '../../../src/core/tasks/task';
import { loadJobFile } from '../../../src/jobs/load-job-file';
import { loadScript, ScriptError, type ScriptFunction } from '../../../src/jobs/script';

const root = join(import.meta.dirname, '..', '..', '..');
let folder = '';
let bundler = new ModuleBundler(() => '');
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'procession-script-'));
  // What is in node_modules is imported by Node itself, and not by the test runner.
  bundler = new ModuleBundler(() => join(folder, 'node_modules', 'bundles'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, text: string): string {
  const path = join(folder, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, text);
  return path;
}

/** Calls a script with a server that is never started. */
const call = (script: ScriptFunction, args = {}): unknown =>
  script(new ProcessServer({ numProcs: 1 }), { args, signal: new AbortController().signal, task: Task.null() });

const typed = `import type { ProcessServer } from 'procession';
import { twice } from 'a-package';
import { thrice } from './helper';

interface Options {
  readonly n?: number;
}

export default async (server: ProcessServer, { args }: { args: Options }): Promise<unknown> => {
  if (args.n === undefined) throw new TypeError('n is missing'); // not in import.meta.url
  return [server.realNumProcs, twice(args.n), thrice(args.n)];
};
`;

function writeTyped(): string {
  write('node_modules/a-package/package.json', '{ "name": "a-package", "version": "1.0.0", "main": "main.cjs" }');
  write('node_modules/a-package/main.cjs', "exports.twice = (n) => require('node:path').join(String(n), String(n));");
  write('helper.ts', 'export const thrice = (n: number): number => 3 * n;\n');
  return write('work.ts', typed);
}

describe('a script', () => {
  it('in JavaScript gives its default function, which gets the server', async () => {
    const path = write('node_modules/work.mjs', 'export default (server, { args }) => [server.realNumProcs, args.n];');
    expect(call(await loadScript(path, bundler), { n: 3 })).toEqual([1, 3]);
  });

  it('in TypeScript may import files and packages of its project', async () => {
    const script = await loadScript(writeTyped(), bundler);
    expect(await call(script, { n: 2 })).toEqual([1, '2/2', 6]);
  });

  it('in TypeScript shows its own lines in stacks', async () => {
    const path = writeTyped();
    // In a Node of its own: the test runner reads stacks in its own way.
    symlinkSync(join(root, 'node_modules', 'esbuild'), join(folder, 'node_modules', 'esbuild'));
    const main = write(
      'main.ts',
      `import { ModuleBundler } from ${JSON.stringify(join(root, 'src/core/targets/module-bundler'))};
      import { loadScript } from ${JSON.stringify(join(root, 'src/jobs/script'))};
      const bundler = new ModuleBundler(() => ${JSON.stringify(join(folder, 'bundles'))});
      void loadScript(${JSON.stringify(path)}, bundler)
        .then((script) => script({} as never, { args: {} } as never))
        .catch((error: Error) => console.log(error.stack));`,
    );
    const outfile = join(folder, 'main.cjs');
    await build({
      entryPoints: [main],
      outfile,
      bundle: true,
      platform: 'node',
      packages: 'external',
      logLevel: 'error',
    });
    expect((await promisify(execFile)(process.execPath, [outfile])).stdout).toMatch(
      /^TypeError: n is missing\n +at .*work\.ts:10:\d+\)?\n/,
    );
  });

  it('in TypeScript knows where each of its files lies', async () => {
    write('deep/where.ts', 'export const where: string = import.meta.url;\n');
    const path = write(
      'work.ts',
      "import { where } from './deep/where';\nexport default () => [import.meta.url, where] as const;\n",
    );
    expect(call(await loadScript(path, bundler))).toEqual(
      [path, join(folder, 'deep', 'where.ts')].map((file) => pathToFileURL(file).href),
    );
  });

  it('is built once, until it changes', async () => {
    const path = writeTyped();
    expect(await loadScript(path, bundler)).toBe(await loadScript(path, bundler));
    expect(readdirSync(join(folder, 'node_modules', 'bundles'))).toHaveLength(1);
    write('helper.ts', 'export const thrice = (n: number): number => 30 * n; // changed\n');
    expect(await call(await loadScript(path, bundler), { n: 2 })).toEqual([1, '2/2', 60]);
  });

  it.each([
    [
      'a.mjs',
      'export const main = 1;',
      /a\.mjs:1:1: The script exports no default function; write export default async/,
    ],
    ['a.mjs', 'export default {\n  a: 1,,\n};', /a\.mjs:2:8: Expected identifier but found ","\./],
    ['a.ts', 'const x: = 3;\nexport default () => x;', /a\.ts:1:\d+: /],
    [
      'a.ts',
      "import './gone';\nexport default () => 1;",
      /The script a\.ts does not compile: a\.ts:1:8: Could not resolve/,
    ],
    ['node_modules/a.mjs', 'export default 3;', /default export of a\.mjs must be a function, not number/],
    [
      'node_modules/b.mjs',
      'throw new RangeError("no");\nexport default () => 1;',
      /b\.mjs cannot be loaded: RangeError: no/,
    ],
  ])('that cannot be run says why and where: %s %j', async (name, text, message) => {
    const error: unknown = await loadScript(write(name, text), bundler).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ message: expect.stringMatching(message) as string });
  });

  it('that is not there is told so', async () => {
    await expect(loadScript(join(folder, 'gone.ts'), bundler)).rejects.toThrow(ScriptError);
  });
});

describe('opening a script', () => {
  it('only looks at it', async () => {
    const path = write('work.mjs', "import 'node:nowhere';\nthrow new Error('run');\nexport default () => 1;");
    expect(await loadJobFile(path, new Map())).toEqual({ ok: true, kind: 'script', file: path, path });
  });

  it('tells all that is wrong with it at its place', async () => {
    const path = write('work.ts', 'export const a = 1;\nexport default (;\n');
    expect(await loadJobFile(path, new Map())).toMatchObject({
      ok: false,
      problems: [{ file: path, line: 2, column: 17, code: 'E215', message: 'Unexpected ";".' }],
    });
  });
});
