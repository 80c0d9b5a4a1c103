import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type CommandSpec,
  describeCommand,
  expandCommand,
  locateCommand,
  prepareCommand,
  valuesOfItem,
} from '../../../../src/core/commands/command';
import { describeStartError } from '../../../../src/core/commands/find-program';
import { reviveError, toErrorInfo } from '../../../../src/core/error-info';
import { CommandFailedError } from '../../../../src/core/errors';
import type { PlaceholderValues } from '../../../../src/shared/placeholders';

let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'command-test-'));
  mkdirSync(join(folder, 'bin'));
  writeFileSync(join(folder, 'bin', 'tool'), '#!/bin/sh\n', { mode: 0o755 });
  writeFileSync(join(folder, 'bin', 'notes'), 'not a program');
  chmodSync(join(folder, 'bin', 'notes'), 0o644);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const expand = (spec: CommandSpec, values: PlaceholderValues): readonly string[] =>
  expandCommand(prepareCommand(spec), values, {}).argv;

describe('a command', () => {
  it('is given values as they are, each in its own argument', () => {
    const nasty = '; touch x\n$(id) `id` "\' * {index}';
    expect(expand({ argv: ['prog', '{item}', '--out={item}.png'] }, { item: nasty, index: 3 })).toEqual([
      'prog',
      nasty,
      `--out=${nasty}.png`,
    ]);
  });

  it('never takes the name of a file for an option', () => {
    const spec = { argv: ['rm', '{item}', '{basename}', '-f', '{args.flag}'], values: { args: { flag: '-v' } } };
    expect(expand({ ...spec, itemsAreFiles: true }, { item: '-rf' })).toEqual(['rm', './-rf', './-rf', '-f', '-v']);
    expect(expand(spec, { item: '-rf' })).toEqual(['rm', '-rf', '-rf', '-f', '-v']);
  });

  it('has placeholders in its working folder and its environment too', () => {
    const spec = { argv: ['prog'], cwd: '{dir}/sub', env: { NAME: '{stem}', LEVEL: '{matrix.level}', A: 'a' } };
    const command = prepareCommand({ ...spec, values: { matrix: { level: 3 } } });
    expect(expandCommand(command, { item: '/data/x.png' }, { A: 'b', HOME: '/h' })).toEqual({
      program: 'prog',
      argv: ['prog'],
      cwd: '/data/sub',
      env: { A: 'a', HOME: '/h', NAME: 'x', LEVEL: '3' },
    });
  });

  it('of rows has their columns, and of other values their JSON', () => {
    expect(valuesOfItem({ name: 'a' })).toEqual({ row: { name: 'a' } });
    expect(valuesOfItem('a')).toEqual({ item: 'a' });
    expect(valuesOfItem(7)).toEqual({ item: 7 });
    expect(valuesOfItem([1, null])).toEqual({ item: '[1,null]' });
    expect(valuesOfItem(true)).toEqual({ item: 'true' });
    expect(expand({ argv: ['prog', '{row.name}'] }, valuesOfItem({ name: 'b' }))).toEqual(['prog', 'b']);
    expect(() => expand({ argv: ['prog', '{row.nme}'] }, valuesOfItem({ name: 'b' }))).toThrow('{row.nme}');
  });

  it.each([
    [{ argv: 'echo hi' }, /list of texts/],
    [{ argv: [] }, /list of texts/],
    [{ argv: ['echo', 5] }, /list of texts/],
    [{ argv: [''] }, /must not be empty/],
    [{ argv: ['echo', '{itm}'] }, /\{itm\}/],
    [{ argv: ['echo', '{args.x}'] }, /\{args\.x\}/],
    [{ argv: ['echo'], cwd: '{out}' }, /\{out\}/],
    [{ argv: ['echo'], env: { 'A=B': '' } }, /A=B/],
    [{ argv: ['echo'], env: { PROCESSION_COMMAND: '' } }, /PROCESSION_COMMAND/],
    [{ argv: ['echo'], env: { A: 1 } }, /strings/],
    [{ argv: ['echo'], keepKiB: -1 }, /keepKiB/],
  ])('%j is refused before there is an item', (spec, says) => {
    expect(() => prepareCommand(spec as CommandSpec)).toThrow(says);
  });

  it('is refused for an item that has a NUL in it, which no program can be given', () => {
    expect(() => expand({ argv: ['echo', '{item}'] }, { item: 'a\0b' })).toThrow(/NUL character.*"a\\u0000b"/);
  });

  it('shows where its arguments begin and end', () => {
    expect(describeCommand(['convert', 'a b', '-x', '{item}', ''])).toBe('convert "a b" -x {item} ""');
    expect(describeCommand(['x'.repeat(500)])).toHaveLength(201);
  });
});

