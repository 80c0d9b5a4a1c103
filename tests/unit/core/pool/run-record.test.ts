import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RunRecord, takeRecord } from '../../../../src/core/pool/run-record';
import { runPhases } from '../../../../src/shared/engine-info';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'run-record-test-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('a run record', () => {
  it('tells what was noted last, for each phase, and is taken once', () => {
    const path = join(folder, 'run');
    for (const phase of runPhases) {
      const record = new RunRecord(path);
      record.note(1, 'running');
      record.note(0x7fffffff, phase);
      expect(takeRecord(path)).toEqual({ runId: 0x7fffffff, phase });
      expect(takeRecord(path)).toBeUndefined();
      record.close();
    }
    expect(existsSync(path)).toBe(false);
  });

  it('begins anew with a fresh thread, and is for its user only', () => {
    const path = join(folder, 'run');
    const first = new RunRecord(path);
    first.note(1, 'running');
    const second = new RunRecord(path);
    expect(statSync(path).mode & 0o077).toBe(0);
    expect(takeRecord(path)).toBeUndefined();
    first.close();
    second.close();
  });

  it('says nothing when it is broken or not there', () => {
    const path = join(folder, 'run');
    for (const bytes of [[1, 0, 0], [1, 0, 0, 0, 99, 0, 0, 0], []]) {
      writeFileSync(path, Uint8Array.from(bytes));
      expect(takeRecord(path)).toBeUndefined();
    }
    expect(takeRecord(join(folder, 'nowhere'))).toBeUndefined();
  });
});
