import type { ChildProcess } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  alive,
  bin,
  CommandLine,
  descendants,
  type Ended,
  ended,
  gone,
  hears,
  jsonLines,
  root,
  written,
} from './command-line';

let line = new CommandLine();
let folder = '';
const run = (...args: string[]): Promise<Ended> => line.run(...args);
const start = (...args: string[]): ChildProcess => line.start(...args);
const jobFile = (...jobs: string[]): string => line.jobFile(...jobs);

beforeEach(() => {
  line = new CommandLine();
  folder = line.folder;
  line.write(
    'work.mjs',
    `import { writeFileSync } from 'node:fs';
writeFileSync(new URL('./imported', import.meta.url), '');
export const part = (proc, args) => [proc.index, proc.startVal, proc.endVal, args];
export function slow(proc) {
  for (const i of proc.pRange()) for (const end = Date.now() + 20; Date.now() < end; );
  return 'finished';
}
export function endless() { for (;;); }
export function talkative(proc) { for (;;) proc.log('still here'); }
export function odd(proc) {
  proc.log('about to', '\\u001b[31mfail\\u001b[0m');
  if (proc.index === 1) throw new TypeError('rank one is odd');
  proc.sync();
}
export function adding(proc) { let sum = 0; for (const i of proc.pRange()) sum += i; return sum; }
adding.combine = (_proc, parts) => ({ parts, sum: parts.reduce((a, b) => a + b, 0) });
export const notAFunction = 3;
`,
  );
});

afterEach(() => line.remove());

