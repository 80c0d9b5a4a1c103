#!/usr/bin/env node
// How long ranks take to meet: `sync()` and `shareObject()` over their own pipes (direct) and through the server, for
// both hosts. Against a ping-pong of two bare workers through the server process, in the same run: one message from
// worker A to the server, on to worker B, back to the server and back to A, four messages in all, counted as one.
// Each figure is the median over blocks of the mean of a call in a loop.
import { runOnBothHosts } from '../lib/hosts.mjs';

const microseconds = /** @param {number} value */ (value) => `${value.toFixed(value < 100 ? 1 : 0)} us`.padStart(10);

await runOnBothHosts(import.meta.dirname, Number(process.argv[2] ?? 7), ({ host, results }) => {
  console.log(`${host}: ${'a call of'.padEnd(36)}direct   by server ping-pong   direct/ping-pong direct/by server`);
  for (const { what, relayMicroseconds, directMicroseconds, serverMicroseconds } of results) {
    const ratios = [relayMicroseconds, serverMicroseconds].map((value) => (directMicroseconds / value).toFixed(2));
    console.log(
      `  ${what.padEnd(36)}${[directMicroseconds, serverMicroseconds, relayMicroseconds].map(microseconds).join(' ')}` +
        `${ratios.map((ratio) => ratio.padStart(17)).join('')}`,
    );
  }
});
