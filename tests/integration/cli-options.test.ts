import { appendFileSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CommandLine, ended, hears, jsonLines, written } from './command-line';

let line = new CommandLine();

beforeEach(() => {
  line = new CommandLine();
  mkdirSync(line.path('in'));
  for (const name of ['a', 'c', 'd']) line.write(`in/${name}.txt`, name);
  line.write(
    'work.mjs',
    "import { writeFileSync } from 'node:fs';\nwriteFileSync(new URL('./imported', import.meta.url), '');\nexport const name = (item, { args }) => `${item.split('/').at(-1)} ${args.size}`;\n",
  );
});

afterEach(() => line.remove());

/** How often each item was really worked on: each appends its name to a file. */
function worked(): Record<string, number> {
  const counts: Record<string, number> = {};
  if (existsSync(line.path('log')))
    for (const name of line.read('log').split('\n').filter(Boolean)) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

/** A command that notes its item, and as long as there is no file `ok` fails for one of them, or does something else. */
const noting = (bad: string, otherwise = 'false'): string =>
  `{ id: note, run: [sh, -c, 'echo {stem} >> log; test {stem} != ${bad} || test -e ok || ${otherwise}', "{item}"], range: { files: "in/*.txt" }, output: { path: notes.json } }`;

describe('--dry-run', () => {
  it('says what would run, with the commands of the first items, and executes nothing', async () => {
    const file = line.jobFile(
      '{ id: copy, label: Copy them, run: [cp, "{item}", "{out}"], range: { files: "in/*.txt" }, output: "out/{stem}.bak", timeout: 10s }',
      '{ id: names, map: "./work.mjs#name", range: { files: "in/*.txt" }, args: { size: 3 }, needs: [{ job: copy, when: items }] }',
      '{ id: off, run: [ls], enabled: false }',
    );
    const { code, stdout, stderr } = await line.run('run', '--dry-run', '--procs', '2', '--arg', 'size=7', file);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toBe(`jobs.yaml: 2 jobs would run on 2 processes

copy  Copy them
  runs      cp {item} {out}, for each of 3 items, on 2 processes, dynamic
  commands  cp in/a.txt ${line.path('out/a.bak')}
            cp in/c.txt ${line.path('out/c.bak')}
            cp in/d.txt ${line.path('out/d.bak')}
  writes    out/a.bak, out/c.bak, out/d.bak
  settings  10.0 s for each item

names
  calls     work.mjs#name for each of 3 items, on 2 processes, dynamic
  args      {"size":7}
  needs     copy (item by item)
  items     in/a.txt
            in/c.txt
            in/d.txt

off
  switched off

It would need --trust.
Nothing was run.
`);
    expect(readdirSync(line.folder).sort()).toEqual(['in', 'jobs.yaml', 'work.mjs']);
    expect(existsSync(`${line.folder}-data`)).toBe(false);
  });

  it('with --json writes an object for each job', async () => {
    const file = line.jobFile('{ id: copy, run: [cp, "{item}", x], range: { files: "in/*.txt" } }');
    const { code, stdout } = await line.run('run', '--dry-run', '--json', file);
    expect(code).toBe(0);
    expect(jsonLines(stdout)).toMatchObject([
      {
        v: 1,
        seq: 0,
        type: 'plan.job',
        job: 'copy',
        kind: 'run',
        range: 3,
        items: [{ index: 0, item: 'in/a.txt', argv: ['cp', 'in/a.txt', 'x'] }, { index: 1 }, { index: 2 }],
      },
      { seq: 1, type: 'plan.end', jobs: 1, needsTrust: true },
    ]);
  });

  it('finds the mistakes that a run would find', async () => {
    const file = line.jobFile('{ id: copy, run: [cp, "{itm}"], range: { files: "in/*.png" } }');
    expect(await line.run('run', '--dry-run', file)).toMatchObject({ code: 3, stdout: '' });
  });

  it('of a script says that only it knows', async () => {
    line.write('s.mjs', "import './work.mjs';\nexport default () => 1;\n");
    const { code, stdout } = await line.run('run', '--dry-run', 's.mjs');
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: 's.mjs: a script, which decides what runs when it runs\nIt would need --trust.\nNothing was run.\n',
    });
    expect(existsSync(line.path('imported'))).toBe(false);
  });
});

