import { join } from 'node:path';
import { app, utilityProcess } from 'electron';
import { ProcessServer } from 'procession';
import { UtilityHost } from '../../src/main/utility-host';
import { measureDispatch, measureIdle } from './measure.cjs';

/* Dispatch in Electron's main process with utility processes: prints one line of JSON. Bundled by run.mjs. */

async function main(): Promise<void> {
  const folder = process.env.BENCH_FOLDER ?? '';
  const server = new ProcessServer({ numProcs: 2, allowOversubscribe: true, host: new UtilityHost() }).start();
  const child = utilityProcess.fork(join(folder, 'echo-child.cjs'));
  const ping = (): Promise<unknown> =>
    new Promise((resolve) => {
      child.once('message', resolve);
      child.postMessage({ type: 'run', jobId: 1, rank: 0 });
    });
  const dispatch = await measureDispatch(server, ping, Number(process.env.BENCH_ROUNDS));
  const idle = await measureIdle(server);
  child.kill();
  await server.stop();
  process.stdout.write(`${JSON.stringify({ host: 'utility', ...dispatch, ...idle })}\n`);
  app.exit(0);
}

app.commandLine.appendSwitch('disable-gpu');
void app.whenReady().then(main);
