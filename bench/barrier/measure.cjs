// Measures in turn, in one run: a ping-pong of two workers through the server, and meetings of ranks in both ways.
const { join } = require('node:path');

const targets = join(__dirname, 'targets.mjs');

/** @param {number[]} values */
function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/**
 * What to measure: `name` of a target, ranks, arguments after the rounds, and how many rounds directly and on the
 * server.
 *
 * @type {readonly (readonly [name: string, ranks: number, args: readonly number[], direct: number, server: number])[]}
 */
const meetings = [
  ['barriers', 2, [], 4000, 400],
  ['barriers', 4, [], 2000, 200],
  ['exchanges', 2, [], 3000, 400],
  ['exchanges', 4, [], 1500, 200],
  ['arrays', 2, [100_000], 200, 100],
];

/**
 * @param {(way: 'direct' | 'server', ranks: number) => import('procession').ProcessServer} start makes a started server
 * @param {(rounds: number) => Promise<number>} relay mean of a ping-pong through the server, in microseconds
 * @param {number} blocks how often each is measured
 */
async function measureMeetings(start, relay, blocks) {
  const results = [];
  await relay(3000);
  for (const [name, ranks, args, directRounds, serverRounds] of meetings) {
    const servers = { direct: start('direct', ranks), server: start('server', ranks) };
    /** @type {{ relay: number[], direct: number[], server: number[] }} */
    const times = { relay: [], direct: [], server: [] };
    /** @param {'direct' | 'server'} way @param {number} rounds */
    const meet = async (way, rounds) => {
      const job = servers[way].callProcessFunc(ranks, ranks, null, `${targets}#${name}`, [rounds, ...args]);
      const means = [...(await job).values()];
      for (const value of means) {
        if (value instanceof Error) throw value;
        times[way].push(Number(value));
      }
    };
    // The first block is left out: it runs code that is not optimised yet.
    for (let block = -1; block < blocks; block += 1) {
      // One after the other, so that a change of the machine's pace meets all three.
      times.relay.push(await relay(300));
      await meet('direct', directRounds);
      await meet('server', serverRounds);
      if (block < 0) for (const list of Object.values(times)) list.length = 0;
    }
    await Promise.all(Object.values(servers).map((server) => server.stop()));
    results.push({
      what: `${name}${args.length > 0 ? ` of ${args.join()} bytes` : ''}, ${ranks} ranks`,
      relayMicroseconds: median(times.relay),
      directMicroseconds: median(times.direct),
      serverMicroseconds: median(times.server),
    });
  }
  return results;
}

/**
 * Two children that talk through this process: each message of one is handed to the other one.
 *
 * @param {{ post(message: object): void, listen(receive: (message: any) => void): void }[]} children
 */
function relayBetween([asking, answering]) {
  /** @type {((microseconds: number) => void) | undefined} */
  let done;
  asking?.listen((message) => {
    if (message.type === 'done') done?.(message.microseconds);
    else answering?.post(message);
  });
  answering?.listen((message) => asking?.post(message));
  return /** @param {number} rounds @returns {Promise<number>} */ (rounds) =>
    new Promise((resolve) => {
      done = resolve;
      asking?.post({ type: 'start', rounds });
    });
}

module.exports = { measureMeetings, relayBetween };
