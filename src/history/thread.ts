import { parentPort, workerData } from 'node:worker_threads';
import type { FromService, ToService } from './messages';
import { openSqlite } from './sqlite';
import { type ServiceOptions, startService } from './start-service';

/* The thread that has the database: see messages.ts for how it hangs together with the rest. */
const service = startService(workerData as ServiceOptions, openSqlite, (message: FromService) =>
  parentPort?.postMessage(message),
);
if (service)
  parentPort?.on('message', (message: ToService) => {
    service.receive(message);
    // Nothing comes after this; without it the thread would wait for ever.
    if (message.type === 'close') parentPort?.close();
  });