describe('--arg', () => {
  it('takes the place of what the file says, typed, and is kept with the run', async () => {
    const file = line.jobFile(
      '{ id: names, map: "./work.mjs#name", range: { files: "in/*.txt" }, args: { size: 3 }, output: names.json }',
    );
    expect((await line.run('run', '--trust', '--quiet', '--arg', 'size=8', file)).code).toBe(0);
    expect(JSON.parse(line.read('names.json'))).toEqual(['a.txt 8', 'c.txt 8', 'd.txt 8']);
    expect(JSON.parse((await line.run('show', '--json', '1')).stdout)).toMatchObject({ args: { names: { size: 8 } } });
    // A run that is resumed has them too.
    expect(await line.run('resume', '--trust', '1')).toMatchObject({ code: 0, stderr: '' });
  });

  it('that makes no sense is refused with what would, and ends with 2', async () => {
    const file = line.jobFile('{ id: fractal, target: "builtin:mandelbrot", range: 8, args: { width: 100 } }');
    const { code, stdout, stderr } = await line.run(
      'run',
      '--arg',
      'witdh=8',
      '--arg',
      'width=wide',
      '--arg',
      'x',
      file,
    );
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toBe('error: --arg: "x" is not name=value.\n');
    expect((await line.run('run', '--arg', 'witdh=8', '--arg', 'width=wide', file)).stderr).toMatch(
      /^error: --arg: No job has an argument "witdh"\. Did you mean "width"\? .*\nerror: --arg: "width" of "fractal" must be a whole number .*, not "wide"\.\n$/,
    );
  });
});

describe('a command', () => {
  it("gets its job's id, and its environment literally", async () => {
    const file = line.jobFile(
      '{ id: named, run: [sh, -c, "echo {jobId} $JSON"], env: { JSON: \'{"item": {index}}\' }, output: named.txt }',
    );
    expect((await line.run('run', '--trust', '--quiet', file)).code).toBe(0);
    expect(line.read('named.txt')).toBe('named {"item": {index}}\n');
  });

  it('has its result shown in a table, those first that failed', async () => {
    const { code, stdout } = await line.run('run', '--trust', '--procs', '1', line.jobFile(noting('c')));
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /note failed after .*, 2 of its items done, 1 failed\n {2}exit +time {2}item +output\n {5}1 +\d+ ms {2}in\/c\.txt .*\n {5}0 +\d+ ms {2}in\/a\.txt\n {5}0 +\d+ ms {2}in\/d\.txt\n/,
    );
  });
});

