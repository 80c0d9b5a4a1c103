// Measures, in one process and in turn: a bare ping-pong with one process, and an empty job of two ranks.
const { readFileSync } = require('node:fs');
const { join } = require('node:path');

const target = `${join(__dirname, 'empty.mjs')}#empty`;

const warmUpRounds = 3000;

/** @param {number[]} values */
function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** @param {() => PromiseLike<unknown>} once @returns {Promise<number>} microseconds */
async function time(once) {
  const start = process.hrtime.bigint();
  await once();
  return Number(process.hrtime.bigint() - start) / 1000;
}

/** CPU seconds that a process has used up to now (Linux). @param {number} pid */
function cpuSeconds(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/**
 * @param {import('procession').ProcessServer} server started, with two workers
 * @param {() => PromiseLike<unknown>} ping sends a small message to a process of the same kind and waits for it to come back
 * @param {number} rounds jobs submitted one after the other
 */
async function measureDispatch(server, ping, rounds) {
  const job = () => server.callProcessFunc(2, 2, null, target);
  // Until both sides run optimised code: before that a job takes about a third longer.
  for (let i = 0; i < warmUpRounds; i += 1) {
    await ping();
    await job();
  }
  /** @type {number[]} */
  const pings = [];
  /** @type {number[]} */
  const jobs = [];
  // In blocks of a hundred, so that a change of the machine's pace meets both.
  for (let done = 0; done < rounds; done += 100) {
    for (let i = 0; i < 100; i += 1) pings.push(await time(ping));
    for (let i = 0; i < 100; i += 1) jobs.push(await time(job));
  }
  return {
    pingMicroseconds: median(pings),
    jobMicroseconds: median(jobs),
    ratio: median(jobs) / median(pings),
    rounds: jobs.length,
  };
}

/** Share of one core that the idle workers use over some seconds. @param {import('procession').ProcessServer} server */
async function measureIdle(server, seconds = 5) {
  const pids = server.procs.flatMap((proc) => (proc.pid === null ? [] : [proc.pid]));
  const total = () => pids.reduce((sum, pid) => sum + cpuSeconds(pid), 0);
  const before = total();
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  return { idleWorkers: pids.length, idleCpuPercent: (100 * (total() - before)) / seconds };
}

module.exports = { measureDispatch, measureIdle };
