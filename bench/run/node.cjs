// Commands in plain Node: prints one line of JSON.
const { ProcessServer } = require('procession');
const { measureRun } = require('./measure.cjs');

async function main() {
  const [count, numProcs] = process.argv.slice(2).map(Number);
  const server = new ProcessServer({ numProcs, allowOversubscribe: true }).start();
  console.log(JSON.stringify({ host: 'node', ...(await measureRun(server, count)) }));
  await server.stop();
}

void main();