describe('--resume', () => {
  const run = (...more: string[]): ReturnType<CommandLine['run']> =>
    line.run('run', '--trust', '--procs', '2', ...more, 'jobs.yaml');

  it('runs what is new when files were added and removed, and makes one result of all', async () => {
    line.jobFile(noting('c'));
    expect((await run()).code).toBe(1);
    expect(worked()).toEqual({ a: 1, c: 1, d: 1 });
    line.write('in/b.txt', 'b');
    line.write('in/e.txt', 'e');
    rmSync(line.path('in/a.txt'));
    line.write('ok', '');
    const dry = await run('--resume-failed', '--dry-run');
    expect(dry.stdout).toMatch(/^ {2}left {6}3 of 4$/m);
    const { code, stderr, stdout } = await run('--resume-failed');
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: 'Run 2 goes on where run 1 stands.\n  Job "note" has 4 items, and had 3: 2 new, 1 gone.\n',
    });
    expect(stdout).toContain('note: started on 2 ranks, 4 commands');
    expect(worked()).toEqual({ a: 1, b: 1, c: 2, d: 1, e: 1 });
    expect(
      (JSON.parse(line.read('notes.json')) as { item: string; exitCode: number }[]).map(({ exitCode }) => exitCode),
    ).toEqual([0, 0, 0, 0]);
    // Nothing is left then: it says so at once.
    expect((await run('--resume')).code).toBe(0);
    expect(worked()).toEqual({ a: 1, b: 1, c: 2, d: 1, e: 1 });
  });

  it('without --resume-failed leaves alone what failed', async () => {
    line.jobFile(noting('c'));
    await run();
    line.write('in/b.txt', 'b');
    line.write('ok', '');
    const { code, stdout } = await run('--resume');
    expect(code).toBe(1);
    expect(worked()).toEqual({ a: 1, b: 1, c: 1, d: 1 });
    expect(stdout).toMatch(/note failed after .*, 3 of its items done, 1 failed\n/);
  });

  it('finds its items by their names when a run before has not been able to finish', async () => {
    line.jobFile(noting('d', 'sleep 60'));
    const child = line.start('run', '--trust', '--procs', '1', 'jobs.yaml');
    const result = ended(child);
    await vi.waitFor(() => expect(worked()).toEqual({ a: 1, c: 1, d: 1 }), { timeout: 25_000 });
    child.kill('SIGKILL');
    await result;
    line.write('ok', '');
    line.write('in/b.txt', 'b');
    expect((await run('--resume')).code).toBe(0);
    const { stdout } = await line.run('list', '--json');
    expect(jsonLines(stdout)).toMatchObject([
      { state: 'done', items: { total: 4, done: 4 } },
      { state: 'cancelled', exitReason: 'continued as run 2' },
    ]);
  });

  it('takes new settings, which spoil nothing', async () => {
    line.jobFile(noting('c'));
    await run();
    line.jobFile(noting('c').replace('range:', 'retries: 2, timeout: 1m, onFailure: stop, range:'));
    const { code, stderr } = await run('--resume-failed');
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: [
        'Run 2 goes on where run 1 stands.',
        '  Job "note": retries.max is 2, and was 0.',
        '  Job "note": onFailure.then is "stop", and was "continue".',
        '  Job "note": onFailure.after is {"items":1}, and was not there.',
        '  Job "note": timeout is "60s", and was not there.',
        '',
      ].join('\n'),
    });
    expect(worked()).toEqual({ a: 1, c: 4, d: 1 });
  });

  it('works again on items that have moved when their function reads their places, and only then', async () => {
    line.write(
      'place.mjs',
      'export const plain = (item) => item.slice(-5);\nexport const placed = (item, { index }) => `${index} ${item.slice(-5)}`;\n',
    );
    line.write('only.mjs', 'export const only = (item) => item.slice(-5);\n');
    const jobs = (name: string): string =>
      `{ id: ${name}, map: "./${name === 'only' ? 'only' : 'place'}.mjs#${name}", range: { files: "in/*.txt" }, output: ${name}.json }`;
    line.jobFile(jobs('placed'), jobs('only'));
    await run();
    line.write('in/b.txt', 'b');
    const { code, stderr } = await run('--resume');
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: [
        'Run 2 goes on where run 1 stands.',
        '  Job "placed" has 4 items, and had 3: 1 new, 0 gone.',
        '  Job "only" has 4 items, and had 3: 1 new, 0 gone.',
        '  Job "placed": 2 items of the earlier run have another place now, which the function reads: they are worked on again.',
        '',
      ].join('\n'),
    });
    expect(JSON.parse(line.read('placed.json'))).toEqual(['0 a.txt', '1 b.txt', '2 c.txt', '3 d.txt']);
    expect(JSON.parse(line.read('only.json'))).toEqual(['a.txt', 'b.txt', 'c.txt', 'd.txt']);
  });

  it.each([
    ['the command', () => line.jobFile(noting('d')), /Job "note": argv is .*, and was /],
    [
      'an argument',
      () => line.jobFile(noting('c')),
      /Job "names": args\.size is 4, and was 3\./,
      '--arg',
      'names.size=4',
    ],
    [
      'a module',
      () => appendFileSync(line.path('work.mjs'), '// changed\n'),
      /work\.mjs, or something that it imports, has changed\./,
    ],
  ])('is refused with 6 when %s has changed, which is named', async (_what, change, message, ...more) => {
    const args = more.filter((arg) => typeof arg === 'string');
    const names = '{ id: names, map: "./work.mjs#name", range: { files: "in/*.txt" }, args: { size: 3 } }';
    line.jobFile(noting('c'), names);
    await run();
    if (args.length === 0) change();
    const changed = line.read('jobs.yaml');
    if (!changed.includes('names')) line.write('jobs.yaml', `${changed}  - ${names}\n`);
    const before = worked();
    const { code, stderr } = await run('--resume', ...args);
    expect(code).toBe(6);
    expect(stderr).toMatch(message);
    expect(worked()).toEqual(before);
  });

  it('is refused with 2 when there is nothing to resume', async () => {
    line.jobFile(noting('c'));
    expect(await run('--resume')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('There is no earlier run') as string,
    });
  });
});

