// Dispatch in plain Node: prints one line of JSON.
const { fork } = require('node:child_process');
const { join } = require('node:path');
const { ProcessServer } = require('procession');
const { measureDispatch, measureIdle } = require('./measure.cjs');

async function main() {
  const server = new ProcessServer({ numProcs: 2, allowOversubscribe: true }).start();
  const child = fork(join(__dirname, 'echo-child.cjs'), [], { serialization: 'advanced' });
  const ping = () =>
    new Promise((resolve) => {
      child.once('message', resolve);
      child.send({ type: 'run', jobId: 1, rank: 0 });
    });
  const dispatch = await measureDispatch(server, ping, Number(process.argv[2]));
  const idle = await measureIdle(server);
  child.kill();
  await server.stop();
  console.log(JSON.stringify({ host: 'node', ...dispatch, ...idle }));
}

void main();