describe('procession run', () => {
  it.each(['1', '2', '3'])('gives the reference figures of the brain series on %s processes', async (procs) => {
    const { code, stdout, stderr } = await run('run', '--procs', procs, join(root, 'examples', 'brain-histogram.yaml'));
    expect(stderr).toBe('');
    expect(code).toBe(0);
    const figures = {
      Voxels: '1310720',
      Minimum: '0',
      Maximum: '1059',
      Sum: '219593921',
      Mean: '167.53686599731446',
      Zeros: '340357',
      'Otsu threshold': '237',
    };
    for (const [label, value] of Object.entries(figures))
      expect(stdout).toMatch(new RegExp(`^ +${label} +${value}$`, 'm'));
    expect(stdout).toMatch(/^ +Standard deviation \(population\) +214\.71913829836316$/m);
    expect(stdout).toMatch(/^ +0 – +100 +804251 +█{40}$/m);
    expect(stdout).toMatch(/^1 job done in \d/m);
  });

  it('cuts the range and the args, combines in a worker, and writes the outputs', async () => {
    const { code } = await run(
      'run',
      '--trust',
      '--procs',
      '4',
      jobFile(
        '{ id: parts, target: "./work.mjs#part", range: 50, output: parts.json }',
        '{ id: cut, target: "./work.mjs#part", range: 3, numProcs: 3, args: { list: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], k: 1 }, partitionArgs: [list], output: cut.ndjson }',
        '{ id: items, target: "./work.mjs#part", range: { list: [a, b, c] }, numProcs: 2, output: items.ndjson }',
        '{ id: sum, target: "./work.mjs#adding", range: 1000, numProcs: 2, output: deep/sum.json }',
      ),
    );
    expect(code).toBe(0);
    const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
    expect(JSON.parse(read('parts.json'))).toEqual([
      [0, 0, 12, {}],
      [1, 12, 25, {}],
      [2, 25, 37, {}],
      [3, 37, 50, {}],
    ]);
    expect(read('cut.ndjson')).toBe(
      '[0,0,1,{"list":[0,1,2],"k":1}]\n[1,1,2,{"list":[3,4,5],"k":1}]\n[2,2,3,{"list":[6,7,8,9],"k":1}]\n',
    );
    expect(read('items.ndjson')).toBe('[0,0,1,{"items":["a"]}]\n[1,1,3,{"items":["b","c"]}]\n');
    expect(JSON.parse(read('deep/sum.json'))).toEqual({ parts: [124_750, 374_750], sum: 499_500 });
  });

  it('writes plain lines into a pipe', async () => {
    const { code, stdout } = await run(
      'run',
      '--trust',
      '--procs',
      '2',
      jobFile('{ id: a, label: "\\e[2JMy label", target: "./work.mjs#slow", range: 4 }'),
    );
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^\d\d:\d\d:\d\d My label: started on 2 ranks over a range of 4\nMy label done in \d+\.\d s on 2 ranks\n {2}\[ 'finished', 'finished' \]\n1 job done in \d+\.\d s\n$/,
    );
  });

  it.runIf(existsSync('/usr/bin/script'))('draws bars and ranks on a terminal, and gives the cursor back', async () => {
    const file = jobFile('{ id: a, label: Slow work, target: "./work.mjs#slow", range: 40 }');
    const terminal = line.spawn(
      '/usr/bin/script',
      ['-qec', `stty cols 90 rows 24; '${process.execPath}' '${bin}' run --trust --procs 2 ${file}`, '/dev/null'],
      { env: line.env({ LANG: 'C.UTF-8', LC_ALL: '', TERM: 'xterm-256color', NO_COLOR: '1' }) },
    );
    const { code, stdout } = await ended(terminal);
    expect(code).toBe(0);
    expect(stdout).toMatch(/Slow work {2}█+░+ {2} ?\d+ of 40 +\d+% {2}\d+\/s {2}ends \d\d:\d\d:\d\d/);
    expect(stdout).toMatch(/ {2}0 \[0,20\) \d+ {2}1 \[20,40\) \d+/);
    expect(stdout.indexOf('\u001b[?25l')).toBeLessThan(stdout.indexOf('\u001b[?25h'));
  });

  it('with --json writes one object a line and nothing else', async () => {
    const { code, stdout, stderr } = await run(
      'run',
      '--json',
      '--trust',
      '--procs',
      '2',
      jobFile('{ id: a, target: "./work.mjs#slow", range: 40 }', '{ id: b, target: "./work.mjs#odd", range: 2 }'),
    );
    expect(code).toBe(1);
    expect(stderr).toBe('');
    const lines = jsonLines(stdout);
    expect(lines.map(({ v, seq }) => [v, seq])).toEqual(lines.map((_, index) => [1, index]));
    const of = (job: string): unknown[] => lines.filter((line) => line.job === job).map(({ type }) => type);
    expect(lines[0]).toMatchObject({
      type: 'run.start',
      numProcs: 2,
      jobs: [
        { job: 'a', range: 40 },
        { job: 'b', range: 2 },
      ],
    });
    expect(of('a')[0]).toBe('job.start');
    expect(of('a').filter((type) => type === 'job.progress').length).toBeGreaterThanOrEqual(1);
    expect(lines.find(({ type, job }) => type === 'job.end' && job === 'a')).toMatchObject({
      state: 'done',
      result: ['finished', 'finished'],
    });
    expect(lines.find(({ type, job }) => type === 'log' && job === 'b')).toMatchObject({
      stream: 'log',
      text: 'about to \u001b[31mfail\u001b[0m',
    });
    expect(lines.find(({ type, job }) => type === 'job.end' && job === 'b')).toMatchObject({
      state: 'failed',
      errors: [
        { rank: 1, error: { name: 'TypeError', message: 'rank one is odd' } },
        { rank: 0, error: { name: 'SiblingError' } },
      ],
    });
    expect(lines.at(-1)).toMatchObject({ type: 'run.end', done: 1, failed: 1, cancelled: 0, exitCode: 1 });
  });

  it('with --quiet says nothing but what went wrong', async () => {
    const file = jobFile(
      '{ id: a, target: "./work.mjs#part", range: 2 }',
      '{ id: b, label: Odd one, target: "./work.mjs#odd", range: 2, numProcs: 2 }',
    );
    const { code, stdout, stderr } = await run('run', '--quiet', '--trust', '--procs', '2', file);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(
      /^Odd one failed after \d+\.\d s\n {2}rank 1: TypeError: rank one is odd\n {4}at odd \(.*work\.mjs:\d+:\d+\)\n/,
    );
  });
});

