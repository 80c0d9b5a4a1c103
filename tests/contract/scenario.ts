import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import type * as Engine from 'procession';

/** What a scenario works with: the engine as built, on one kind of host. */
export interface ContractContext {
  readonly engine: typeof Engine;
  readonly host: 'node' | 'utility';
  /** A started server, which another scenario may have used before: see {@link Scenario.needsFresh}. */
  server(options?: Engine.ProcessServerOptions): Engine.ProcessServer;
  /**
   * Starts another program with the same kind of host, which is killed after the scenario: `run` of a file in fixtures
   * is called with the engine, the options for a server, and the folder.
   */
  program(name: string): ChildProcess;
  /** `"<file in fixtures>#<export>"` as a target. */
  target(name: string): string;
  /** An empty folder, removed after the scenario. */
  readonly folder: string;
}

/** One behaviour that every host must show. The name is a sentence; `run` throws when it does not hold. */
export interface Scenario {
  readonly name: string;
  /** Its ranks meet: it is also shown with meetings on the server. */
  readonly meets?: boolean;
  /** Its servers have done nothing before, and do nothing after it. */
  readonly needsFresh?: boolean;
  readonly run: (context: ContractContext) => Promise<void>;
}

/** How long something that must happen is waited for, in milliseconds: far longer than it takes on a machine that is busy. */
const patienceMs = 40_000;
/** How many times what is promised something may take here, since the machine does something else as well. */
const room = 5;

/** Tells how long something took beside what is promised, and fails when it took so long that no load explains it. */
export function assertTook(what: string, tookMs: number, promisedMs: number): void {
  process.stderr.write(`figure: ${what}: ${tookMs.toFixed(0)} ms, promised within ${promisedMs} ms\n`);
  assert.ok(tookMs < room * promisedMs, `${what} took ${tookMs} ms, which is promised within ${promisedMs} ms`);
}

/** Waits for something, and measures it: see {@link assertTook}. */
export async function within<T>(promisedMs: number, what: string, promise: PromiseLike<T>): Promise<T> {
  const began = performance.now();
  const value = await promise;
  assertTook(what, performance.now() - began, promisedMs);
  return value;
}

/** More lines than so many ranks can log in that time, of which each may send 200 in 50 ms and the last ones of a flood. */
export function mostLines(ranks: number, ms: number): number {
  return Math.round(ranks * (ms / 50 + 2) * 250);
}

/** Waits until `check` gives something; looks again after every event of the server, and now and then without one. */
export function eventually<T>(
  server: Engine.ProcessServer,
  what: string,
  check: () => T | undefined | false,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const look = (): void => {
      const found = check();
      if (found !== undefined && found !== false) end(() => resolve(found));
    };
    const end = (settle: () => void): void => {
      clearTimeout(limit);
      clearInterval(again);
      stop();
      settle();
    };
    const stop = server.onEvent(look);
    const again = setInterval(look, 20);
    const limit = setTimeout(
      () => end(() => reject(new Error(`Waited ${patienceMs / 1000} s in vain for: ${what}`))),
      patienceMs,
    );
    look();
  });
}

/** The server does its work as if nothing had happened: all ranks answer, from living processes of its own. */
export async function assertHealthy(context: ContractContext, server: Engine.ProcessServer): Promise<void> {
  const results = await server.callProcessFunc(
    50,
    0,
    null,
    context.target('targets.mjs#describeRank'),
    [],
    {},
    { isolation: 'process' },
  );
  const total = server.realNumProcs;
  assert.deepEqual(
    context.engine.listResults(results),
    Array.from({ length: total }, (_, rank) => [rank, ...context.engine.partitionSequence(50, rank, total)]),
  );
  assert.deepEqual([...server.jobs], []);
  const pids = server.procs.map((proc) => proc.pid);
  assert.equal(new Set(pids).size, total, `each slot has a process of its own: ${pids.join()}`);
  for (const pid of pids) assert.ok(pid !== null && isAlive(pid), `process ${pid} lives`);
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** The error in a rank's place. */
export function errorOf(
  results: ReadonlyMap<number, unknown>,
  rank: number,
): Error & { code?: string; cause?: unknown; exitCode?: number } {
  const value = results.get(rank);
  assert.ok(value instanceof Error, `rank ${rank} should have failed, but gave ${String(value)}`);
  return value;
}

/** What a promise that must fail fails with. */
export async function failure(promise: PromiseLike<unknown>): Promise<Error & { code?: string }> {
  try {
    await promise;
  } catch (error) {
    assert.ok(error instanceof Error);
    return error;
  }
  throw new assert.AssertionError({ message: 'this should have failed' });
}
