import { app } from 'electron';
import { ProcessServer } from 'procession';
import { UtilityHost } from '../../src/main/utility-host';
import { measureRun } from './measure.cjs';

/* Commands in Electron's main process with utility processes: prints one line of JSON. Bundled by run.mjs. */

async function main(): Promise<void> {
  const { BENCH_COUNT, BENCH_PROCESSES } = process.env;
  const options = { numProcs: Number(BENCH_PROCESSES), allowOversubscribe: true, host: new UtilityHost() };
  const server = new ProcessServer(options).start();
  const figures = await measureRun(server, Number(BENCH_COUNT));
  await server.stop();
  process.stdout.write(`${JSON.stringify({ host: 'utility', ...figures })}\n`);
  app.exit(0);
}

app.commandLine.appendSwitch('disable-gpu');
void app.whenReady().then(main);
