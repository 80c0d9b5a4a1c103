import { describe, expect, it } from 'vitest';
import { encodeValue } from '../../../../src/core/data/serialize';
import type { History } from '../../../../src/history';
import { exportTexts } from '../../../../src/main/history/export-texts';
import { jobDetail, runDetail } from '../../../../src/main/history/run-detail';
import { newRun } from '../../../../src/runner/stored-runs';
import type { ExportKind } from '../../../../src/shared/ipc-history';
import { planVersion } from '../../../../src/shared/plan';
import { openHistory } from '../../history/helpers';
import { plannedMapJob } from '../../planned-job';

const secret = 'hunter2-hunter2';
const environment = { TOKEN: secret };

/** A history with one run: four items, two done, one failed, one left out. */
async function withRun(): Promise<{ readonly history: History; readonly run: number }> {
  const history = await openHistory();
  const plan = {
    version: planVersion,
    file: '/jobs/letters.yaml',
    name: '=Letters',
    description: null,
    maxProcs: null,
    jobs: [
      plannedMapJob({
        id: 'letters',
        key: 'letters',
        label: 'letters',
        file: '/jobs/letters.yaml',
        target: '/jobs/letters.mjs#read',
        range: 4,
        items: { kind: 'values', values: ['a', 'b', 'c', 'd'] },
        env: { TOKEN: { secret: 'TOKEN' } },
      }),
    ],
    disabled: [],
  } as const;
  const [run = 0] = await history.enqueue([await newRun(plan, { args: { size: 3 }, version: '9.9.9' })]);
  // As a program without the secret would have recorded it: exports hide it all the same.
  const claim = await history.claim(run);
  if (!claim.ok) throw new Error('The run could not be claimed.');
  const { recorder } = claim;
  void recorder.job('letters', { state: 'running', startedAt: 1000, attempts: 1 });
  void recorder.done('letters', 0, [encodeValue('=1+1', 'value'), encodeValue({ key: secret }, 'value')]);
  void recorder.failed('letters', 2, { name: 'RangeError', message: `c is not for ${secret}` }, 3);
  void recorder.log('letters', [{ at: 1500, rank: 1, stream: 'stderr', text: 'c went wrong' }]);
  void recorder.job('letters', { state: 'failed', startedAt: 1000, endedAt: 3500 });
  void recorder.rest('letters', 'skipped');
  await recorder.end('failed', { code: 1 });
  return { history, run };
}

async function exported(kind: ExportKind): Promise<string> {
  const { history, run } = await withRun();
  const parts: string[] = [];
  for await (const part of exportTexts(history, kind, [run, 999], environment)) parts.push(part);
  return parts.join('');
}

describe('an export', () => {
  it('of runs as CSV has a line for each, with cells that no spreadsheet takes for formulas', async () => {
    const [head, line, end] = (await exported('runs-csv')).split('\n');
    expect(head).toBe(
      'run,name,state,file,targets,queued,started,ended,seconds,jobs,jobs done,jobs failed,items,done,failed,skipped,cancelled,exit code,failure',
    );
    expect(line).toMatch(/^1,"'=Letters",failed,\/jobs\/letters\.yaml,\.\/letters\.mjs#read,\d{4}-/);
    expect(line).toMatch(/,1,0,1,4,2,1,1,0,1,$/);
    expect(end).toBe('');
  });

  it('of jobs as CSV has a line for each job', async () => {
    const [, line] = (await exported('jobs-csv')).split('\n');
    expect(line).toBe(
      '1,"\'=Letters",letters,letters,map,./letters.mjs#read,failed,4,2,1,1,0,1,1970-01-01T00:00:01.000Z,1970-01-01T00:00:03.500Z,2.5,,',
    );
  });

  it('of items as CSV has a line for each item, without secrets', async () => {
    expect(await exported('items-csv')).toBe(
      [
        'run,job,item,name,state,attempts,value,error',
        `1,letters,0,a,done,1,"'=1+1",`,
        '1,letters,1,b,done,1,"{""key"":""•••""}",',
        '1,letters,2,c,failed,3,,RangeError: c is not for •••',
        '1,letters,3,d,skipped,0,,',
        '',
      ].join('\n'),
    );
  });

  it('as JSON has all that is told of a run, without secrets', async () => {
    const text = await exported('json');
    expect(text).not.toContain(secret);
    expect(JSON.parse(text)).toMatchObject({
      format: 'procession-history',
      version: 1,
      runs: [
        {
          id: 1,
          name: '=Letters',
          state: 'failed',
          args: { size: 3 },
          versions: { procession: '9.9.9' },
          plan: { jobs: [{ key: 'letters' }] },
          jobs: [{ key: 'letters', state: 'failed', items: { done: 2, failed: 1, skipped: 1 } }],
        },
      ],
    });
  });

  it('as a trace has the job, also when nothing is known of its processes', async () => {
    const { traceEvents } = JSON.parse(await exported('trace')) as { traceEvents: unknown[] };
    expect(traceEvents).toContainEqual(expect.objectContaining({ ph: 'X', name: 'letters', ts: 0, dur: 2_500_000 }));
  });
});

describe('what is told of a run', () => {
  it('is all of it but what is large, and of a job its errors, its last lines and the beginning of its values', async () => {
    const { history, run } = await withRun();
    expect(await runDetail(history, run)).toMatchObject({
      id: run,
      state: 'failed',
      args: '{\n  "size": 3\n}',
      isDefinitionLost: false,
      jobList: [{ key: 'letters' }],
    });
    expect(await jobDetail(history, run, 'letters', environment)).toMatchObject({
      errors: [{ count: 1, items: [2], error: { name: 'RangeError' } }],
      moreErrors: 0,
      log: [{ at: 1500, rank: 1, isError: true, text: 'c went wrong' }],
      earlierLines: 0,
      result: `a: '=1+1'\nb: { key: '•••' }`,
      resultNote: null,
    });
    expect(await runDetail(history, 999)).toBeNull();
    expect(await jobDetail(history, run, 'other', environment)).toBeNull();
  });
});
