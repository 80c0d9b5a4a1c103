import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type * as Engine from 'procession';
import type { ContractContext, Scenario } from './scenario';
import type { Loan, SharedServers } from './shared-servers';

/** Starts a program of its own that has a server: see `ContractContext.program`. */
export type LaunchProgram = (file: string, folder: string) => ChildProcess;

/** A scenario that takes longer has come to a stop, and where is worth more than that it has: before its test gives up. */
const longestMs = 100_000;

/** Runs one scenario on one kind of host, and takes its servers back whatever happens. */
export async function runScenario(
  scenario: Scenario,
  engine: typeof Engine,
  fixtures: string,
  host: ContractContext['host'],
  launch: LaunchProgram,
  servers: SharedServers,
): Promise<void> {
  const programs: ChildProcess[] = [];
  const loans: Loan[] = [];
  let isSound = false;
  const folder = mkdtempSync(join(tmpdir(), 'contract-'));
  try {
    await endsInTime(
      loans,
      scenario.run({
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
          const loan = servers.lend(options, scenario.needsFresh === true);
          loans.push(loan);
          return loan.server;
        },
      }),
    );
    isSound = true;
  } finally {
    for (const program of programs) program.kill('SIGKILL');
    await Promise.all(loans.map((loan) => servers.giveBack(loan, isSound)));
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Fails with where the servers of a scenario stand when it does not end. */
async function endsInTime(loans: readonly Loan[], running: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const stuck = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      const standing = loans.map(({ server }) => ({ jobs: server.jobs, workers: server.procs }));
      reject(new Error(`The scenario has not ended after ${longestMs / 1000} s: ${JSON.stringify(standing)}`));
    }, longestMs);
  });
  await Promise.race([running, stuck]).finally(() => clearTimeout(timer));
}
