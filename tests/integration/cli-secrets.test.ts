import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CommandLine, ended } from './command-line';

let line = new CommandLine();

beforeEach(() => {
  line = new CommandLine();
});

afterEach(() => line.remove());

describe('secrets', () => {
  it('are hidden in what commands print, in values and in errors', async () => {
    const env = 'env: { KEY: { secret: TEST_KEY } }';
    const file = line.jobFile(
      `{ id: good, run: [sh, -c, "echo the $KEY"], ${env} }`,
      `{ id: bad, run: [sh, -c, "echo no $KEY >&2; exit 3"], ${env} }`,
    );
    for (const more of [[], ['--json']]) {
      const child = line.spawn(process.execPath, [...line.command, 'run', '--trust', ...more, file], {
        env: line.env({ TEST_KEY: 'do{not}tell' }),
      });
      const { code, stdout, stderr } = await ended(child);
      expect(code).toBe(1);
      expect(stdout).toContain('the •••');
      expect(stdout).toContain('no •••');
      expect(stdout + stderr).not.toContain('tell');
    }
  });
});

describe('secrets of a function', () => {
  it('are nowhere in what is shown, told and kept: values, errors, logs, split or cut as they may be', async () => {
    line.write(
      'keys.mjs',
      [
        'const key = () => process.env.KEY;',
        'export function use(item) {',
        '  console.log("log " + key());',
        '  process.stdout.write(key().slice(0, 5)); process.stdout.write(key().slice(5) + "\\n");',
        '  console.log("x".repeat(16 * 1024 - 6) + key() + "x".repeat(200));',
        '  if (item === 1) throw new RangeError("thrown " + key(), { cause: new Error("because " + key()) });',
        '  if (item === 2) return new Map([[key(), { error: new TypeError(key()), list: [key()] }]]);',
        '  return { ["name " + key()]: key() };',
        '}',
        'export function all(proc) { proc.log(key()); return { found: "all " + key() }; }',
      ].join('\n'),
    );
    const env = 'env: { KEY: { secret: TEST_KEY } }';
    const cutting = 'process.stdout.write("y".repeat(8190) + process.env.KEY + "y".repeat(90000) + process.env.KEY)';
    const file = line.jobFile(
      `{ id: items, map: "./keys.mjs#use", range: 3, output: "items/{index}.ndjson", ${env} }`,
      `{ id: whole, target: "./keys.mjs#all", range: 2, output: whole.json, ${env} }`,
      `{ id: cut, run: [node, -e, '${cutting}'], range: 1, output: cut.csv, ${env} }`,
      `{ id: own, run: [sh, -c, 'printf %s "$KEY"'], range: 1, output: "own-{index}.txt", ${env} }`,
    );
    const secret = 'Zq7!"wert\\Xv9';
    const told: string[] = [];
    const run = async (...args: string[]): Promise<string> => {
      const child = line.spawn(process.execPath, [...line.command, ...args], { env: line.env({ TEST_KEY: secret }) });
      const { stdout, stderr } = await ended(child);
      told.push(stdout, stderr);
      return stdout;
    };
    await run('run', '--trust', '--json', file);
    const plain = await run('run', '--trust', file);
    await run('list', '--json');
    const shown = await run('show', '--result', '--failed', '--log', '2');
    await run('show', '--json', '--result', '--failed', '--log', '1');
    expect(plain).toContain('thrown •••');
    expect(told.join('')).toContain('because •••');
    expect(shown).toContain('all •••');
    // Files of results are texts too; what a command writes itself is its own.
    for (const name of ['items/0.ndjson', 'items/2.ndjson', 'whole.json', 'cut.csv']) told.push(line.read(name));
    expect(JSON.parse(line.read('items/0.ndjson'))).toEqual({ 'name •••': '•••' });
    expect(line.read('whole.json')).toContain('all •••');
    expect(line.read('own-0.txt')).toBe(secret);
    for (const piece of ['Zq7', 'wert', 'Xv9'])
      expect(told.filter((text) => text.includes(piece)).map((text) => text.slice(0, 500))).toEqual([]);
    for (const name of readdirSync(`${line.folder}-data`))
      expect(readFileSync(join(`${line.folder}-data`, name), 'latin1'), name).not.toMatch(/Zq7!|wert\\/);
  });
});
