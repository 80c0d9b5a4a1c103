// The package as others get it: packed, installed into an empty folder with its dependencies, and used from there.
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
const runFile = promisify(execFile);
let folder = '';

/** Runs a program in the folder where the package is installed; rejects with its output when it fails. */
async function run(command: string, ...args: string[]): Promise<string> {
  const { stdout } = await runFile(command, args, { cwd: folder, timeout: 120_000 });
  return stdout;
}

const target = `
export const span = (proc) => [proc.index, proc.startVal, proc.endVal];
`;

const job = `
async function main() {
  const server = new ProcessServer({ numProcs: 4, allowOversubscribe: true }).start();
  const results = await server.callProcessFunc(50, 4, null, { module: require.resolve('./target.mjs'), export: 'span' });
  checkResultMap(results);
  console.log(JSON.stringify(listResults(results)));
  await server.stop();
}
main();
`;

/** The same text as an ES module and as CommonJS. */
const typed = `
import { checkResultMap, listResults, ProcessServer, type AlgorithmProcess, type JobFuture } from 'procession';

export function count(proc: AlgorithmProcess): number {
  let sum = 0;
  for (const i of proc.pRange()) sum += i;
  return sum;
}

async function main(): Promise<void> {
  const server: ProcessServer = new ProcessServer({ numProcs: 2, allowOversubscribe: true }).start();
  const future: JobFuture<number> = server.callProcessFunc<number>(10, 2, null, process.argv[1] + '#count');
  const results = await future;
  checkResultMap(results);
  const sums: readonly unknown[] = listResults(results);
  console.log(JSON.stringify(sums));
  await server.stop();
  // @ts-expect-error: the types are there, so a text is no range
  if (sums.length > 9) server.callProcessFunc('10', 2, null, 'x#y');
}
if (process.env['PROCESSION_MAIN'] === 'yes') void main();
`;

const spans = '[[0,0,12],[1,12,25],[2,25,37],[3,37,50]]\n';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'procession-package-'));
  await writeFile(join(folder, 'package.json'), '{ "name": "someone", "private": true }');
  await run('npm', 'pack', '--ignore-scripts', '--pack-destination', folder, root);
  const tarball = (await readdir(folder)).find((name) => name.endsWith('.tgz'));
  await run('npm', 'install', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline', `./${tarball ?? ''}`);
  await writeFile(join(folder, 'target.mjs'), target);
}, 240_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the installed package', () => {
  test('runs a job for `require`', async () => {
    const head = `const { ProcessServer, checkResultMap, listResults } = require('procession');`;
    await writeFile(join(folder, 'job.cjs'), head + job);
    expect(await run(process.execPath, 'job.cjs')).toBe(spans);
  });

  test('runs a job for `import`, with the same classes', async () => {
    const head = `
      import { createRequire } from 'node:module';
      import { ProcessServer, checkResultMap, listResults } from 'procession';
      const require = createRequire(import.meta.url);
      if (require('procession').ProcessServer !== ProcessServer) throw new Error('two copies of the engine');`;
    await writeFile(join(folder, 'job.mjs'), head + job);
    expect(await run(process.execPath, 'job.mjs')).toBe(spans);
  });

  test('has types with which an ES module and CommonJS compile and run', async () => {
    await writeFile(join(folder, 'typed.mts'), typed);
    await writeFile(join(folder, 'typed.cts'), typed);
    const types = ['--types', 'node', '--typeRoots', join(root, 'node_modules', '@types')];
    const strict = ['--strict', '--exactOptionalPropertyTypes', '--target', 'es2022', '--module', 'nodenext'];
    // Without the window's types, which a program of Node has no use for; the package's own are checked.
    const plain = ['--lib', 'es2022', '--skipDefaultLibCheck'];
    const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
    await run(process.execPath, tsc, ...strict, ...plain, ...types, '--ignoreConfig', 'typed.mts', 'typed.cts');
    for (const compiled of ['typed.mjs', 'typed.cjs']) {
      expect(await run('env', 'PROCESSION_MAIN=yes', process.execPath, join(folder, compiled))).toBe('[10,35]\n');
    }
  });

  test('has the command `procession`', async () => {
    expect(await run(join(folder, 'node_modules', '.bin', 'procession'), '--version')).toMatch(/^\S*\d+\.\d+\.\d+\n$/);
  });

  test('holds what runs, and neither window nor left-overs of the checks', async () => {
    expect((await readdir(join(folder, 'node_modules', 'procession', 'out'))).sort()).toEqual(['main', 'types']);
  });
});
