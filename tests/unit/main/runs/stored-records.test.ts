import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { encodeValue } from '../../../../src/core/data/serialize';
import { History, type RunRecorder } from '../../../../src/history';
import { JobList } from '../../../../src/main/job-list';
import type { RestoredParts } from '../../../../src/main/listed-job';
import { RunRecord } from '../../../../src/main/runs/run-record';
import { RunRecords } from '../../../../src/main/runs/run-records';
import { StoredRecords } from '../../../../src/main/runs/stored-records';
import type { ResultRef } from '../../../../src/shared/result';
import { plannedMapJob } from '../../planned-job';

afterEach(() => {
  vi.useRealTimers();
});

const error = { name: 'RangeError', message: 'item 3 is odd' };
const plan = plannedMapJob({ id: 'each', key: 'each', range: 6 });

/** A history with a run of one job over six items, the list that shows it, and what reads its records. */
class Scene {
  readonly list = new JobList();
  readonly records = new RunRecords({
    byEngineId: () => undefined,
    byKey: (key) => {
      const job = this.list.job(key);
      return job && { key, run: job.run, plan: job.plan, isActive: job.state === 'running' };
    },
  });
  readonly restored: [key: number, parts: RestoredParts][] = [];
  readonly own = new Set<number>();
  readonly history: History;
  readonly recorder: RunRecorder;
  /** How often the history was turned to for a record. */
  readings = 0;
  plansRead = 0;
  /** Held back until the test lets it go. */
  gate: Promise<void> = Promise.resolve();
  readonly stored = new StoredRecords({
    history: async () => {
      this.readings += 1;
      await this.gate;
      return this.history;
    },
    records: this.records,
    findJob: (key) => this.list.job(key),
    jobsOfRun: (run) => this.list.jobsOfRun(run),
    isOwn: (run) => this.own.has(run),
    loadPlan: (run) => {
      this.plansRead += 1;
      for (const { key } of this.list.jobsOfRun(run)) this.list.plan(key, plan);
      return Promise.resolve();
    },
    onRestored: (key, parts) => {
      this.restored.push([key, parts]);
    },
  });

  private constructor(history: History, recorder: RunRecorder) {
    this.history = history;
    this.recorder = recorder;
  }

  static async open(): Promise<Scene> {
    const folder = mkdtempSync(join(tmpdir(), 'procession-records-'));
    const history = await History.open({ folder, thread: false });
    onTestFinished(async () => {
      await history.close();
      rmSync(folder, { recursive: true, force: true });
    });
    const jobs = [{ key: 'each', kind: 'map', label: 'Each', target: './work.mjs#each', total: 6 }];
    const versions = { procession: '0.1.0', node: '20.19.0', platform: 'linux x64' };
    await history.enqueue([
      { name: 'work.yaml', file: '/w/work.yaml', source: '', plan: '{}', hash: 'h', args: {}, versions, jobs },
    ]);
    const claim = await history.claim(1);
    if (!claim.ok) throw new Error('The run could not be claimed.');
    return new Scene(history, claim.recorder);
  }

  /** Items 0 to 2 are done and 3 has failed. */
  async work(): Promise<void> {
    const { recorder } = this;
    void recorder.job('each', { state: 'running', startedAt: 5, attempts: 1 });
    const values = [0, 1, 2].map((value) => encodeValue(value * 10, 'value'));
    void recorder.done('each', 0, values, 1, [1, 2, 3]);
    void recorder.failed('each', 3, error, 2, 4);
    void recorder.log('each', [{ at: 7, rank: 1, stream: 'stdout', text: 'at work' }]);
    await this.history.flush();
  }

  /** Lists the run as it stands in the history. Returns its job. */
  async show(): Promise<ResultRef> {
    const { rows } = await this.history.outline({ ids: [1] });
    for (const row of rows) this.list.putRun(row, false);
    const [job] = this.list.jobsOfRun(1);
    if (job === undefined) throw new Error('The run is not listed.');
    return { key: job.key, run: job.run };
  }
}

