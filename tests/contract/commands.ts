import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CommandFailedError, CommandResult, MapResult, ProcessServer } from 'procession';
import { processesOfTree, tree } from './fixtures/command-tree.mjs';
import { assertHealthy, eventually, failure, isAlive, mostLines, type Scenario, within } from './scenario';

/** What the command of an item gave, which must not have failed. */
function given(results: readonly MapResult<CommandResult>[], index: number): CommandResult {
  const result = results[index];
  assert.ok(result);
  assert.ok(result.ok, `item ${index} failed: ${result.ok ? '' : result.error.message}`);
  assert.ok(result.value);
  return result.value;
}

function failed(
  results: readonly MapResult<CommandResult>[],
  index: number,
): Error & Partial<Pick<CommandFailedError, 'code' | 'exitCode' | 'result'>> {
  const result = results[index];
  assert.ok(result && !result.ok, `item ${index} should have failed`);
  return result.error;
}

/** One that has ended and that nobody has looked at is not running. */
function isRunning(pid: number): boolean {
  if (process.platform !== 'linux') return isAlive(pid);
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return !stat.slice(stat.lastIndexOf(')') + 2).startsWith('Z');
  } catch {
    return false;
  }
}

/** The pids that commands have left as the names of files. */
function pidsIn(folder: string): number[] {
  return readdirSync(folder)
    .map(Number)
    .filter((pid) => pid > 0);
}

/** Waits until the command has started all its processes. */
function whenGrown(server: ProcessServer, folder: string, trees = 1): Promise<number[]> {
  return eventually(server, 'the processes of the command', () => {
    const pids = pidsIn(folder);
    return pids.length === trees * processesOfTree && pids.every(isRunning) && pids;
  });
}

