import { existsSync, mkdirSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { alive, CommandLine, descendants, ended, gone, hears, jsonLines, written } from './command-line';

let line = new CommandLine();

beforeEach(() => {
  line = new CommandLine();
  line.write(
    'count.mjs',
    'export const count = (proc) => [...proc.pRange()].length;\nexport const twice = (x) => 2 * x;\n',
  );
});

afterEach(() => line.remove());

const counting = `import { checkResultMap, listResults, type ProcessServer, type Task } from 'procession';
import { add } from './add';

interface Context {
  readonly args: Readonly<Record<string, unknown>>;
  readonly task: Task;
}

export default async (server: ProcessServer, { args, task }: Context): Promise<unknown> => {
  console.log('reading \\u001b[31m%s', args.name ?? 'nothing');
  task.setLabel('Counting');
  task.setMaxProgress(2);
  const results = await server.callProcessFunc<number>(50, 0, null, './count.mjs#count', [], {}, { from: import.meta.url });
  checkResultMap(results);
  task.setProgress(1);
  const values = await server.map<number>([1, 2, 3], './count.mjs#twice', { from: import.meta.url, label: 'Doubling' });
  task.setProgress(2);
  return { ranks: server.realNumProcs, sum: listResults(results).reduce(add), twice: values.length };
};
`;

function writeCounting(): string {
  line.write('add.ts', 'export const add = (a: number, b: number): number => a + b;\n');
  return line.write('work.ts', counting);
}

describe('a script', () => {
  it('in TypeScript uses a server, shows its jobs, and gives its value, where Procession is not installed', async () => {
    const { code, stdout, stderr } = await line.run('run', '--trust', '--procs', '3', writeCounting());
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^\d\d:\d\d:\d\d work\.ts: started\nreading nothing\n/);
    expect(stdout).toMatch(/^\d\d:\d\d:\d\d \.\/count\.mjs#count: started on 3 ranks over a range of 50$/m);
    expect(stdout).toMatch(/^Doubling done in \d+\.\d s on 3 ranks$/m);
    expect(stdout).toMatch(
      /^Counting done in \d+\.\d s\n {2}\{ ranks: 3, sum: 50, twice: 3 \}\n2 jobs done in \d+\.\d s\n$/m,
    );
  });

  it('with --json writes one object a line and nothing else, what it prints included', async () => {
    const { code, stdout, stderr } = await line.run('run', '--trust', '--json', '--procs', '2', writeCounting());
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const lines = jsonLines(stdout);
    expect(lines.map(({ seq }) => seq)).toEqual(lines.map((_, index) => index));
    expect(lines[0]).toMatchObject({
      type: 'run.start',
      numProcs: 2,
      jobs: [{ file: 'work.ts', job: 'work.ts', script: 'work.ts', range: 0 }],
    });
    expect(lines.find(({ type }) => type === 'log')).toMatchObject({
      job: 'work.ts',
      stream: 'stdout',
      text: 'reading \u001b[31mnothing',
    });
    const ends = lines.filter(({ type }) => type === 'job.end');
    expect(ends).toMatchObject([
      { job: 'work.ts/1', state: 'done' },
      { job: 'work.ts/2', state: 'done', items: { done: 3, failed: 0, skipped: 0 } },
      { job: 'work.ts', state: 'done', result: { ranks: 2, sum: 50, twice: 3 } },
    ]);
    expect(
      lines.some(
        ({ type, job, range, label }) =>
          type === 'job.progress' && job === 'work.ts' && range === 2 && label === 'Counting',
      ),
    ).toBe(true);
    expect(lines.at(-1)).toMatchObject({ type: 'run.end', done: 2, failed: 0, exitCode: 0 });
  });

  it('may import packages of its project', async () => {
    mkdirSync(line.path('node_modules/a-package'), { recursive: true });
    line.write('node_modules/a-package/package.json', '{ "name": "a-package", "main": "main.cjs" }');
    line.write('node_modules/a-package/main.cjs', 'exports.name = "a package";');
    line.write('typed.ts', "import { name } from 'a-package';\nexport default (): string => name;\n");
    line.write('plain.mjs', "import a from 'a-package';\nexport default () => a.name;\n");
    for (const file of ['typed.ts', 'plain.mjs'])
      expect(await line.run('run', '--trust', file)).toMatchObject({
        code: 0,
        stdout: expect.stringContaining('\n  a package\n') as string,
      });
  });

  it('that throws shows the line that was written, and ends with 1', async () => {
    line.write(
      'deep.ts',
      'interface Nothing {\n  readonly a: 1;\n}\n\nexport function fail(): Nothing {\n  throw new RangeError("too deep");\n}\n',
    );
    line.write('work.ts', "import { fail } from './deep';\n\nexport default async (): Promise<unknown> => fail();\n");
    const { code, stdout, stderr } = await line.run('run', '--trust', 'work.ts');
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(stdout).toContain(`work.ts failed after 0.`);
    expect(stdout).toContain(`  RangeError: too deep\n    at fail (${line.path('deep.ts')}:6:9)\n`);
    expect(stdout).toContain(`${line.path('work.ts')}:3:46)\n`);
  });

  it.each([
    ['cannot be parsed', 'const x: = 3;\nexport default () => x;', 3, /work\.ts:1:10: error E215: Unexpected "="/],
    ['has no default function', 'export const a = 1;', 3, /error E215: The script exports no default function/],
    [
      'imports what is not there',
      "import './gone';\nexport default () => 1;",
      5,
      /work\.ts does not compile: work\.ts:1:8: Could not resolve/,
    ],
    [
      'throws while it is loaded',
      "throw new Error('out of cheese');\nexport default () => 1;",
      5,
      /The script work\.ts cannot be loaded: Error: out of cheese\nNothing was run\./,
    ],
    ['exports no function', 'export default 3;', 5, /default export of work\.ts must be a function, not number/],
  ])('that %s is refused with its reason', async (_what, text, code, message) => {
    line.write('work.ts', text);
    const end = await line.run('run', '--trust', 'work.ts');
    expect({ code: end.code, stdout: end.stdout }).toEqual({ code, stdout: '' });
    expect(end.stderr).toMatch(message);
  });

  it('without --trust is named, not loaded, and ends with 4', async () => {
    line.write(
      'work.mjs',
      "import { writeFileSync } from 'node:fs';\nwriteFileSync('loaded', '');\nexport default () => 1;",
    );
    const { code, stderr } = await line.run('run', 'work.mjs');
    expect(code).toBe(4);
    expect(stderr).toContain(`  the script ${line.path('work.mjs')}\n`);
    expect(await line.run('validate', 'work.mjs')).toMatchObject({ code: 0, stdout: 'work.mjs: valid, a script\n' });
    expect(existsSync(line.path('loaded'))).toBe(false);
  });

  it('runs by itself, and is not resumed', async () => {
    line.write('work.mjs', 'export default () => 1;');
    const file = line.jobFile('{ target: "builtin:mandelbrot", range: 2 }');
    expect(await line.run('run', '--trust', file, 'work.mjs')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('work.mjs is a script, which runs by itself') as string,
    });
    expect(await line.run('run', '--trust', '--resume', 'work.mjs')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('A script cannot be resumed') as string,
    });
    expect((await line.run('run', '--trust', 'work.mjs')).code).toBe(0);
    expect((await line.run('list')).stdout).toMatch(/^ +1 {2}done .*work\.mjs: 1 of 1 job done\n$/);
    expect(await line.run('resume', '--trust', '1')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('This is the run of a script') as string,
    });
  });

  it.each([
    [
      'ends its process',
      'process.exit(3);',
      /work\.mjs failed after .*\n {2}ScriptError: The process of work\.mjs ended with exit code 3 before the script was done\./,
    ],
    ['is killed', "process.kill(process.pid, 'SIGKILL');", /The process of work\.mjs was ended by SIGKILL/],
    [
      'loses an error',
      "setImmediate(() => { throw new TypeError('lost'); }); await new Promise(() => setTimeout(() => {}, 60000));",
      /TypeError: lost\n {4}at .*work\.mjs:/,
    ],
    [
      'does not await its jobs',
      "server.map(100, './count.mjs#twice', { from: import.meta.url, label: 'Mine' });",
      /The script returned while 1 job of its server had not ended \(Mine\)\. They are cancelled; await what the server returns\./,
    ],
    ['returns what cannot be sent', 'return { f: () => 1 };', /result\.f is a function/],
  ])('that %s has failed', async (_what, body, message) => {
    line.write('work.mjs', `export default async (server) => { ${body} };\n`);
    const { code, stdout } = await line.run('run', '--trust', 'work.mjs');
    expect(code).toBe(1);
    expect(stdout).toMatch(message);
  });
});

