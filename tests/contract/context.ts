import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type * as Engine from 'procession';
import type { ContractContext, Scenario } from './scenario';

/** Runs one scenario on one kind of host, and stops its servers whatever happens. */
export async function runScenario(
  scenario: Scenario,
  engine: typeof Engine,
  fixtures: string,
  host: ContractContext['host'],
  makeHost?: () => Engine.WorkerHost,
): Promise<void> {
  const servers: Engine.ProcessServer[] = [];
  const folder = mkdtempSync(join(tmpdir(), 'contract-'));
  try {
    await scenario.run({
      engine,
      host,
      folder,
      target: (name) => join(fixtures, name),
      server: (options = {}) => {
        const server = new engine.ProcessServer({ ...options, ...(makeHost ? { host: makeHost() } : {}) }).start();
        servers.push(server);
        return server;
      },
    });
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
    rmSync(folder, { recursive: true, force: true });
  }
}
