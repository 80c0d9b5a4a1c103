import { describe, expect, it } from 'vitest';
import { type Completion, complete } from '../../../src/cli/completion';
import { exitCodes } from '../../../src/cli/exit-codes';
import { makeProgram } from '../../../src/cli/program';

const nothing = (): typeof exitCodes.done => exitCodes.done;
const stream = { write: () => true };
const program = makeProgram(
  { version: '1', stdout: stream, stderr: stream },
  {
    run: nothing,
    resume: nothing,
    list: nothing,
    show: nothing,
    validate: nothing,
    targets: nothing,
    completion: nothing,
    complete: nothing,
  },
);

const at = (...words: string[]): Promise<Completion> =>
  complete(program, words, {
    runs: () => Promise.resolve([{ word: '12', about: 'thumbs.yaml, done' }]),
    targets: () => [{ word: 'mandelbrot', about: 'Mandelbrot set' }],
    args: (files) => Promise.resolve(files.map((file) => ({ word: `${file}.width=`, about: '' }))),
  });

const wordsAt = async (...words: string[]): Promise<string[]> => {
  const completion = await at(...words);
  return completion.kind === 'words' ? completion.candidates.map(({ word }) => word) : ['files'];
};

describe('what can be completed', () => {
  it('begins with the commands, without the hidden one', async () => {
    const commands = ['run', 'resume', 'list', 'show', 'validate', 'targets', 'completion', '--help', '--version'];
    expect(await wordsAt('')).toEqual(commands);
    expect(await wordsAt('ru')).toEqual(commands);
    expect(await wordsAt()).toEqual(commands);
  });

  it('are options that have not been given yet; --arg may come again', async () => {
    const options = await wordsAt('run', '--json', '--arg', 'a=1', 'x.yaml', '--');
    expect(options).toContain('--resume-failed');
    expect(options).toContain('--arg');
    expect(options).not.toContain('--json');
  });

  it('are job files and scripts, as many as one likes', async () => {
    expect(await at('run', '')).toEqual({ kind: 'files', endings: ['yaml', 'yml', 'json', 'mjs', 'ts', 'mts'] });
    expect(await wordsAt('run', '--quiet', 'a.yaml', 'b')).toEqual(['files']);
    expect(await wordsAt('validate', '--', '-x')).toEqual(['files']);
  });

  it('are runs, one of them', async () => {
    expect(await wordsAt('resume', '')).toEqual(['12']);
    expect(await wordsAt('show', '--job', 'a', '')).toEqual(['12']);
    expect(await wordsAt('show', '12', '')).toEqual([]);
  });

  it('are the values of an option, in one word or in several', async () => {
    expect(await wordsAt('list', '--state', 'd')).toContain('done');
    expect(await wordsAt('list', '--state=d')).toContain('--state=done');
    // As bash takes it apart.
    expect(await wordsAt('list', '--state', '=', 'd')).toContain('done');
    expect(await wordsAt('run', '--procs', '')).toEqual([]);
    expect(await wordsAt('list', '--file', '')).toEqual(['files']);
  });

  it('are the arguments of the jobs that are to be run', async () => {
    expect(await wordsAt('run', 'a.yaml', '--procs', '2', '--arg', '')).toEqual(['a.yaml.width=']);
  });

  it('are targets and shells', async () => {
    expect(await wordsAt('targets', 'm')).toEqual(['mandelbrot']);
    expect(await wordsAt('completion', '')).toEqual(['bash', 'zsh', 'fish']);
  });

  it('are none of what is not there', async () => {
    expect(await wordsAt('remove', '')).toEqual([]);
    expect(await wordsAt('__complete', '')).toEqual([]);
  });
});