describe('the exit code', () => {
  it('is 1 when a job fails; the others run all the same', async () => {
    const { code, stdout } = await run(
      'run',
      '--trust',
      '--procs',
      '2',
      jobFile(
        '{ id: odd, target: "./work.mjs#odd", range: 2 }',
        '{ id: late, target: "./work.mjs#endless", range: 2, timeout: 300ms }',
        '{ id: png, target: "./work.mjs#part", range: 2, output: x.png }',
        '{ id: fine, target: "./work.mjs#part", range: 2, priority: -1 }',
      ),
    );
    expect(code).toBe(1);
    expect(stdout).toContain('odd failed');
    expect(stdout).toMatch(/late failed after \d+\.\d s\n {2}JobTimeoutError: /);
    expect(stdout).toContain('OutputError: The result cannot be written as png: it is not a report with an image.');
    expect(stdout).toMatch(/fine done in .*\n.*\n4 jobs: 3 failed, 1 done in/);
    expect(readdirSync(folder).sort()).toEqual(['imported', 'jobs.yaml', 'work.mjs']);
  });

  it.each([
    [],
    ['run'],
    ['rnu', 'x.yaml'],
    ['run', '--porcs', '2', 'x.yaml'],
    ['run', '--procs', '0', 'x.yaml'],
    ['run', '--procs', 'two', 'x.yaml'],
  ])('is 2 for wrong usage: %j %j %j', async (...args) => {
    const { code, stdout, stderr } = await run(...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).not.toBe('');
  });

  it('is 3 for an invalid file, with the errors of all files, and nothing is run', async () => {
    writeFileSync(
      join(folder, 'thumbs.yaml'),
      'version: 1\njobs:\n  - id: thumbs\n    target: ./work.mjs#part\n    range: 3\n    numproc: 4\n    timeout: 30\n',
    );
    const { code, stdout, stderr } = await run(
      'run',
      '--trust',
      'thumbs.yaml',
      jobFile('{ target: "./work.mjs#part", range: { files: "*.dcm" } }'),
      'gone.yaml',
    );
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toBe(
      `thumbs.yaml:6:5: error E101: Unknown key "numproc" in job "thumbs". Did you mean "numProcs"?
   6 |     numproc: 4
     |     ^^^^^^^
thumbs.yaml:7:14: error E111: "timeout" must be a duration with a unit, such as 90s or 10m, not 30.
   7 |     timeout: 30
     |              ^^
2 errors in thumbs.yaml; nothing was run.

jobs.yaml:3:50: error E205: No file matches "*.dcm".
   3 |   - { target: "./work.mjs#part", range: { files: "*.dcm" } }
     |                                                  ^^^^^^^
1 error in jobs.yaml; nothing was run.

gone.yaml:1:1: error E001: There is no such file.
1 error in gone.yaml; nothing was run.
`,
    );
    expect(existsSync(join(folder, 'imported'))).toBe(false);
  });

  it('is 4 for an own target without --trust, which shows what would run and does not load it', async () => {
    const { code, stdout, stderr } = await run('run', jobFile('{ id: mine, target: "./work.mjs#part", range: 3 }'));
    expect({ code, stdout }).toEqual({ code: 4, stdout: '' });
    expect(stderr).toContain(`job "mine" runs part() of ${join(folder, 'work.mjs')}\n`);
    expect(existsSync(join(folder, 'imported'))).toBe(false);
  });

  it.each([
    [
      'its module is not there',
      './gone.mjs#go',
      /jobs\.yaml:3:15: error E208: The target's module "\.\/gone\.mjs" is not there\./,
    ],
    ['it has no such export', './work.mjs#gone', /work\.mjs#gone cannot be loaded: .*gone/],
    ['the export is not a function', './work.mjs#notAFunction', /notAFunction cannot be loaded: /],
    ['its module throws', './throws.mjs#go', /throws\.mjs#go cannot be loaded: [^]*out of cheese/],
    ['its module has a syntax error', './syntax.mjs#go', /syntax\.mjs#go cannot be loaded: /],
  ])('is 5 for a target that cannot be loaded because %s; then nothing is run', async (_name, target, message) => {
    writeFileSync(join(folder, 'throws.mjs'), 'throw new Error("out of cheese");');
    writeFileSync(join(folder, 'syntax.mjs'), 'export function go( {');
    const { code, stdout, stderr } = await run(
      'run',
      '--trust',
      jobFile(`{ target: "${target}", range: 3 }`, '{ target: "builtin:mandelbrot", range: 3, output: x.json }'),
    );
    expect({ code, stdout }).toEqual({ code: 5, stdout: '' });
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(/nothing was run\.\n$/);
    expect(existsSync(join(folder, 'x.json'))).toBe(false);
  });
});

describe('stopping', () => {
  /** Starts a job that would take for ever and one that waits; resolves when the first one runs. */
  async function startLong(): Promise<{
    child: ChildProcess;
    workers: number[];
    result: Promise<Ended>;
    heard: (text: string) => Promise<void>;
  }> {
    const file = jobFile(
      '{ id: long, target: "./work.mjs#slow", range: 100000, output: long.json }',
      '{ id: endless, target: "./work.mjs#endless", range: 2 }',
    );
    const child = start('run', '--trust', '--procs', '2', file);
    const heard = hears(child);
    const result = ended(child);
    await written(child, 'long: started on 2 ranks');
    const workers = descendants(child.pid ?? 0);
    expect(workers.length).toBeGreaterThanOrEqual(2);
    return { child, workers, result, heard };
  }

  it.each([
    ['SIGINT', 2, 130, 'Finishing what runs; press Ctrl-C again to stop at once.\n'],
    ['SIGTERM', 1, 143, 'Stopping.\n'],
  ] as const)(
    'by %s, sent %d times, cancels what runs, ends in order with %d and leaves no process and no file',
    async (signal, times, code, said) => {
      const { child, workers, result, heard } = await startLong();
      child.kill(signal);
      if (times === 2) {
        await heard('Finishing what runs');
        child.kill(signal);
      }
      const end = await result;
      expect(end.code).toBe(code);
      expect(end.stderr).toContain(said);
      expect(end.stderr).toMatch(/What is left of it runs with: procession resume \d+\n$/);
      expect(end.stdout).toMatch(/long cancelled after \d/);
      expect(end.stdout).toContain('endless cancelled before it began\n');
      expect(end.stdout).toMatch(/2 jobs: 2 cancelled in \d+\.\d s\n$/);
      expect(alive(workers)).toEqual([]);
      expect(readdirSync(folder).sort()).toEqual(['imported', 'jobs.yaml', 'work.mjs']);
    },
  );

  it('by Ctrl-C three times leaves no process', async () => {
    const { child, workers, result, heard } = await startLong();
    child.kill('SIGINT');
    await heard('Finishing what runs');
    child.kill('SIGINT');
    child.kill('SIGINT');
    expect((await result).code).toBe(130);
    await gone(workers);
  });

  it('by kill -9 leaves no worker 2 s later', async () => {
    const { child, workers, result } = await startLong();
    child.kill('SIGKILL');
    await result;
    await gone(workers);
  });

  it('by Ctrl-C in a terminal, which every process of the group gets, ends in order too', async () => {
    const file = jobFile('{ id: long, target: "./work.mjs#slow", range: 100000 }');
    const child = line.spawn(process.execPath, [bin, 'run', '--trust', '--procs', '2', file], { detached: true });
    const heard = hears(child);
    const result = ended(child);
    await written(child, 'long: started on 2 ranks');
    const workers = descendants(child.pid ?? 0);
    const group = -(child.pid ?? Number.NaN);
    process.kill(group, 'SIGINT');
    await heard('Finishing what runs');
    process.kill(group, 'SIGINT');
    const { code, stdout } = await result;
    expect(code).toBe(130);
    expect(stdout).toMatch(/long cancelled after \d+\.\d s\n {2}Stopped before it was done\.\n1 job: 1 cancelled in/);
    expect(alive(workers)).toEqual([]);
  });

  it('because nobody reads any more ends the run with 141', async () => {
    const child = start(
      'run',
      '--trust',
      '--procs',
      '2',
      jobFile('{ id: talk, target: "./work.mjs#talkative", range: 2 }'),
    );
    const result = ended(child);
    await written(child, 'still here');
    const workers = descendants(child.pid ?? 0);
    child.stdout?.destroy();
    expect((await result).code).toBe(141);
    await gone(workers);
  });
});

describe('the other commands', () => {
  it('validate says what would run and executes nothing', async () => {
    const { code, stdout } = await run(
      'validate',
      jobFile('{ id: a, target: "./work.mjs#part", range: 3 }', '{ target: "builtin:mandelbrot", range: 8 }'),
    );
    expect(code).toBe(0);
    expect(stdout).toBe(
      `jobs.yaml: valid, 2 jobs\n  a: a range of 3, ${join(folder, 'work.mjs')}#part\n  job-2: a range of 8, builtin:mandelbrot\n`,
    );
    expect(existsSync(join(folder, 'imported'))).toBe(false);
    expect(await run('validate', 'gone.yaml')).toMatchObject({ code: 3, stdout: '' });
  });

  it('targets lists the built-in targets with their arguments', async () => {
    const { stdout } = await run('targets');
    expect(stdout).toMatch(/^builtin:mandelbrot {2}.*\n(?: {2}.*\n)* {4}width: integer = 1200 +\S/m);
    const { stdout: json } = await run('targets', '--json');
    const targets = JSON.parse(json) as { name: string; args: { properties: object } }[];
    expect(targets.map(({ name }) => name)).toEqual(expect.arrayContaining(['dicom-series', 'mandelbrot']));
    expect(targets.every(({ args }) => Object.keys(args.properties).length > 0)).toBe(true);
  });

  it('--help teaches by examples and --version is that of the package', async () => {
    const help = await run('--help');
    expect(help).toMatchObject({ code: 0, stderr: '' });
    expect(help.stdout).toContain('procession run examples/brain-histogram.yaml');
    expect((await run('run', '--help')).stdout).toContain('4 not trusted');
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
    expect(await run('--version')).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  });
});
