// Meetings in plain Node: prints one line of JSON.
const { fork } = require('node:child_process');
const { join } = require('node:path');
const { ProcessServer } = require('procession');
const { measureMeetings, relayBetween } = require('./measure.cjs');

async function main() {
  const children = [0, 1].map(() => fork(join(__dirname, 'relay-child.cjs'), [], { serialization: 'advanced' }));
  const relay = relayBetween(
    children.map((child) => ({
      post: (message) => child.send(message),
      listen: (receive) => child.on('message', receive),
    })),
  );
  const start = (meetings, numProcs) => new ProcessServer({ numProcs, allowOversubscribe: true, meetings }).start();
  const results = await measureMeetings(start, relay, Number(process.argv[2]));
  for (const child of children) child.kill();
  console.log(JSON.stringify({ host: 'node', results }));
}

void main();
