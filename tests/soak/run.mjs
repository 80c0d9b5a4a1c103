#!/usr/bin/env node
// The long soak: `npm run soak -- [seed] [jobs] [seconds]`. The short one is part of the integration tests.
import * as engine from 'procession';
import { soak } from './soak.mjs';

const [seed = Date.now() % 1_000_000, jobs = 20_000, seconds = 120] = process.argv.slice(2).map(Number);
/** More than this, in MiB a minute, is a leak. */
const mostGrowth = 1;

console.log(`seed ${seed}: ${jobs} jobs or more, and for ${seconds} s a kill, throw, exit, abort or hang every 50 ms`);
const { pids, slopes, ...tally } = await soak(engine, { seed, jobs, seconds, harmEveryMs: 50 });
console.log(tally);
console.log(
  `${pids.length} workers at the end, none left after it; a minute adds ${slopes.heapMiB.toFixed(2)} MiB of heap and ${slopes.rssMiB.toFixed(1)} MiB of resident memory`,
);
if (slopes.heapMiB > mostGrowth) {
  console.error(
    `The heap grows by more than ${mostGrowth} MiB a minute. Run it longer to be sure: a short run has much noise.`,
  );
  process.exitCode = 1;
}
