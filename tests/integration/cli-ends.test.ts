import { existsSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CommandLine, ended } from './command-line';

let line = new CommandLine();

beforeEach(() => {
  line = new CommandLine();
});

afterEach(() => line.remove());

describe('--time-limit', () => {
  it('stops what still runs, ends with 8, leaves no process, and what is left can be resumed', async () => {
    line.write(
      'wait.mjs',
      "import { existsSync } from 'node:fs';\nexport const wait = async (item) => { while (item > 0 && !existsSync('go')) await new Promise((later) => setTimeout(later, 20)); return item; };\nexport const endless = () => { for (;;); };\n",
    );
    const file = line.jobFile(
      '{ id: wait, map: "./wait.mjs#wait", range: 2, schedule: { kind: dynamic, chunk: 1 }, output: wait.json }',
    );
    const { code, stderr } = await line.run('run', '--trust', '--procs', '2', '--time-limit', '2s', file);
    expect({ code, stderr }).toEqual({
      code: 8,
      stderr: 'The time limit is over. Stopping.\nWhat is left of it runs with: procession resume 1\n',
    });
    line.write('go', '');
    expect((await line.run('resume', '--trust', '--quiet', '--time-limit', '1m', '1')).code).toBe(0);
    expect(JSON.parse(line.read('wait.json'))).toEqual([0, 1]);
    expect(await line.run('run', '--time-limit', 'soon', file)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('It must be a duration such as 90s, 10m or 1h30m') as string,
    });
  });

  it('ends a script too, also one in an endless loop', async () => {
    line.write('loop.mjs', 'export default () => { for (;;); };\n');
    const child = line.start('run', '--trust', '--time-limit', '1500ms', 'loop.mjs');
    expect(await ended(child)).toMatchObject({
      code: 8,
      stderr: expect.stringContaining('The time limit is over. Stopping.') as string,
    });
  });
});

describe('the history that cannot be used', () => {
  it('ends a run with 7 and says so, before anything runs', async () => {
    const file = line.jobFile('{ id: note, run: [touch, noted] }');
    // Where the folder of the history should be there is a file.
    line.write('taken', '');
    const child = line.spawn(process.execPath, [...line.command, 'run', '--trust', file], {
      env: line.env({ PROCESSION_DATA: line.path('taken') }),
    });
    const { code, stderr } = await ended(child);
    expect({ code, stderr }).toEqual({ code: 7, stderr: expect.stringMatching(/^error: the history: /) as string });
    expect(existsSync(line.path('noted'))).toBe(false);
  });
});
