import { appendFileSync, cpSync, existsSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { CommandLine, type Ended, ended, root } from './command-line';

const line = new CommandLine();

afterEach(() => line.remove());

/** Installs a copy of the package in the test's folder, to be spoiled. */
function installed(): string {
  const copy = line.path('installed');
  for (const part of ['bin', 'out/main', 'package.json'])
    cpSync(join(root, part), join(copy, part), { recursive: true, filter: (name) => !name.endsWith('.map') });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  return copy;
}

it('an installation that is broken ends with 70, says what to do, and runs nothing', async () => {
  const copy = installed();
  const file = line.jobFile('{ id: note, run: [touch, noted] }');
  const run = (...args: string[]): Promise<Ended> =>
    ended(line.spawn(process.execPath, [join(copy, 'bin', 'procession.js'), ...args]));
  const told = (what: string): string =>
    expect.stringMatching(
      new RegExp(
        `internal error: .*${what}[^]*\nThis is a fault of Procession or of its installation, not of your files; .*\nInstall Procession again\\. If it comes back, report it with the lines above\\.\n$`,
      ),
    ) as string;

  rmSync(join(copy, 'out/main/workers/history.js'));
  expect(await run('run', '--trust', '--json', file)).toEqual({ code: 70, stdout: '', stderr: told('history\\.js') });
  expect(existsSync(line.path('noted'))).toBe(false);
  // What needs nothing of the missing part goes on as before.
  expect((await run('validate', file)).code).toBe(0);

  const entry = join(copy, 'out/main/cli.js');
  appendFileSync(entry, "\nprocess.nextTick(() => { throw new RangeError('nobody awaits this'); });\n");
  expect(await run('targets')).toMatchObject({ code: 70, stderr: told('nobody awaits this') });

  rmSync(join(copy, 'package.json'));
  expect(await run('validate', file)).toEqual({ code: 70, stdout: '', stderr: told('package\\.json') });

  rmSync(entry);
  expect(await run('validate', file)).toMatchObject({
    code: 70,
    stderr: expect.stringContaining('npm run setup') as string,
  });
});