export const commands: Scenario[] = [
  {
    name: 'what is in an item reaches its program as it is, whatever a shell would make of it',
    async run(context) {
      const running = context.server({ numProcs: 2 });
      const items = ['; touch x', '$(touch x)', '`touch x`', 'a\nb', '-rf', '"\'*?~#&|>x', ' ', 'ä€😀', '{index}'];
      const results = await running.run(items, {
        argv: ['sh', '-c', 'printf "%s|" "$@"', 'sh', '{item}', 'in={item}', '{index}'],
        cwd: context.folder,
      });
      assert.deepEqual(
        items.map((_, i) => given(results, i).stdout.text),
        items.map((item, i) => `${item}|in=${item}|${i}|`),
      );
      assert.deepEqual(readdirSync(context.folder), []);
      const files = await running.run(['-rf'], { argv: ['printf', '%s', '{item}'], itemsAreFiles: true });
      assert.equal(given(files, 0).stdout.text, './-rf');
      await assertHealthy(context, running);
    },
  },
  {
    name: 'placeholders stand for the item, its place, the attempt, the job, its columns and the values of the job',
    async run({ server }) {
      const running = server({ numProcs: 1 });
      const rows = [{ name: 'a', size: '5' }];
      const argv = ['sh', '-c', 'echo "$@"; echo "$LEVEL $HOME_OF"; pwd', 'sh'];
      const [result] = await running.run(rows, {
        argv: [...argv, '{row.name}', '{row.size}', '{index}', '{start}-{stop}', '{attempt}', '{args.mode}', '{out}'],
        env: { LEVEL: '{matrix.level}', HOME_OF: '{row.name}' },
        cwd: '/{args.folder}',
        values: { args: { mode: 'fast', folder: 'usr' }, matrix: { level: 2 }, out: 'a.png' },
      });
      assert.ok(result?.ok && result.value);
      assert.equal(result.value.stdout.text, 'a 5 0 0-1 1 fast a.png\n2 a\n/usr\n');
      const job = running.run(['/data/x.tar.gz'], { argv: ['echo', '{dir} {basename} {stem} {ext} {jobId}'] });
      assert.equal(given(await job, 0).stdout.text, `/data x.tar.gz x.tar .gz ${job.jobId}\n`);
    },
  },
  {
    name: 'a command that ends with another code than 0 or by a signal fails its item alone, with all that is known',
    async run(context) {
      const running = context.server({ numProcs: 2 });
      const says: string[] = [];
      running.onEvent((event) => {
        if (event.type === 'log') says.push(...event.lines.map((line) => `${line.stream}: ${line.text}`));
      });
      const results = await running.run(['0', '3', 'TERM', 'KILL', '0'], {
        argv: [
          'sh',
          '-c',
          'echo out; echo "problem $1" >&2; case $1 in [0-9]*) exit $1;; *) kill -$1 $$;; esac',
          'sh',
          '{item}',
        ],
      });
      assert.deepEqual(
        results.map((result) => result.ok),
        [true, false, false, false, true],
      );
      assert.equal(given(results, 0).exitCode, 0);
      const exited = failed(results, 1);
      assert.equal(exited.name, 'CommandFailedError');
      assert.equal(exited.code, 'ERR_COMMAND_FAILED');
      assert.match(exited.message, /^sh -c .* ended with exit code 3\. It said last: problem 3$/);
      assert.equal(exited.exitCode, 3);
      assert.equal(exited.result?.stdout.text, 'out\n');
      assert.equal(failed(results, 2).result?.signal, 'SIGTERM');
      const killed = failed(results, 3);
      assert.match(killed.message, /was ended by SIGKILL/);
      assert.deepEqual([killed.exitCode, killed.result?.exitCode, killed.result?.signal], [undefined, null, 'SIGKILL']);
      assert.equal(says.filter((line) => line === 'stdout: out').length, 5);
      assert.equal(says.filter((line) => line === 'stderr: problem KILL').length, 1);
      await assertHealthy(context, running);
    },
  },
  {
    name: 'a program is found in PATH, gets the environment of a worker and what its job adds, and no input',
    async run({ server }) {
      process.env.PROCESSION_TEST_SECRET = 'hidden';
      const running = server({ numProcs: 1 });
      const script =
        'cat; echo "[$PROCESSION_TEST_SECRET$NODE_OPTIONS$NODE_CHANNEL_FD] $ADDED $(test -n "$PATH" && echo path)"; env | grep -c "^PROCESSION_COMMAND="';
      const results = await running.run(1, { argv: ['sh', '-c', script], env: { ADDED: 'added' } });
      assert.equal(given(results, 0).stdout.text, '[] added path\n1\n');
      delete process.env.PROCESSION_TEST_SECRET;
    },
  },
  {
    name: 'programs can open their output by name',
    async run({ server }) {
      if (process.platform !== 'linux') return;
      const running = server({ numProcs: 1 });
      const results = await running.run(2, {
        argv: ['sh', '-c', 'echo one > /dev/stdout; echo two > /dev/stderr; echo three > /proc/self/fd/1'],
      });
      for (const index of [0, 1]) {
        assert.equal(given(results, index).stdout.text, 'one\nthree\n');
        assert.equal(given(results, index).stderr.text, 'two\n');
      }
    },
  },
  {
    name: 'a hundred megabytes of output are read, counted, and kept at both ends',
    async run(context) {
      const running = context.server({ numProcs: 2 });
      let lines = 0;
      running.onEvent((event) => {
        if (event.type === 'log') lines += event.lines.length;
      });
      const began = performance.now();
      const results = await running.run(['yes "a line" | head -c 100000000', 'head -c 100000000 /dev/zero'], {
        argv: ['sh', '-c', 'echo first; eval "$1"; echo last >&2; echo last', 'sh', '{item}'],
        keepKiB: 1,
      });
      for (const index of [0, 1]) {
        const { stdout, stderr } = given(results, index);
        assert.equal(stdout.bytes, 100_000_011);
        assert.equal(stdout.droppedBytes, 100_000_011 - 1024);
        assert.match(stdout.text, /^first\n[^]*\n… \d+ bytes were left out …\n[^]*last\n$/);
        assert.equal(stderr.text, 'last\n');
      }
      const most = mostLines(2, performance.now() - began);
      assert.ok(lines < most, `${lines} lines were shown, at most ${most}`);
      await assertHealthy(context, running);
    },
  },
  {
    name: 'output that is no text does no harm',
    async run({ server }) {
      const running = server({ numProcs: 1 });
      const results = await running.run(1, { argv: ['printf', 'a\\377b\\000c\\033[2Jd\\303'] });
      assert.equal(given(results, 0).stdout.text, 'a\uFFFDb\0c\u001b[2Jd\uFFFD');
    },
  },
  {
    name: 'a program or a folder that is not there fails the job once, before any item',
    async run(context) {
      const running = context.server({ numProcs: 2 });
      const notes = join(context.folder, 'notes');
      writeFileSync(notes, 'echo', { mode: 0o644 });
      for (const [command, says] of [
        [{ argv: ['no-such-program', '{item}'] }, /no program "no-such-program" in the folders of PATH/],
        [{ argv: [join(context.folder, 'nothing')] }, /is not there/],
        [{ argv: [notes] }, /is not executable/],
        [{ argv: ['true'], cwd: join(context.folder, 'gone') }, /working folder of the command is not there/],
      ] as const) {
        const error = await failure(running.run(10_000, command));
        assert.equal(error.name, 'CommandStartError');
        assert.equal(error.code, 'ERR_COMMAND_START');
        assert.match(error.message, says);
      }
      assert.throws(() => running.run(1, { argv: ['echo', '{itm}'] }), /\{itm\}/);
      assert.deepEqual(await running.run([], { argv: ['true'] }), []);
      await assertHealthy(context, running);
    },
  },
  {
    name: 'a program or a folder that depends on the item fails only items for which it is not there',
    async run(context) {
      const running = context.server({ numProcs: 2 });
      const script = join(context.folder, 'script');
      const noHeader = join(context.folder, 'no-header');
      const badHeader = join(context.folder, 'bad-header');
      mkdirSync(join(context.folder, 'bin'));
      writeFileSync(script, '#!/bin/sh\necho "$1"', { mode: 0o755 });
      writeFileSync(badHeader, '#!/no/such/interpreter\n', { mode: 0o755 });
      // Left to the shell, as everywhere.
      writeFileSync(noHeader, 'echo "plain $1"', { mode: 0o755 });
      const results = await running.run([script, 'no-such-program', badHeader, noHeader, script, 'a\0b'], {
        argv: ['{item}', '{index}'],
      });
      assert.deepEqual(
        results.map((result) => result.ok && result.value?.stdout.text),
        ['0\n', false, false, 'plain 3\n', '4\n', false],
      );
      assert.match(failed(results, 1).message, /no program "no-such-program" in the folders of PATH/);
      assert.match(failed(results, 2).message, /interpreter/);
      assert.match(failed(results, 5).message, /NUL/);
      const folders = await running.run(['bin', 'gone'], { argv: ['pwd'], cwd: `${context.folder}/{item}` });
      assert.match(given(folders, 0).stdout.text, /\/bin\n$/);
      assert.match(failed(folders, 1).message, /working folder of the command is not there/);
      await assertHealthy(context, running);
    },
  },
  {
    name: 'only what failed is run again, and knows which attempt it is',
    async run(context) {
      const running = context.server({ numProcs: 2 });
      const results = await running.run(
        6,
        { argv: ['sh', '-c', 'echo "$2"; test $1 -lt 3 || test $2 -ge 3 || exit 75', 'sh', '{index}', '{attempt}'] },
        { retries: 4 },
      );
      assert.deepEqual(
        results.map((_, i) => given(results, i).stdout.text),
        ['1\n', '1\n', '1\n', '3\n', '3\n', '3\n'],
      );
      assert.deepEqual(
        results.map((result) => result.attempts),
        [1, 1, 1, 3, 3, 3],
      );
      await assertHealthy(context, running);
    },
  },
  {
    name: 'four hundred commands each count once',
    async run(context) {
      const running = context.server({ numProcs: 2 });
      const task = new context.engine.Task('commands');
      const results = await running.run(400, { argv: ['/bin/true', '{item}'] }, { task });
      assert.equal(results.length, 400);
      assert.ok(results.every((result, index) => result.ok && result.index === index && result.attempts === 1));
      assert.equal(task.curProgress, 400);
      await assertHealthy(context, running);
    },
  },
  {
    name: 'a command that takes longer than its time limit fails alone, with all that it has started',
    async run(context) {
      const running = context.server({ numProcs: 2 });
      const script = `test $0 -eq 5 || exit 0; ${tree}`;
      const job = running.run(
        20,
        { argv: ['sh', '-c', script, '{item}'], cwd: context.folder },
        // Long enough for it to have started everything, and for the others to end by themselves.
        { itemTimeoutMs: 4000 },
      );
      const pids = await whenGrown(running, context.folder);
      const results = await job;
      assert.deepEqual(pids.filter(isRunning), []);
      assert.equal(results.filter((result) => result.ok).length, 19);
      assert.equal(failed(results, 5).name, 'JobTimeoutError');
      await assertHealthy(context, running);
    },
  },
  {
    name: 'commands of a cancelled job are gone when it has ended, with all that they have started',
    async run(context) {
      const running = context.server({ numProcs: 2 });
      const job = running.run(10, { argv: ['sh', '-c', tree], cwd: context.folder });
      const pids = await whenGrown(running, context.folder, 2);
      const before = running.procs.map((proc) => proc.pid);
      job.cancel('enough');
      const error = await within(2000, 'the cancel of commands', failure(job));
      assert.deepEqual(pids.filter(isRunning), []);
      assert.deepEqual([error.name, error.message], ['JobCancelledError', 'enough']);
      assert.equal(pidsIn(context.folder).length, 2 * processesOfTree);
      await assertHealthy(context, running);
      assert.deepEqual(
        running.procs.map((proc) => proc.pid),
        before,
      );
    },
  },
  {
    name: 'a stopped server leaves nothing of its commands',
    async run(context) {
      const running = context.server({ numProcs: 2 });
      const job = running.run(10, { argv: ['sh', '-c', tree], cwd: context.folder });
      const pids = await whenGrown(running, context.folder, 2);
      const ended = failure(job);
      await running.stop();
      assert.deepEqual(pids.filter(isRunning), []);
      assert.equal((await ended).name, 'ServerStoppedError');
    },
  },
  {
    name: 'what a killed worker ran is gone before its item is tried again',
    async run(context) {
      const running = context.server({ numProcs: 2 });
      const script = `test $0 -eq 1 || exec sh -c 'for pid in *; do test ! -d /proc/$pid || grep -q "^State:.Z" /proc/$pid/status || echo $pid; done'; ${tree}`;
      const command = { argv: ['sh', '-c', script, '{attempt}'], cwd: context.folder };
      const job = running.run(1, command, { retries: 1 });
      const pids = await whenGrown(running, context.folder);
      for (const proc of running.procs) if (proc.state === 'busy') process.kill(proc.pid ?? 0, 'SIGKILL');
      const results = await job;
      assert.equal(given(results, 0).stdout.text, '');
      assert.equal(results[0]?.attempts, 2);
      assert.deepEqual(pids.filter(isRunning), []);
      await assertHealthy(context, running);
    },
  },
  {
    name: 'what a command leaves in the background is ended with it, or with its job when it has gone its own way',
    async run(context) {
      const running = context.server({ numProcs: 1 });
      const left = 'sleep 600 & : > $!; echo done';
      const [first] = await running.run(1, { argv: ['sh', '-c', left], cwd: context.folder });
      assert.ok(first?.ok && first.value);
      assert.equal(first.value.stdout.text, 'done\n');
      const quiet = 'sleep 601 > /dev/null 2>&1 & : > $!; setsid sleep 602 > /dev/null 2>&1 & : > $!';
      const results = await running.run(2, { argv: ['sh', '-c', quiet], cwd: context.folder });
      assert.ok(results.every((result) => result.ok));
      const pids = pidsIn(context.folder);
      assert.equal(pids.length, 5);
      assert.deepEqual(pids.filter(isRunning), []);
      await assertHealthy(context, running);
    },
  },
  {
    name: 'a command may finish writing in the background, as a shell with a reader does',
    async run({ server, folder }) {
      const running = server({ numProcs: 1 });
      const script = '(sleep 0.05; echo late) & echo early';
      const results = await running.run(3, { argv: ['sh', '-c', script], cwd: folder });
      for (const index of [0, 1, 2]) assert.equal(given(results, index).stdout.text, 'early\nlate\n');
    },
  },
  {
    name: 'a server that is killed leaves none of its commands, at the latest when the next one has started',
    async run(context) {
      const other = context.program('command-server.mjs');
      const watching = context.server({ numProcs: 1 });
      const pids = await whenGrown(watching, context.folder, 2);
      other.kill('SIGKILL');
      // Workers of plain Node notice at once; those of Electron end with their app, so the next server has to.
      if (context.host === 'utility') {
        await eventually(watching, 'the end of the app', () => other.exitCode !== null || other.signalCode !== null);
        context.server({ numProcs: 1 });
      }
      await eventually(watching, 'the end of all', () => !pids.some(isRunning));
      assert.equal(pidsIn(context.folder).length, 2 * processesOfTree);
    },
  },
];
