import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type * as Engine from 'procession';
import type { ContractContext, Scenario } from './scenario';

/** Starts a program of its own that has a server: see `ContractContext.program`. */
export type LaunchProgram = (file: string, folder: string) => ChildProcess;

/** Runs one scenario on one kind of host, and stops its servers whatever happens. */
export async function runScenario(
  scenario: Scenario,
  engine: typeof Engine,
  fixtures: string,
  host: ContractContext['host'],
  launch: LaunchProgram,
  makeHost?: () => Engine.WorkerHost,
): Promise<void> {
  const programs: ChildProcess[] = [];
  const servers: Engine.ProcessServer[] = [];
  const folder = mkdtempSync(join(tmpdir(), 'contract-'));
  try {
    await scenario.run({
      engine,
      host,
      folder,
      target: (name) => join(fixtures, name),
      program: (name) => {
        const program = launch(join(fixtures, name), folder);
        programs.push(program);
        return program;
      },
      server: (options = {}) => {
        const server = new engine.ProcessServer({ ...options, ...(makeHost ? { host: makeHost() } : {}) }).start();
        servers.push(server);
        return server;
      },
    });
  } finally {
    for (const program of programs) program.kill('SIGKILL');
    await Promise.all(servers.map((server) => server.stop()));
    rmSync(folder, { recursive: true, force: true });
  }
}
