#!/usr/bin/env node
// What it costs to get a large typed array to the ranks and back: by the files of the engine, by messages of
// child_process, and against one copy in memory, which is the least that it can cost. `npm run bench:arrays`.
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { ProcessServer, partitioned, SharedArray } from 'procession';

const target = (/** @type {string} */ name) => `${fileURLToPath(new URL('./targets.mjs', import.meta.url))}#${name}`;
const rounds = Number(process.argv[2] ?? 7);
const sizes = [1, 8, 80, 400];

/**
 * Medians in milliseconds, after one round to warm up. All take turns, so that a change of the machine's pace meets all.
 *
 * @param {Readonly<Record<string, () => unknown>>} cases
 * @returns {Promise<[name: string, milliseconds: number][]>}
 */
async function measure(cases) {
  const times = new Map(Object.keys(cases).map((name) => [name, /** @type {number[]} */ ([])]));
  for (let round = 0; round <= rounds; round += 1) {
    for (const [name, once] of Object.entries(cases)) {
      const began = performance.now();
      await once();
      if (round > 0) times.get(name)?.push(performance.now() - began);
    }
  }
  return [...times].map(([name, all]) => [name, all.sort((a, b) => a - b)[Math.floor(all.length / 2)] ?? Number.NaN]);
}

const server = new ProcessServer({ numProcs: 2, allowOversubscribe: true }).start();
const child = fork(fileURLToPath(new URL('./message-child.cjs', import.meta.url)), [], { serialization: 'advanced' });
const ask = (/** @type {object} */ message) =>
  new Promise((resolve) => {
    child.once('message', resolve);
    child.send(message);
  });

try {
  for (const megabytes of sizes) {
    const length = (megabytes * 1e6) / 8;
    const values = new Float64Array(length).fill(1.5);
    const shared = new SharedArray(Float64Array, length);
    shared.write(0, values);
    const run = (/** @type {string} */ name, /** @type {unknown} */ argument, ranks = 2) =>
      server.callProcessFunc(length, ranks, null, target(name), [argument], {}, { isolation: 'process' });
    const rows = await measure({
      'one copy in memory': () => new Float64Array(values),
      'argument, each of 2 ranks gets its half': () => run('take', partitioned(values)),
      'argument, each of 2 ranks gets all': () => run('take', values),
      'argument, to 1 rank': () => run('take', values, 1),
      'message to 1 process': () => ask({ values }),
      'result, of 1 rank': () => run('make', length, 1),
      'message of 1 process': () => ask({ length }),
      'SharedArray, each of 2 ranks reads and writes its half': () => run('rewrite', shared),
    });
    shared.close();
    const copy = rows[0]?.[1] ?? Number.NaN;
    console.log(`${megabytes} MB (medians of ${rounds})`);
    for (const [name, ms] of rows)
      console.log(`  ${name.padEnd(56)} ${ms.toFixed(1).padStart(8)} ms  ${(ms / copy).toFixed(1).padStart(6)} copies`);
  }
} finally {
  child.disconnect();
  await server.stop();
}