describe('--watch', () => {
  it('runs again when an input, a module or the file changes, and ends by Ctrl-C', async () => {
    const names = (more: string): string =>
      `{ id: names, map: "./name.ts#name", range: { files: "in/*.txt" }, output: names.json${more} }`;
    line.write('part.ts', "export const part = (path: string): string => path.split('/').at(-1) ?? '';\n");
    line.write(
      'name.ts',
      "import { part } from './part';\nexport const name = (item: string): string => part(item);\n",
    );
    const child = line.start('run', '--trust', '--watch', '--procs', '1', line.jobFile(names('')));
    const heard = hears(child);
    const result = ended(child);
    const holds = (...expected: string[]): Promise<void> =>
      vi.waitFor(() => expect(JSON.parse(line.read('names.json'))).toEqual(expected), {
        timeout: 20_000,
        interval: 100,
      });
    await heard('Waiting for changes; Ctrl-C ends.');
    await holds('a.txt', 'c.txt', 'd.txt');
    line.write('in/b.txt', 'b');
    await holds('a.txt', 'b.txt', 'c.txt', 'd.txt');
    rmSync(line.path('in/d.txt'));
    await holds('a.txt', 'b.txt', 'c.txt');
    line.write(
      'part.ts',
      "export const part = (path: string): string => path.split('/').at(-1)?.toUpperCase() ?? '';\n",
    );
    await holds('A.TXT', 'B.TXT', 'C.TXT');
    line.jobFile(names(', oops: 1'));
    await heard('Unknown key "oops"');
    rmSync(line.path('names.json'));
    line.jobFile(names(', priority: 1'));
    await holds('A.TXT', 'B.TXT', 'C.TXT');
    await vi.waitFor(async () => expect(jsonLines((await line.run('list', '--json')).stdout)).toHaveLength(5), {
      timeout: 25_000,
    });
    child.kill('SIGINT');
    expect((await result).code).toBe(130);
  });

  it('stops what runs when its code has changed, and begins anew', async () => {
    const slow = (ms: number): string =>
      `export const slow = () => new Promise((done) => setTimeout(() => done(${ms}), ${ms}));\n`;
    line.write('slow.mjs', slow(60_000));
    const child = line.start(
      'run',
      '--trust',
      '--watch',
      line.jobFile('{ id: slow, map: "./slow.mjs#slow", range: 1, output: slow.json }'),
    );
    const heard = hears(child);
    const result = ended(child);
    await written(child, 'slow: started');
    line.write('slow.mjs', slow(1));
    await vi.waitFor(() => expect(line.read('slow.json')).toContain('1'), { timeout: 20_000, interval: 100 });
    await heard('Waiting for changes');
    child.kill('SIGINT');
    const { code, stdout } = await result;
    expect(code).toBe(130);
    expect(stdout).toMatch(/slow cancelled after .*\n {2}What it runs has changed\.\n[^]*slow done in/);
  });

  it('does not run for ever when runs change what they work on', async () => {
    const child = line.start(
      'run',
      '--trust',
      '--watch',
      line.jobFile('{ id: grow, run: [sh, -c, "date +%N > in/new-$$.txt"], range: { files: "in/*.txt" } }'),
    );
    const heard = hears(child);
    const result = ended(child);
    await vi.waitFor(
      () => heard('Runs change their own inputs again and again; the next run waits for another change.'),
      { timeout: 30_000 },
    );
    child.kill('SIGINT');
    expect((await result).code).toBe(130);
  });
});
