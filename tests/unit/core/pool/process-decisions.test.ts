import { describe, expect, it } from 'vitest';
import { ProcessWear } from '../../../../src/core/pool/process-wear';
import { StartFailures } from '../../../../src/core/pool/start-failures';

const exited = { code: 1, signal: null };
const killed = { code: null, signal: 'SIGKILL' };

describe('a slot whose process ends', () => {
  it('starts the next one at once, later and later when processes end by themselves, and never after five of them', () => {
    const failures = new StartFailures();
    const waits = Array.from({ length: 6 }, () => {
      const restart = failures.ended(exited);
      return restart.kind === 'later' ? restart.delayMs : restart.kind;
    });
    expect(waits).toEqual(['now', 400, 600, 800, 1000, 'never']);
    expect(failures.ended(exited)).toEqual({
      kind: 'never',
      reason: 'its process ended with exit code 1, 5 times in a row.',
    });
  });

  it('starts at once however often processes are killed from outside, and counts anew after one that was ready', () => {
    const failures = new StartFailures();
    for (let i = 0; i < 20; i += 1) expect(failures.ended(killed)).toEqual({ kind: 'now' });
    for (let i = 0; i < 5; i += 1) failures.ended(exited);
    failures.succeeded();
    expect(failures.ended(exited)).toEqual({ kind: 'now' });
  });

  it('says why no compute thread could be started, also when the process was killed for it', () => {
    const failures = new StartFailures();
    failures.threadFailed({ name: 'RangeError', message: 'too little memory' });
    for (let i = 0; i < 5; i += 1) failures.ended(killed);
    expect(failures.ended(killed)).toEqual({
      kind: 'never',
      reason: 'its process was ended by SIGKILL, 5 times in a row. RangeError: too little memory',
    });
  });
});

describe('a process that works', () => {
  it('is worn after so many runs, of which a job may allow fewer', () => {
    const wear = new ProcessWear({ afterRuns: 3, aboveMiB: Number.POSITIVE_INFINITY });
    expect([1, 2, 3].map(() => wear.ran(Number.POSITIVE_INFINITY))).toEqual([false, false, true]);
    expect(new ProcessWear({ afterRuns: 3, aboveMiB: 100 }).ran(1)).toBe(true);
    expect(wear.watchesMemory).toBe(false);
  });

  it('is worn when it takes up more than it may, or when a rank has outgrown its limit, and stays so', () => {
    const wear = new ProcessWear({ afterRuns: Number.POSITIVE_INFINITY, aboveMiB: 300 });
    wear.measured(300);
    expect([wear.watchesMemory, wear.isTooLarge, wear.ran(99)]).toEqual([true, false, false]);
    wear.measured(301);
    wear.measured(20);
    expect([wear.isTooLarge, wear.ran(99)]).toEqual([true, true]);
    const other = new ProcessWear({ afterRuns: 9, aboveMiB: 300 });
    other.outgrew();
    expect(other.isTooLarge).toBe(true);
  });
});
