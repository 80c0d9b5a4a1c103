#!/usr/bin/env node
// How long an empty two-rank job takes from submit to answer, against a bare ping-pong with one process of the same
// kind, measured in turn in the same run; and what idle workers cost. For both hosts.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { runInElectron } from '../lib/electron-app.mjs';

const here = import.meta.dirname;
const rounds = Number(process.argv[2] ?? 2000);

/** @param {string} output */
function report(output) {
  const line = output.split('\n').find((candidate) => candidate.startsWith('{'));
  if (!line) throw new Error(`no figures in: ${output}`);
  const figures = JSON.parse(line);
  console.log(
    `${figures.host.padEnd(8)} ping-pong ${figures.pingMicroseconds.toFixed(0)} us, empty two-rank job ${figures.jobMicroseconds.toFixed(0)} us, ` +
      `ratio ${figures.ratio.toFixed(2)} (medians of ${figures.rounds}); ${figures.idleWorkers} idle workers use ${figures.idleCpuPercent.toFixed(2)}% of a core`,
  );
}

report(execFileSync(process.execPath, [join(here, 'node.cjs'), String(rounds)], { encoding: 'utf8' }));
const variables = { BENCH_FOLDER: here, BENCH_ROUNDS: String(rounds) };
report(await runInElectron(join(here, 'electron-main.ts'), variables, 300_000));