describe.skipIf(process.platform === 'win32')('the program of a command', () => {
  const locate = (spec: CommandSpec, path = '/nowhere'): string | undefined =>
    locateCommand(prepareCommand(spec), { PATH: path }).program;

  it('is looked for once, in PATH or from the working folder', () => {
    const tool = join(folder, 'bin', 'tool');
    expect(locate({ argv: ['tool'] }, `/nowhere:${join(folder, 'bin')}`)).toBe(tool);
    expect(locate({ argv: ['tool'], env: { PATH: join(folder, 'bin') } })).toBe(tool);
    expect(locate({ argv: ['./bin/tool'], cwd: folder })).toBe(tool);
    expect(locate({ argv: ['tool'], cwd: folder }, 'bin')).toBe(tool);
    expect(locate({ argv: [tool] })).toBe(tool);
  });

  it('is left for later when it depends on the item', () => {
    expect(locate({ argv: ['{item}'] })).toBeUndefined();
    expect(locate({ argv: ['./tool'], cwd: '{dir}' })).toBeUndefined();
    expect(locate({ argv: ['tool'], env: { PATH: '{dir}' } })).toBeUndefined();
  });

  it.each([
    [{ argv: ['nonesuch'] }, /There is no program "nonesuch" in the folders of PATH: \/nowhere\. Install it/],
    [{ argv: ['./nonesuch'], cwd: '/' }, /There is no program "\.\/nonesuch": \/nonesuch is not there/],
    [{ argv: ['/tmp'] }, /is a folder/],
    [{ argv: ['true'], cwd: '/nowhere' }, /The working folder of the command is not there: \/nowhere/],
    [{ argv: ['true'], cwd: '/dev/null' }, /is not a folder: \/dev\/null/],
  ])('%j is told with what to do', (spec, says) => {
    expect(() => locate(spec)).toThrow(says);
    expect(() => locate(spec)).toThrow(expect.objectContaining({ code: 'ERR_COMMAND_START' }));
  });

  it('that is not executable is told so', () => {
    expect(() => locate({ argv: ['./bin/notes'], cwd: folder })).toThrow(/not executable: .*notes\. Run chmod \+x/);
    expect(() => locate({ argv: ['notes'] }, join(folder, 'bin'))).toThrow(/not executable/);
  });

  it.each([
    ['E2BIG', /longer than the system allows/],
    ['EAGAIN', /too many processes/],
    ['ENOENT', /interpreter/],
    ['EACCES', /may not be used/],
    ['ENOEXEC', /#!\/bin\/sh/],
  ])('that is there but cannot be started (%s) is told with the reason', (code, says) => {
    expect(describeStartError(Object.assign(new Error(`spawn ${code}`), { code }), '/bin/sh', '/')).toMatch(says);
  });
});

it('the failure of a command arrives on the other side with all that is known of it', () => {
  const output = { text: 'x', bytes: 1, droppedBytes: 0 };
  const result = { exitCode: 75, signal: null, stdout: output, stderr: output, durationMs: 1.5 };
  const there = reviveError(structuredClone(toErrorInfo(new CommandFailedError('prog ended', { result }))));
  expect(there).toBeInstanceOf(CommandFailedError);
  expect(there).toMatchObject({ message: 'prog ended', code: 'ERR_COMMAND_FAILED', exitCode: 75, result });
  const killed = new CommandFailedError('prog was ended', { result: { ...result, exitCode: null, signal: 'SIGKILL' } });
  expect(reviveError(toErrorInfo(killed))).toMatchObject({ exitCode: undefined, result: { signal: 'SIGKILL' } });
});
