// What becomes of whole programs that use the library: when they end, and what disturbs them.
import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';

const runFile = promisify(execFile);

/** What a program prints. It is run until it ends by itself; one that does not end within half a minute fails. */
async function run(...lines: readonly string[]): Promise<string[]> {
  const code = [
    "import * as engine from 'procession';",
    'const { ProcessServer, Task, TaskQueue } = engine;',
    ...lines,
  ];
  const cwd = resolve(import.meta.dirname, '../..');
  const args = ['--input-type=module', '--eval', code.join('\n')];
  const { stdout, stderr } = await runFile(process.execPath, args, { cwd, timeout: 30_000, killSignal: 'SIGKILL' });
  return `${stdout}${stderr}`.split('\n').filter((line) => line !== '');
}

// An unref'd timer does not keep a program alive: whether it fires tells whether something else does.
const untilLate = (ms: number): string =>
  `setTimeout(() => { console.log('still here'); void server.stop(); }, ${ms}).unref();`;

describe('a program with a server', () => {
  test('ends by itself when the server is a daemon that has nothing to do', async () => {
    expect(
      await run('const server = new ProcessServer({ numProcs: 2, daemon: true }).run();', untilLate(20_000)),
    ).toEqual([]);
  });

  test('does not end before the jobs of a daemon have, and then ends', async () => {
    const printed = await run(
      'const server = new ProcessServer({ numProcs: 2, daemon: true }).run();',
      "const code = 'for (let i = 0; i < 5e8; i += 1); const result = proc.index';",
      'for (const ranks of [1, 2]) console.log([...(await server.concurrentExec(2, ranks, null, code)).values()]);',
      untilLate(20_000),
    );
    expect(printed).toEqual(['[ 0 ]', '[ 0, 1 ]']);
  });

  test('lives on while a server that is no daemon is idle, and ends once it is stopped', async () => {
    const printed = await run('const server = new ProcessServer({ numProcs: 2 }).run();', untilLate(700));
    expect(printed).toEqual(['still here']);
  });

  test('lives on when listeners throw, and so do jobs, tasks and queues', async () => {
    const printed = await run(
      'const thrown = [];',
      "process.on('uncaughtException', (error) => thrown.push(error.message));",
      'const bad = (name) => () => { throw new Error(name); };',
      'const server = new ProcessServer({ numProcs: 2 }).start();',
      "server.onEvent(bad('of the server'));",
      "const task = new Task('job');",
      "task.onChange(bad('of a task'));",
      "const queue = new TaskQueue({ taskExcept: bad('taskExcept') });",
      "queue.onChange(bad('of a queue'));",
      "const failing = queue.addFuncTask(bad('of the work'), 'failing');",
      "queue.addFuncTask(() => 1, 'dependant', { dependsOn: [failing] });",
      "queue.addFuncTask(() => server.concurrentExec(2, 2, task, 'const result = proc.index'), 'job');",
      'await queue.whenIdle();',
      'console.log(queue.finishedTasks.map(({ label, state }) => `${label} ${state}`).sort().join());',
      'console.log(task.state, queue.finishedTasks.at(-1).result);',
      "console.log(await server.concurrentExec(2, 2, null, 'const result = proc.index'));",
      'await server.stop();',
      'console.log([...new Set(thrown)].sort().join());',
    );
    expect(printed).toEqual([
      'dependant cancelled,failing failed,job done',
      'done Map(2) { 0 => 0, 1 => 1 }',
      'Map(2) { 0 => 0, 1 => 1 }',
      'of a queue,of a task,of the server,taskExcept',
    ]);
  });
});
