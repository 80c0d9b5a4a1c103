import { existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bin, CommandLine, ended, written } from './command-line';

let line = new CommandLine();

beforeEach(() => {
  line = new CommandLine();
  mkdirSync(line.path('bin'));
  symlinkSync(bin, line.path('bin/procession'));
  mkdirSync(line.path('jobs'));
  for (const name of ['thumbs.yaml', 'thumbs.txt', 'study.ts', 'jobs/deep one.yaml']) line.write(name, '');
  line.write(
    'fractal.yaml',
    'version: 1\njobs:\n  - { id: a, target: "builtin:mandelbrot", range: 4, args: { width: 8 } }\n',
  );
});

afterEach(() => line.remove());

const environment = (): NodeJS.ProcessEnv =>
  line.env({
    PATH: `${line.path('bin')}:${process.env.PATH}`,
    HOME: line.folder,
    PS1: 'ready> ',
    TERM: 'dumb',
    LC_ALL: 'C.UTF-8',
  });

/** `npm test` installs these programs where it may. A test that they are missing for has failed, and says what to do. */
function need(program: string, debianPackage = program): void {
  const folders = (process.env.PATH ?? '').split(delimiter);
  if (folders.some((folder) => existsSync(join(folder, program)))) return;
  throw new Error(`${program} is not installed, which this test needs. On Debian: apt-get install ${debianPackage}`);
}

/** Where these shells are. */
const isUnix = process.platform !== 'win32';

/** What bash would offer for these words, the last of which is being written. */
async function offered(...words: string[]): Promise<string[]> {
  const script = `
source <(procession completion bash)
COMP_WORDS=(procession "$@")
COMP_CWORD=$#
_procession
printf '%s\\n' "\${COMPREPLY[@]}"
`;
  const { code, stdout, stderr } = await ended(
    line.spawn('bash', ['--norc', '-c', script, 'bash', ...words], { env: environment() }),
  );
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout.split('\n').filter(Boolean).sort();
}

describe.runIf(isUnix)('completion in bash', () => {
  it('knows commands, options and their values', async () => {
    expect(await offered('r')).toEqual(['resume', 'run']);
    expect(await offered('run', '--res')).toEqual(['--resume', '--resume-failed']);
    expect(await offered('list', '--state', '=', 'd')).toEqual(['done']);
    expect(await offered('completion', '')).toEqual(['bash', 'fish', 'zsh']);
  });

  it('knows job files, scripts and folders, and no other files', async () => {
    expect(await offered('run', '')).toEqual(['bin', 'fractal.yaml', 'jobs', 'study.ts', 'thumbs.yaml']);
    expect(await offered('run', '--trust', 'jobs/')).toEqual(['jobs/deep one.yaml']);
  });

  it('knows arguments of the job file, and runs of the history', async () => {
    expect(await offered('run', 'fractal.yaml', '--arg', 'w')).toEqual(['width=']);
    expect(await offered('show', '')).toEqual([]);
    expect(existsSync(`${line.folder}-data`)).toBe(false);
    expect((await line.run('run', '--quiet', 'fractal.yaml')).code).toBe(0);
    expect(await offered('show', '')).toEqual(['1']);
  });

  it('writes the rest of a word at a press of the tabulator', async () => {
    need('script', 'bsdutils');
    const shell = line.spawn('script', ['-qec', 'bash --norc --noprofile -i', '/dev/null'], {
      env: environment(),
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const result = ended(shell);
    const typed = async (text: string, answer: string): Promise<void> => {
      const answered = written(shell, answer);
      shell.stdin?.write(text);
      await answered;
    };
    await typed('source <(procession completion bash); echo so"urced"\n', 'sourced');
    await typed('procession tar\tmand\t\n', 'builtin:mandelbrot  ');
    await typed('procession val\tthu\t && echo go"od"\n', 'thumbs.yaml:1:1: error');
    shell.stdin?.write('exit\n');
    const { stdout } = await result;
    expect(stdout).toContain('procession targets mandelbrot');
    expect(stdout).toContain('procession validate thumbs.yaml');
  });
});

describe.each(['zsh', 'fish'] as const)('completion in %s', (shell) => {
  it('gives words that fit with their descriptions, and the endings of files', async () => {
    const { stdout } = await line.run('__complete', shell, 'run', '--dr');
    expect(stdout).toBe('--dry-run\tsay what would run, and run nothing\n');
    expect((await line.run('__complete', shell, 'validate', 'x')).stdout).toBe(':files:yaml yml json mjs ts mts\n');
  });

  it.runIf(isUnix)('has a script that the shell takes', async () => {
    need(shell);
    const { stdout } = await line.run('completion', shell);
    line.write('script', stdout);
    expect(await ended(line.spawn(shell, ['-n', 'script']))).toMatchObject({ code: 0, stderr: '' });
  });
});

describe.runIf(isUnix)('completion in fish', () => {
  it('offers commands, job files and no other files', async () => {
    need('fish');
    line.write('procession.fish', (await line.run('completion', 'fish')).stdout);
    const inFish = async (typed: string): Promise<string[]> => {
      const child = line.spawn('fish', ['-c', `source procession.fish; complete -C "${typed}"`], {
        env: environment(),
      });
      return (await ended(child)).stdout.split('\n').filter(Boolean);
    };
    expect(await inFish('procession run --dr')).toEqual(['--dry-run\tsay what would run, and run nothing']);
    expect((await inFish('procession validate ')).sort()).toEqual([
      'bin/',
      'fractal.yaml',
      'jobs/',
      'study.ts',
      'thumbs.yaml',
    ]);
    expect(await inFish('procession targets mand')).toEqual(['mandelbrot\tMandelbrot set']);
  });
});
