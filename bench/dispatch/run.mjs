#!/usr/bin/env node
// How long an empty two-rank job takes from submit to answer, against a bare ping-pong with one process of the same
// kind, measured in turn in the same run; and what idle workers cost. For both hosts.

import { runOnBothHosts } from '../lib/hosts.mjs';

await runOnBothHosts(import.meta.dirname, Number(process.argv[2] ?? 2000), (figures) =>
  console.log(
    `${figures.host.padEnd(8)} ping-pong ${figures.pingMicroseconds.toFixed(0)} us, empty two-rank job ${figures.jobMicroseconds.toFixed(0)} us, ` +
      `ratio ${figures.ratio.toFixed(2)} (medians of ${figures.rounds}); ${figures.idleWorkers} idle workers use ${figures.idleCpuPercent.toFixed(2)}% of a core`,
  ),
);
