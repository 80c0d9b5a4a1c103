// Measures in turn, in one process: GNU parallel, and the same with `server.run`.
const { spawn } = require('node:child_process');
const { once } = require('node:events');

const program = '/bin/true';

/**
 * @param {import('procession').ProcessServer} server started
 * @param {number} count how many commands
 */
async function measureRun(server, count) {
  // Workers are started and pipes are made before, as parallel's perl is on the disk cache after its --version.
  await server.run(server.realNumProcs * 2, { argv: [program] });
  const parallelMs = await time(() => runParallel(count, server.realNumProcs));
  const runMs = await time(async () => {
    const results = await server.run(count, { argv: [program, '{item}'] });
    const done = results.filter((result) => result.ok).length;
    if (done !== count) throw new Error(`${count - done} of ${count} commands failed.`);
  });
  return { runMs, parallelMs };
}

/** @param {number} count @param {number} processes */
async function runParallel(count, processes) {
  const child = spawn('parallel', ['--will-cite', `-j${processes}`, program], { stdio: ['pipe', 'ignore', 'inherit'] });
  child.stdin.end(Array.from({ length: count }, (_, i) => `${i}\n`).join(''));
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`GNU parallel ended with exit code ${code}.`);
}

/** @param {() => Promise<void>} work @returns {Promise<number>} milliseconds */
async function time(work) {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

module.exports = { measureRun, program, runParallel, time };
