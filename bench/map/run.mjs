#!/usr/bin/env node
/*
 * What an item of a map job costs: `npm run bench:map -- [items]`, a million by default.
 *
 * For each kind of item: items a second, the longest time that the server's event loop stood still meanwhile, and by how
 * much the memory of its process grew.
 */
import { fileURLToPath } from 'node:url';
import { decodeItem, ProcessServer } from 'procession';

const count = Number(process.argv[2] ?? 1_000_000);
const target = (name) => `${fileURLToPath(new URL('./targets.mjs', import.meta.url))}#${name}`;
const server = new ProcessServer({ numProcs: Number(process.argv[3] ?? 2), allowOversubscribe: true }).start();
for (const name of ['square', 'length', 'record']) await server.prepareTarget(target(name));
const texts = Array.from({ length: count }, (_, i) => `text ${i}`);

let taken = 0;
const onItems = (items) => {
  for (const item of items) if (decodeItem(item.payload) === item.index ** 2) taken += 1;
};
const kinds = {
  numbers: () => server.map(count, target('square')),
  'numbers, taken as they come': () => server.map(count, target('square'), { keepResults: false, onItems }),
  'texts from a list': () => server.map(texts, target('length')),
  records: () => server.map(count, target('record')),
};

console.log(`${count} items on ${server.realNumProcs} processes`);
for (const [name, run] of Object.entries(kinds)) {
  globalThis.gc?.();
  const before = process.memoryUsage().rss;
  let mostMs = 0;
  let peak = before;
  let last = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    mostMs = Math.max(mostMs, now - last);
    last = now;
    peak = Math.max(peak, process.memoryUsage().rss);
  }, 5);
  const began = performance.now();
  await run();
  const seconds = (performance.now() - began) / 1000;
  clearInterval(timer);
  console.log(
    `${name}: ${Math.round(count / seconds)} items/s, the server stood still for ${mostMs.toFixed(0)} ms at most, +${Math.round((peak - before) / 2 ** 20)} MiB`,
  );
}
if (taken !== count) throw new Error(`${taken} of ${count} items were told with their value.`);
await server.stop();
