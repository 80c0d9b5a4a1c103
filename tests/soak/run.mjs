#!/usr/bin/env node
// The long soak: `npm run soak -- [seed] [jobs] [seconds]`. The short one is part of the integration tests.
import * as engine from 'procession';
import { soak } from './soak.mjs';

const [seed = Date.now() % 1_000_000, jobs = 20_000, seconds = 120] = process.argv.slice(2).map(Number);
console.log(
  `seed ${seed}: up to ${jobs} jobs or ${seconds} s, a worker is killed every 250 ms, besides those that jobs kill`,
);
const { pids, grownMiB, ...tally } = await soak(engine, { seed, jobs, seconds, killEveryMs: 250 });
console.log(tally, `the server grew by ${grownMiB.toFixed(0)} MiB; ${pids.length} workers at the end`);
