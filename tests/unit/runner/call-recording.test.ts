import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { History, type StoredRun } from '../../../src/history';
import { mostCalls } from '../../../src/runner/call-recording';
import { ScriptRecording } from '../../../src/runner/script-recording';
import { decodeTrace } from '../../../src/runner/tracking/trace-record';
import type { JobInfo } from '../../../src/shared/engine-info';
import type { ScriptServerEvent } from '../../../src/shared/script-protocol';

const info = (id: number, changes: Partial<JobInfo> = {}): JobInfo => ({
  id,
  label: `squares ${id}`,
  state: 'running',
  valRange: 10,
  total: 1,
  progress: 0,
  priority: 0,
  ranks: [{ index: 0, pid: 4711, start: 0, end: 10, chunks: 1, assigned: 10, count: 0, state: 'running' }],
  queuedAt: 5,
  startedAt: 6,
  ...changes,
});

interface Opened {
  readonly history: History;
  readonly recording: ScriptRecording;
  readonly path: string;
  tell(event: ScriptServerEvent): void;
  job(id: number, changes?: Partial<JobInfo>): void;
  stored(): Promise<StoredRun | undefined>;
}

/** A script that has begun, and the history that its run is in as number 1. */
async function begun(): Promise<Opened> {
  const folder = mkdtempSync(join(tmpdir(), 'procession-calls-'));
  const path = join(folder, 'study.mjs');
  writeFileSync(path, 'export default () => 1;\n');
  const history = await History.open({ folder: join(folder, 'data'), thread: false });
  onTestFinished(async () => {
    await history.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const recording = await ScriptRecording.begin(history, path, {}, '0.1.0');
  recording.onEvent({ type: 'begun', numProcs: 2 });
  const tell = (event: ScriptServerEvent): void => recording.onEvent({ type: 'server', event });
  return {
    history,
    recording,
    path,
    tell,
    job: (id, changes) => tell({ type: 'job', job: info(id, changes) }),
    stored: async () => {
      await history.flush();
      return history.get(1);
    },
  };
}

const done = { state: 'done', result: 1, errors: [], startedAt: 5, endedAt: 9 } as const;

describe('what a script asks its server for', () => {
  it('is in the history beneath it, with its end, its output and how it went, and counts as no job of the run', async () => {
    const { history, recording, tell, job, stored } = await begun();
    const { startedAt: _, ...waiting } = info(1, { state: 'queued', ranks: [] });
    tell({ type: 'job', job: waiting });
    job(1);
    tell({ type: 'log', jobId: 1, lines: [{ rank: 0, stream: 'stdout', text: 'at work' }] });
    tell({ type: 'progress', jobId: 1, progress: 4, counts: [4] });
    expect((await stored())?.jobList[1]).toMatchObject({ key: 'study.mjs/1', state: 'running', startedAt: 6 });
    job(1, { state: 'done', progress: 10, endedAt: 8 });
    const error = { name: 'RangeError', message: 'too far' };
    job(2, { state: 'failed', progress: 3, endedAt: 8, error });
    // Nobody has awaited this one.
    job(3);
    await recording.end(done, 0);
    const run = await stored();
    expect(run?.jobList).toMatchObject([
      { key: 'study.mjs', kind: 'script', state: 'done' },
      { key: 'study.mjs/1', kind: 'call', label: 'squares 1', total: 10, state: 'done', progress: 10, endedAt: 8 },
      { key: 'study.mjs/2', state: 'failed', progress: 3, error },
      { key: 'study.mjs/3', state: 'cancelled', error: { message: 'The script has ended.' } },
    ]);
    expect(run).toMatchObject({ state: 'done', jobs: { total: 1, done: 1, failed: 0 }, items: { total: 1 } });
    expect((await history.log({ run: 1, job: 'study.mjs/1' })).head).toMatchObject([{ rank: 0, text: 'at work' }]);
    const trace = decodeTrace(await history.timeline({ run: 1, job: 'study.mjs/1' }));
    expect(trace).toMatchObject({ range: 10, began: 6, ended: 8, ranks: [{ pid: 4711 }] });
    // The list of the history tells of the script: the failure was its own business.
    expect(await history.lines([1])).toMatchObject([{ label: 'study.mjs', failure: null }]);
    expect((await history.facets()).targets).toHaveLength(1);
  });

  it('is begun anew when the script is, after it was cut off', async () => {
    const { history, recording, job, stored } = await begun();
    job(1, { state: 'done', endedAt: 8 });
    job(2);
    await recording.interrupt();
    expect((await stored())?.jobList.map(({ key, state }) => [key, state])).toEqual([
      ['study.mjs', 'interrupted'],
      ['study.mjs/1', 'done'],
      ['study.mjs/2', 'cancelled'],
    ]);
    const again = await ScriptRecording.take(history, 1, 'study.mjs');
    again.onEvent({ type: 'begun', numProcs: 2 });
    again.onEvent({ type: 'server', event: { type: 'job', job: info(1, { label: 'other' }) } });
    expect((await stored())?.jobList.map(({ key, state, label }) => [key, state, label])).toEqual([
      ['study.mjs', 'running', 'study.mjs'],
      ['study.mjs/1', 'running', 'other'],
    ]);
    await again.end(done, 0);
  });

  it('is kept of so many jobs, the oldest that have ended go first', async () => {
    const { recording, job, stored } = await begun();
    job(1);
    for (let id = 2; id <= mostCalls + 50; id += 1) {
      job(id, { state: 'done', endedAt: 8 });
      // Some are written before they go, most are not.
      if (id === 20) await stored();
    }
    const kept = ((await stored())?.jobList ?? []).map(({ key }) => key);
    expect(kept).toHaveLength(1 + mostCalls);
    expect(kept.slice(0, 3)).toEqual(['study.mjs', 'study.mjs/1', 'study.mjs/52']);
    await recording.end(done, 0);
  });
});
