#!/usr/bin/env node
// `npm test [-- SUITE…]`: sets up what is missing, runs every suite (or the named ones) to its end, and closes with
// `N passed, N failed`. It fails when a test failed and when a suite ran nothing.
import { mkdir, readFile, rm } from 'node:fs/promises';
import { countCheck, judge, listFailures, summarize } from './lib/counts.mjs';
import { runOwned } from './lib/owned-process.mjs';
import { projectRoot } from './lib/project.mjs';
import { setUp } from './lib/setup.mjs';
import { describeError, SetupError } from './lib/setup-error.mjs';
import { listSuites, reportFolder } from './lib/suites.mjs';

/** @typedef {import('./lib/suites.mjs').Suite} Suite */
/** @typedef {import('./lib/counts.mjs').Verdict & { name: string, seconds: number }} SuiteResult */

/** Most suites wait for their processes as much as they compute; more at once would make tests wait for each other. */
const mostAtOnce = 2;

/** Set by a signal that asks to stop: the suite that runs is stopped by it, and no other starts. */
let stopped = false;

/** @param {Suite} suite @param {NodeJS.ProcessEnv} env @param {boolean} prefix begin each line with the suite's name */
async function runSuite(suite, env, prefix) {
  const started = performance.now();
  if (suite.report !== undefined) await rm(suite.report.file, { force: true });
  const output = prefix ? lineWriter(suite.name) : null;
  const end = await runOwned(suite.command, suite.args, {
    cwd: projectRoot,
    env: { ...env, ...suite.env },
    timeoutMs: suite.limitMinutes * 60_000,
    tidy: true,
    ...(output === null ? {} : { onOutput: output.write }),
  });
  output?.flush();
  if (end.error !== null) process.stderr.write(`${suite.name}: ${end.error.message}\n`);
  const counted = suite.report === undefined ? countCheck(end, output?.last() ?? '') : await readReport(suite.report);
  return { name: suite.name, seconds: (performance.now() - started) / 1000, ...judge({ ...end, counted }) };
}

/** @param {NonNullable<Suite['report']>} report */
async function readReport({ file, count }) {
  try {
    return count(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    return null;
  }
}

/** Passes whole lines on, so that suites that run side by side do not cut into each other's. @param {string} name */
function lineWriter(name) {
  let rest = '';
  /** @type {string[]} */
  let last = [];
  const emit = (/** @type {string} */ line) => {
    last = [...last.slice(-14), line];
    process.stdout.write(`${name.padEnd(11)}| ${line}\n`);
  };
  return {
    last: () => last.join('\n'),
    /** @param {'stdout' | 'stderr'} _stream @param {string} text */
    write(_stream, text) {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      lines.forEach(emit);
    },
    flush() {
      if (rest !== '') emit(rest);
      rest = '';
    },
  };
}

/** @param {readonly Suite[]} suites @param {number} atOnce @param {NodeJS.ProcessEnv} env */
async function runAll(suites, atOnce, env) {
  /** @type {SuiteResult[]} */
  const results = [];
  const waiting = [...suites.entries()];
  const worker = async () => {
    for (let next = waiting.shift(); next !== undefined && !stopped; next = waiting.shift()) {
      const [place, suite] = next;
      if (atOnce === 1) process.stdout.write(`\n== ${suite.name}\n`);
      results[place] = await runSuite(suite, env, atOnce > 1);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return results.filter((result) => result !== undefined);
}

/** @param {string[]} names @param {readonly Suite[]} suites */
function choose(names, suites) {
  const unknown = names.filter((name) => !suites.some((suite) => suite.name === name));
  if (unknown.length === 0) return suites.filter(({ name }) => names.length === 0 || names.includes(name));
  throw new SetupError(
    'ERR_NO_SUCH_SUITE',
    `no suite is called ${unknown.join(', ')}`,
    `There are: ${suites.map(({ name }) => name).join(', ')}.`,
  );
}

/** @param {string[]} names */
async function main(names) {
  const chosen = choose(names, listSuites());
  const { env } = await setUp({ window: true, tests: true });
  // Both change what an Electron or a Node that a test starts would do.
  delete env.ELECTRON_RUN_AS_NODE;
  delete env.NODE_OPTIONS;
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']))
    process.on(signal, () => (stopped = true));
  await mkdir(reportFolder, { recursive: true });
  const results = await runAll(chosen, Math.min(chosen.length, mostAtOnce), env);
  const { table, line, failed } = summarize(results);
  process.stdout.write(
    `\n${listFailures(results)}${table}\n${stopped ? 'stopped before all suites ran\n' : ''}${line}\n`,
  );
  return failed === 0 && !stopped && results.length === chosen.length;
}

try {
  process.exitCode = (await main(process.argv.slice(2))) ? 0 : 1;
} catch (error) {
  process.stderr.write(`${describeError(error)}\n`);
  process.stdout.write('0 passed, 1 failed\n');
  process.exitCode = 1;
}
