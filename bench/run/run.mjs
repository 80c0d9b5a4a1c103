#!/usr/bin/env node
// What `server.run` costs for commands that do nothing, against GNU parallel with as many at a time, one after the
// other in the same run; in plain Node, through the command line, and in Electron: npm run bench:run [-- COUNT [PROCESSES]]
//
// Nearly all of it is starting processes. What was measured for /bin/true on two cores, in milliseconds each:
//
//   from a worker of plain Node (50 MB resident)       1.4 to 2.4, from its compute thread as from its main thread
//   from a utility process of Electron (90 MB)         4.2 to 5.2
//   from either when it holds 500 MB                   23: the system copies the page tables of whoever starts
//   two or four in flight in one worker                no better than one
//   named pipes instead of Node's sockets              no difference; they are used since programs can open them
//   GNU parallel, two at a time                        4.9 for each command, of both together
import { execFileSync, spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { runInElectron } from '../lib/electron-app.mjs';

const here = import.meta.dirname;
const [count = '10000', processes = String(availableParallelism())] = process.argv.slice(2);
const timeoutMs = 600_000;

/** @param {string} output */
function report(output) {
  const line = output.split('\n').find((candidate) => candidate.startsWith('{'));
  if (!line) throw new Error(`no figures in: ${output}`);
  const { host, runMs, parallelMs } = JSON.parse(line);
  console.log(
    `${host.padEnd(12)} ${count} x /bin/true, ${processes} at a time: run ${(runMs / 1000).toFixed(1)} s, ` +
      `GNU parallel ${(parallelMs / 1000).toFixed(1)} s, ratio ${(runMs / parallelMs).toFixed(2)}`,
  );
}

if (!/GNU parallel/.test(spawnSync('parallel', ['--version'], { encoding: 'utf8' }).stdout ?? '')) {
  console.error('There is no GNU parallel to compare with. On Debian: apt-get install parallel');
  process.exit(1);
}
for (const script of ['node.cjs', 'cli.mjs'])
  report(
    execFileSync(process.execPath, [join(here, script), count, processes], { encoding: 'utf8', timeout: timeoutMs }),
  );
report(
  await runInElectron(join(here, 'electron-main.ts'), { BENCH_COUNT: count, BENCH_PROCESSES: processes }, timeoutMs),
);
