#!/usr/bin/env node
/*
 * The long soaks; short ones are part of the integration tests.
 *
 *   npm run soak -- [seed] [jobs] [seconds]   jobs of all kinds while workers are killed
 *   npm run soak -- kills                     200 kills during 10,000 items
 *   npm run soak -- recycle                   a fresh process for each of 2,000 items, some minutes
 *   npm run soak -- resize                    5,000 items while the pool is resized every 100 ms
 *   npm run soak -- million                   a million items again and again, while a worker is killed every 5 s
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as engine from 'procession';
import { mapMillions, mapOnFreshProcesses, mapUnderKills, mapWhileResizing } from './map-faults.mjs';
import { MemoryTrend } from './memory.mjs';
import { soak } from './soak.mjs';

/** More than this, in MiB a minute, is a leak. */
const mostGrowth = 1;
const target = (name) => `${fileURLToPath(new URL('../contract/fixtures/items.mjs', import.meta.url))}#${name}`;

if (process.argv[2] === 'kills') {
  const server = new engine.ProcessServer({ numProcs: 4, allowOversubscribe: true }).start();
  await server.prepareTarget(target('linger'));
  const slowestMs = await mapUnderKills(server, target('linger'), { items: 10_000, kills: 200 });
  console.log(`each of 10,000 items once; a killed process was replaced after ${slowestMs.toFixed(0)} ms at most`);
  await server.stop();
} else if (process.argv[2] === 'recycle') {
  const folder = mkdtempSync(join(tmpdir(), 'procession-soak-'));
  const server = new engine.ProcessServer({ numProcs: 2, allowOversubscribe: true }).start();
  const processes = await mapOnFreshProcesses(server, target('note'), join(folder, 'calls'), 2000);
  console.log(`each of 2,000 items once, on ${processes} processes`);
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
} else if (process.argv[2] === 'resize') {
  const folder = mkdtempSync(join(tmpdir(), 'procession-soak-'));
  const server = new engine.ProcessServer({ numProcs: 1, allowOversubscribe: true }).start();
  const sizes = { items: 5000, turns: Number.POSITIVE_INFINITY };
  const turns = await mapWhileResizing(server, target('note'), join(folder, 'calls'), sizes);
  console.log(`each of 5,000 items once, while the pool was resized ${turns} times`);
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
} else if (process.argv[2] === 'million') {
  const server = new engine.ProcessServer({ numProcs: 2 }).start();
  const memory = new MemoryTrend();
  const { kills, rounds } = await mapMillions(server, target('square'), {
    items: 1_000_000,
    seconds: 120,
    killEveryMs: 5000,
    sample: () => memory.sample(),
  });
  const { heapMiB, rssMiB } = memory.slopes;
  console.log(
    `each of a million items once, in ${rounds} rounds with ${kills} kills; a minute adds ${heapMiB.toFixed(2)} MiB of heap and ${rssMiB.toFixed(1)} MiB of resident memory`,
  );
  await server.stop();
} else {
  const [seed = Date.now() % 1_000_000, jobs = 20_000, seconds = 120] = process.argv.slice(2).map(Number);
  console.log(
    `seed ${seed}: ${jobs} jobs or more, and for ${seconds} s a kill, throw, exit, abort or hang every 50 ms`,
  );
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
}
