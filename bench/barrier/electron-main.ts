import { join } from 'node:path';
import { app, utilityProcess } from 'electron';
import { ProcessServer } from 'procession';
import { UtilityHost } from '../../src/main/utility-host';
import { measureMeetings, relayBetween } from './measure.cjs';

/* Meetings in Electron's main process with utility processes: prints one line of JSON. Bundled by run.mjs. */

async function main(): Promise<void> {
  const entry = join(process.env.BENCH_FOLDER ?? '', 'relay-child.cjs');
  const children = [0, 1].map(() => utilityProcess.fork(entry));
  const relay = relayBetween(
    children.map((child) => ({
      post: (message: object) => child.postMessage(message),
      listen: (receive: (message: unknown) => void) => void child.on('message', receive),
    })),
  );
  const results = await measureMeetings(
    (meetings, numProcs) =>
      new ProcessServer({ numProcs, allowOversubscribe: true, meetings, host: new UtilityHost() }).start(),
    relay,
    Number(process.env.BENCH_ROUNDS),
  );
  for (const child of children) child.kill();
  process.stdout.write(`${JSON.stringify({ host: 'utility', results })}\n`);
  app.exit(0);
}

app.commandLine.appendSwitch('disable-gpu');
void app.whenReady().then(main);