describe('the record of a job that ran before', () => {
  it('is read once when somebody looks, with all that is kept', async () => {
    const scene = await Scene.open();
    await scene.work();
    void scene.recorder.job('each', { state: 'failed', endedAt: 9, error });
    await scene.recorder.end('failed', { code: 1 });
    const ref = await scene.show();
    const [record, same] = await Promise.all([scene.stored.find(ref), scene.stored.find(ref)]);
    expect(record).toBeInstanceOf(RunRecord);
    expect(same).toBe(record);
    expect(await scene.stored.find(ref)).toBe(record);
    expect([scene.readings, scene.plansRead]).toEqual([1, 1]);

    expect(record?.isStored).toBe(true);
    expect([0, 1, 2, 3, 4].map((index) => record?.items?.book.end(index))).toEqual([
      'done',
      'done',
      'done',
      'failed',
      undefined,
    ]);
    expect(record?.valuesSoFar(true)).toEqual([0, 10, 20, null, null, null]);
    expect(record?.item(3)).toMatchObject({ state: 'failed', attempts: 2, ms: 4, error });
    expect(record?.log.page(0).entries).toMatchObject([{ at: 7, rank: 1, text: 'at work' }]);
    // The list learns what it did not know, the root failure with its item.
    expect(scene.restored).toEqual([
      [
        ref.key,
        { ranks: [], errors: [{ rank: null, item: 3, error }], versions: 'Procession 0.1.0, Node 20.19.0, linux x64' },
      ],
    ]);
    expect(await scene.stored.find({ ...ref, run: ref.run + 1 })).toBeUndefined();
    expect(await scene.stored.find({ key: 99, run: 1 })).toBeUndefined();
  });

  it('is not there when nothing has become of the job, or while this process works on it', async () => {
    const scene = await Scene.open();
    const ref = await scene.show();
    expect(await scene.stored.find(ref)).toBeUndefined();
    await scene.work();
    scene.own.add(1);
    expect(await scene.stored.find(await scene.show())).toBeUndefined();
    expect(scene.readings).toBe(0);
  });

  it('gives way to one that was begun here while it was read', async () => {
    const scene = await Scene.open();
    await scene.work();
    const ref = await scene.show();
    let open = (): void => undefined;
    scene.gate = new Promise((resolve) => {
      open = resolve;
    });
    const found = scene.stored.find(ref);
    const begun = new RunRecord(ref.key, ref.run, plan);
    scene.records.put(begun);
    open();
    expect(await found).toBe(begun);
    expect(scene.restored).toEqual([]);
  });

  it('shows what else is known when values are damaged on the disk', async () => {
    const scene = await Scene.open();
    await scene.work();
    const ref = await scene.show();
    vi.spyOn(scene.history, 'values').mockRejectedValueOnce(new Error('The checksum differs.'));
    const complaint = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    onTestFinished(() => complaint.mockRestore());
    const record = await scene.stored.find(ref);
    expect(record?.items?.book.end(3)).toBe('failed');
    expect(record?.item(0)).toMatchObject({ state: 'done', hasValue: false });
    expect(complaint).toHaveBeenCalledOnce();
  });
});

describe('a job that goes on here', () => {
  it('has what it had come to before, once, and what comes is added', async () => {
    const scene = await Scene.open();
    await scene.work();
    const { key, run } = await scene.show();
    await scene.stored.prepare([key]);
    const record = scene.records.find({ key, run });
    expect(record).toMatchObject({ isStored: false });
    expect(record?.valuesSoFar(true)).toEqual([0, 10, 20, null, null, null]);
    expect(scene.restored).toEqual([]);
    record?.onItems([{ index: 4, state: 'done', payload: encodeValue(40, 'value'), attempts: 1, durationMs: 1 }]);
    // Let go and taken again in the same start of the window: more is known here than was recorded.
    await scene.stored.prepare([key, 99]);
    expect(scene.records.find({ key, run })).toBe(record);
    expect(record?.valuesSoFar(true)).toEqual([0, 10, 20, null, 40, null]);
    expect(scene.readings).toBe(1);
  });
});

describe('a job that another process works on', () => {
  it('is read again, not more often than once a second, while somebody looks, and else forgotten', async () => {
    const scene = await Scene.open();
    await scene.work();
    const ref = await scene.show();
    const first = await scene.stored.find(ref);
    void scene.recorder.done('each', 4, [encodeValue(40, 'value')]);
    await scene.history.flush();
    await scene.show();
    vi.useFakeTimers({ toFake: ['setTimeout', 'Date'] });
    scene.stored.refresh(1, () => true);
    scene.stored.refresh(1, () => true);
    await vi.advanceTimersByTimeAsync(900);
    expect(scene.readings).toBe(1);
    await vi.advanceTimersByTimeAsync(200);
    const second = scene.records.find(ref);
    expect(scene.readings).toBe(2);
    expect(second).not.toBe(first);
    expect(second?.valuesSoFar(true)).toEqual([0, 10, 20, null, 40, null]);
    // Whoever has seen the first reading sees that there is something new.
    expect(second?.pulse.items).toBeGreaterThan(first?.pulse.items ?? Number.NaN);
    expect(second?.pulse.range).toBeGreaterThan(first?.pulse.range ?? Number.NaN);

    scene.stored.refresh(1, () => false);
    expect(scene.records.find(ref)).toBeUndefined();
    await vi.advanceTimersByTimeAsync(2000);
    expect(scene.readings).toBe(2);
  });

  it('is left alone once this process works on it', async () => {
    const scene = await Scene.open();
    await scene.work();
    const ref = await scene.show();
    const record = await scene.stored.find(ref);
    vi.useFakeTimers({ toFake: ['setTimeout', 'Date'] });
    scene.stored.refresh(1, () => true);
    scene.own.add(1);
    await vi.advanceTimersByTimeAsync(2000);
    scene.stored.refresh(1, () => false);
    expect(scene.records.find(ref)).toBe(record);
    expect(scene.readings).toBe(1);
  });
});
