import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import {
  hasProcessTable,
  hasVariable,
  type ProcessEntry,
  readProcess,
} from '../../../../src/core/commands/process-table';
import {
  commandVariable,
  endProcesses,
  endProcessesNow,
  findTree,
  leaderOf,
} from '../../../../src/core/commands/process-tree';

const self: ProcessEntry = { pid: 10, parent: 1, group: 10, session: 10, startedAt: 50 };

/** `pid: [parent, group, session, startedAt]` */
function table(entries: Readonly<Record<number, readonly [number, number, number, number]>>): ProcessEntry[] {
  const others = Object.entries(entries).map(([pid, [parent, group, session, startedAt]]) => ({
    pid: Number(pid),
    parent,
    group,
    session,
    startedAt,
  }));
  return [self, ...others];
}

const find = (
  entries: readonly ProcessEntry[],
  marked: readonly number[],
  leaders: readonly { pid: number; startedAt: number }[] = [],
  since?: number,
): number[] =>
  findTree(entries, (pid) => marked.includes(pid), { leaders, ...(since === undefined ? {} : { since }) }, self).sort(
    (a, b) => a - b,
  );

describe('the processes of a command', () => {
  it('are those with its mark, their children and grandchildren, and who is in their groups and sessions', () => {
    const entries = table({
      100: [10, 100, 100, 60],
      101: [100, 100, 100, 61],
      102: [101, 102, 100, 62],
      // Its parent has ended, and it has a session of its own, but the mark.
      103: [1, 103, 103, 63],
      // Without a mark, in the group of one that has it.
      104: [1, 103, 103, 64],
      200: [1, 200, 200, 60],
    });
    expect(find(entries, [100, 103])).toEqual([100, 101, 102, 103, 104]);
  });

  it('are found from a known first process that has thrown its environment away', () => {
    const entries = table({ 100: [10, 100, 100, 60], 101: [100, 100, 100, 61], 102: [1, 102, 100, 62] });
    expect(find(entries, [], [{ pid: 100, startedAt: 60 }])).toEqual([100, 101, 102]);
  });

  it('are not those that were given the pid of one that has ended', () => {
    const entries = table({ 100: [1, 100, 100, 99], 101: [100, 100, 100, 99] });
    expect(find(entries, [], [{ pid: 100, startedAt: 60 }])).toEqual([]);
  });

  it('are never the one that asks, nor anybody of its session, nor the first process of the system', () => {
    const entries = table({ 1: [0, 1, 1, 0], 11: [10, 10, 10, 51], 100: [10, 100, 100, 60] });
    expect(find(entries, [1, 10, 11, 100])).toEqual([100]);
  });

  it('are not asked for their environment when they are older than any of them can be', () => {
    const asked: number[] = [];
    findTree(
      table({ 5: [1, 5, 5, 20], 100: [10, 100, 100, 60] }),
      (pid) => {
        asked.push(pid);
        return false;
      },
      { leaders: [], since: 50 },
      self,
    );
    expect(asked).toEqual([100]);
  });
});

describe.runIf(hasProcessTable())('processes of this machine', () => {
  const begin = async (code: string, mark: string): Promise<number> => {
    const child = spawn('sh', ['-c', `${code}\necho ready; read nothing`], {
      env: { PATH: process.env.PATH, [commandVariable]: mark },
      stdio: ['pipe', 'pipe', 'ignore'],
      detached: true,
    });
    await once(child.stdout, 'data');
    return child.pid ?? 0;
  };

  it('are told by what their environment began with', async () => {
    const pid = await begin(':', 'unit-a/1/');
    expect(hasVariable(pid, commandVariable, 'unit-a/')).toBe(true);
    expect(hasVariable(pid, commandVariable, 'unit-b/')).toBe(false);
    expect(hasVariable(pid, 'COMMAND', 'unit-a/')).toBe(false);
    expect(hasVariable(4_123_456, commandVariable, '')).toBe(false);
    await endProcesses({ mark: 'unit-a/', leaders: [] });
  });

  it('end when they are asked to, and at once when they do not', async () => {
    const polite = await begin('setsid sleep 600 &', 'unit-c/1/');
    const stubborn = await begin("trap '' TERM; (setsid sleep 601 &) ; sleep 602 &", 'unit-c/2/');
    const other = await begin(':', 'unit-d/1/');
    expect(await endProcesses({ mark: 'unit-c/1/', leaders: [] })).toEqual([]);
    expect(readProcess(polite)).toBeUndefined();
    expect(await endProcesses({ mark: 'unit-c/', leaders: [] }, 100)).toEqual([]);
    expect(readProcess(stubborn)).toBeUndefined();
    expect(readProcess(other)?.pid).toBe(other);
    endProcessesNow({ mark: 'unit-d/', leaders: [leaderOf(other)] });
    expect(readProcess(other)).toBeUndefined();
  });
});
