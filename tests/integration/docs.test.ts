// The examples of the documentation, as a reader gets them: each block in a file, in a folder with this package.
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import * as engine from 'procession';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isRecord } from '../../src/shared/is-record';
import { type Example, isAsPrinted, readAnchors, readLinks, readPage } from './doc-examples';

const root = resolve(import.meta.dirname, '../..');
const runFile = promisify(execFile);
const paths = [
  'README.md',
  'docs/engine.md',
  'docs/targets.md',
  'docs/job-files.md',
  'docs/cli.md',
  'docs/desktop.md',
  'docs/how-it-works.md',
  'docs/semantics.md',
];
const texts = new Map(
  await Promise.all(paths.map(async (path) => [path, await readFile(join(root, path), 'utf8')] as const)),
);
const pages = [...texts].map(([path, text]) => ({ path, ...readPage(text) }));
let folder = '';

const folderOf = (path: string): string => join(folder, path.replaceAll(/\W/g, '-'));

/** What a program prints, or how it failed. */
async function printed(path: string, { command, args }: Example): Promise<string> {
  const env = {
    PATH: `${join(folder, 'node_modules', '.bin')}:${process.env.PATH}`,
    HOME: process.env.HOME,
    NO_COLOR: '1',
    // A history for each page, where the first run is run 1.
    PROCESSION_DATA: join(folder, `data-${path.replaceAll(/\W/g, '-')}`),
  };
  const { stdout, stderr } = await runFile(command, [...args], { cwd: folderOf(path), env, timeout: 50_000 });
  // npm has warnings of its own.
  return command === 'sh' ? stdout : stdout + stderr;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'procession-docs-'));
  await mkdir(join(folder, 'node_modules', '.bin'), { recursive: true });
  // What `npm install PATH` does with a folder.
  await symlink(root, join(folder, 'node_modules', 'procession'), 'junction');
  await symlink(join(root, 'bin', 'procession.js'), join(folder, 'node_modules', '.bin', 'procession'));
  for (const { path, files } of pages) {
    await mkdir(folderOf(path));
    for (const [name, text] of files) {
      await mkdir(dirname(join(folderOf(path), name)), { recursive: true });
      await writeFile(join(folderOf(path), name), text);
    }
  }
});

afterAll(() => rm(folder, { recursive: true, force: true }));

describe.each(pages.filter((page) => page.examples.length > 0))('the examples of $path', ({ path, examples }) => {
  test.each(examples.map((example) => [example.args.at(-1)?.trim() ?? '', example] as const))(
    '%s prints what the page says',
    async (_name, example) => {
      const text = await printed(path, example);
      if (!isAsPrinted(text, example.prints)) expect(text.trimEnd()).toBe(example.prints.trimEnd());
    },
  );
});

describe('the pages of the documentation', () => {
  test.each(pages)('$path has no block that is neither run nor used', ({ mistakes }) => {
    expect(mistakes).toEqual([]);
  });

  test('has examples that use names and options as they are', async () => {
    const files = pages.flatMap((page) => [...page.files.keys()].map((name) => join(folderOf(page.path), name)));
    const checked = files.filter((name) => /\.[cm]?[jt]s$/.test(name));
    const types = ['--types', 'node', '--typeRoots', join(root, 'node_modules', '@types')];
    // The types of the package itself are checked where it is installed.
    const plain = ['--allowJs', '--checkJs', '--noImplicitAny', 'false', '--lib', 'es2022', '--skipLibCheck'];
    const strict = ['--strict', '--exactOptionalPropertyTypes', '--target', 'es2022', '--module', 'nodenext'];
    const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
    const args = [tsc, '--noEmit', '--pretty', 'false', '--ignoreConfig', ...strict, ...plain, ...types, ...checked];
    const said = await runFile(process.execPath, args, { cwd: folder }).catch((error: unknown) => error);
    const errors = (isRecord(said) ? String(said.stdout) : 'tsc did not run')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith(' '));
    // Plain JavaScript says too little about its values to be held to more than the names of things.
    const misnamed = /error TS(2304|2305|2307|2339|2353|2551|2552|2554|2555|2561):/;
    expect(errors.filter((line) => !/\.[cm]?js\(/.test(line) || misnamed.test(line))).toEqual([]);
  });

  test('names everything that the library exports', () => {
    const guide = texts.get('docs/engine.md') ?? '';
    expect(Object.keys(engine).filter((name) => !new RegExp(`\\b${name}\\b`).test(guide))).toEqual([]);
  });

  test.each(paths)('%s links to pages and headings that are there', async (path) => {
    const lost: string[] = [];
    for (const link of readLinks(texts.get(path) ?? '')) {
      const target = link.path === '' ? path : join(dirname(path), link.path);
      const text = await readFile(join(root, target), 'utf8').catch(() => undefined);
      if (text === undefined || (link.anchor !== '' && !readAnchors(text).includes(link.anchor)))
        lost.push(`${link.path}#${link.anchor}`);
    }
    expect(lost).toEqual([]);
  });
});

