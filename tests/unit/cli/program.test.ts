import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { exitCodes } from '../../../src/cli/exit-codes';
import { helpExamples } from '../../../src/cli/help-texts';
import { type Actions, makeProgram } from '../../../src/cli/program';
import type { RunEvent } from '../../../src/cli/run-events';

/** The program, and what it would have done. */
function recording(): { program: Command; calls: unknown[][]; said: () => string } {
  const calls: unknown[][] = [];
  let text = '';
  const note =
    (name: string) =>
    (...given: unknown[]) => {
      calls.push([name, ...given]);
      return exitCodes.done;
    };
  const actions: Actions = {
    run: note('run'),
    resume: note('resume'),
    list: note('list'),
    show: note('show'),
    validate: note('validate'),
    targets: note('targets'),
    completion: note('completion'),
    complete: (shell, words) => note('complete')(shell, words),
  };
  const stream = { write: (more: string) => (text += more) };
  return { program: makeProgram({ version: '1', stdout: stream, stderr: stream }, actions), calls, said: () => text };
}

async function parse(...args: string[]): Promise<unknown[]> {
  const { program, calls, said } = recording();
  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    throw new Error(`${String(error)}\n${said()}`);
  }
  return calls[0] ?? [];
}

/** The words of an example, as a shell would take them apart. */
function wordsOf(line: string): string[] {
  const command = /\(?(procession [^)>]*)/.exec(line)?.[1] ?? '';
  return [...command.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)]
    .map(([, one, two, bare]) => one ?? two ?? bare ?? '')
    .slice(1);
}

describe('docs/cli.md', () => {
  const page = readFileSync(join(import.meta.dirname, '../../../docs/cli.md'), 'utf8');
  const sectionOf = (command: string): string => {
    const section = page.split(/^### /m).find((part) => new RegExp(`^[\\w, ]*\\b${command}\\b`).test(part));
    return section ?? '';
  };

  it('names every command with all its options', () => {
    for (const command of recording().program.commands.filter((one) => !one.name().startsWith('__'))) {
      expect(page).toContain(`| \`procession ${command.name()}`);
      for (const { long = '' } of command.options)
        expect(sectionOf(command.name()), `${command.name()} ${long}`).toContain(`\`${long}`);
    }
  });

  it('names every exit code, and every event of the stream', () => {
    const told = [...page.matchAll(/^\| ([\d, ]+) \|/gm)].flatMap(([, codes = '']) => codes.split(', ').map(Number));
    expect(told.sort()).toEqual(Object.values(exitCodes).sort());
    const events: readonly RunEvent['type'][] = ['run.start', 'job.start', 'job.progress', 'log', 'job.end', 'run.end'];
    for (const type of [...events, 'item.done', 'item.failed', 'item.skipped', 'plan.job', 'plan.script', 'plan.end'])
      expect(page).toContain(`\`${type}\``);
  });
});

describe('the commands', () => {
  it('take what their help shows', async () => {
    for (const [command, examples] of Object.entries(helpExamples))
      for (const [line] of examples) {
        const words = wordsOf(line);
        if (words.includes('--help')) continue;
        const [name] = await parse(...words);
        expect(name, line).toBe(command === '' ? words[0] : command);
      }
  });

  it('hand over what was given, typed', async () => {
    expect(await parse('run', '--procs', '4', '--arg', 'a=1', 'x.yaml', '--arg', 'b=2', '--quiet', 'y.yaml')).toEqual([
      'run',
      ['x.yaml', 'y.yaml'],
      { procs: 4, arg: ['a=1', 'b=2'], quiet: true },
    ]);
    expect(await parse('show', '12', '--job', 'a', '--failed')).toEqual(['show', 12, { job: 'a', failed: true }]);
    expect(await parse('targets', '--json')).toEqual(['targets', undefined, { json: true }]);
    expect(await parse('__complete', 'bash', 'run', '--json', '--', '')).toEqual([
      'complete',
      'bash',
      ['run', '--json', '--', ''],
    ]);
  });

  it.each([
    [['list', '--since', '2d'], Date.now() - 2 * 86_400_000],
    [['list', '--since', '2024-05-17'], new Date(2024, 4, 17).getTime()],
    [['list', '--since', '2024-05-17T12:30:00Z'], Date.UTC(2024, 4, 17, 12, 30)],
  ])('take a time in the past: %j', async (args, expected) => {
    const [, options] = await parse(...args);
    expect(Math.abs((options as { since: number }).since - expected)).toBeLessThan(60_000);
  });

  it.each([
    ['run', '--procs', '0', 'x.yaml'],
    ['run', '--procs', '1025', 'x.yaml'],
    ['run', '--procs', '2.5', 'x.yaml'],
    ['run', '--procs', '', 'x.yaml'],
    ['show', '0'],
    ['show', 'twelve'],
    ['list', '--since', 'yesterday'],
    ['list', '--state', 'finished'],
    ['completion', 'tcsh'],
    ['run'],
    ['remove', '3'],
  ])('refuse what makes no sense: %j %j %j %j', async (...args) => {
    await expect(parse(...args)).rejects.toThrow();
  });

  it('each have a help with examples, and the program shows how a job file looks', () => {
    const { program, said } = recording();
    for (const command of program.commands.filter((one) => !one.name().startsWith('__'))) {
      command.outputHelp();
      expect(said(), command.name()).toContain(`procession ${command.name()}`);
      expect(said()).toContain('\nExamples:\n');
    }
    program.outputHelp();
    expect(said()).toContain('    - id: fractal\n');
    expect(said()).not.toContain('__complete');
  });
});