describe('a script that is stopped', () => {
  const waiting = `export default async (server, { signal, task }) => {
  const work = server.map(1e6, './slow.mjs#slow', { from: import.meta.url, task, label: 'Slow' });
  console.log('waiting');
  signal.addEventListener('abort', () => console.log('asked: ' + signal.reason.name));
  return await work;
};
`;
  const slow = 'export const slow = () => new Promise((done) => setTimeout(done, 50));\n';
  const endless = "export default (server, { signal }) => { console.log('looping'); for (;;); };\n";

  it('by Ctrl-C gets its signal aborted, and its jobs with it; then ends in order with 130', async () => {
    line.write('slow.mjs', slow);
    const child = line.start('run', '--trust', line.write('work.mjs', waiting));
    const heard = hears(child);
    const result = ended(child);
    await written(child, 'Slow: started on');
    const processes = descendants(child.pid ?? 0);
    child.kill('SIGINT');
    await heard('Asked the script to end; press Ctrl-C again to stop it at once.');
    const { code, stdout } = await result;
    expect(code).toBe(130);
    expect(stdout).toContain('\nasked: JobCancelledError\n');
    expect(stdout).toMatch(/\nSlow cancelled after [^]*\nwork\.mjs cancelled after .*\n {2}It was asked to end\.\n/);
    expect(alive(processes)).toEqual([]);
    expect((await line.run('list')).stdout).toMatch(/cancelled .*work\.mjs/);
  });

  it('and has ended well all the same, has its result', async () => {
    line.write(
      'work.mjs',
      `export default (_server, { signal }) => new Promise((done) => {
  console.log('waiting');
  const timer = setInterval(() => {}, 1000);
  signal.addEventListener('abort', () => { clearInterval(timer); done('what there was'); });
});
`,
    );
    const child = line.start('run', '--trust', 'work.mjs');
    const result = ended(child);
    await written(child, 'waiting');
    child.kill('SIGINT');
    expect(await result).toMatchObject({
      code: 130,
      stdout: expect.stringMatching(/work\.mjs done in .*\n {2}what there was\n$/) as string,
    });
  });

  it.each([
    ['two Ctrl-C', ['SIGINT', 'SIGINT'], 130],
    ['SIGTERM', ['SIGTERM'], 143],
  ] as const)('by %s ends although it never looks up from an endless loop', async (_what, signals, code) => {
    const child = line.start('run', '--trust', line.write('work.mjs', endless));
    const heard = hears(child);
    const result = ended(child);
    await written(child, 'looping');
    const processes = descendants(child.pid ?? 0);
    for (const [place, signal] of signals.entries()) {
      if (place > 0) await heard('Asked the script to end');
      child.kill(signal);
    }
    const end = await result;
    expect(end.code).toBe(code);
    expect(end.stdout).toMatch(/work\.mjs cancelled after /);
    expect(alive(processes)).toEqual([]);
  });

  it('by kill -9 of the command line is gone 2 s later, with its workers, also in an endless loop', async () => {
    line.write('slow.mjs', slow);
    line.write(
      'work.mjs',
      `export default async (server) => {
  const work = server.map(1e6, './slow.mjs#slow', { from: import.meta.url, label: 'Slow' });
  await new Promise((done) => setTimeout(done, 300));
  console.log('looping');
  for (;;);
};
`,
    );
    const child = line.start('run', '--trust', 'work.mjs');
    const result = ended(child);
    await written(child, 'looping');
    const processes = descendants(child.pid ?? 0);
    expect(processes.length).toBeGreaterThanOrEqual(2);
    child.kill('SIGKILL');
    await result;
    await gone(processes);
  });
});