describe('a page', () => {
  const block = (info: string, ...lines: string[]): string => ['```' + info, ...lines, '```', ''].join('\n');

  test('has its files and its programs', () => {
    const target = block('js', '// count.mjs', 'export const count = () => 1;');
    const program = block('js', '// main.mjs', "import { count } from './count.mjs';");
    const page = readPage(`# A page\n\n${target}\nIt prints:\n\n${program}\n${block('output', '1', '…')}`);
    expect([...page.files.keys()]).toEqual(['count.mjs', 'main.mjs']);
    expect(page.files.get('count.mjs')).toBe('// count.mjs\nexport const count = () => 1;\n');
    expect(page.examples).toEqual([{ line: 10, command: process.execPath, args: ['main.mjs'], prints: '1\n…\n' }]);
    expect(page.mistakes).toEqual([]);
  });

  test.each([
    ['without a name', block('js', 'const a = 1;'), 'line 1: the first line has to name the file, as in "// sum.mjs"'],
    ['that nobody uses', block('ts', '// a.ts', 'export {};'), 'line 1: a.ts is used by no example'],
    [
      'that is not run for no reason',
      block('js not run:', 'a'),
      'line 1: the first line has to name the file, as in "// sum.mjs"',
    ],
    ['of output alone', block('output', '1'), 'line 1: output of what?'],
  ])('must not have a block %s', (_what, text, mistake) => {
    expect(readPage(text).mistakes).toEqual([mistake]);
  });

  test('may have a block that is not run, with its reason', () => {
    expect(readPage(block('js not run: three forms of the same', 'a')).mistakes).toEqual([]);
  });

  test('must not have a file twice', () => {
    const twice =
      block('js', '// a.mjs', '1;') + block('output', '') + block('js', '// a.mjs', '2;') + block('output', '');
    expect(readPage(twice).mistakes).toEqual(['line 8: there is a file a.mjs already']);
  });

  test('says with an ellipsis what it leaves open, and nothing else is left open', () => {
    expect(isAsPrinted('took 12 ms (a)\nend\n', 'took … ms (a)\nend\n')).toBe(true);
    expect(isAsPrinted('took 12 ms (a)\nend', 'took … s (a)\nend')).toBe(false);
    expect(isAsPrinted('one.two', 'one|two')).toBe(false);
  });

  test('has links and anchors', () => {
    const text = `## A map's items (\`map\`)\n[a](b.md#c) [d](#e) [f](https://g.h) \`[i](j)\`\n${block('js', '[k](l)')}`;
    expect(readLinks(text)).toEqual([
      { path: 'b.md', anchor: 'c' },
      { path: '', anchor: 'e' },
    ]);
    expect(readAnchors(text)).toEqual(['a-maps-items-map']);
  });
});
