import { describe, expect, it } from 'vitest';
import { ScriptEvents } from '../../../src/cli/script-events';
import type { ScriptRunEvent } from '../../../src/runner/script-run';
import { running } from './fixtures';

function begun(): ScriptEvents {
  const events = new ScriptEvents('work/a.ts');
  events.apply({ type: 'begun', numProcs: 2 }, 1000);
  return events;
}

const ended = (state: 'done' | 'failed', changes = {}): ScriptRunEvent => ({
  type: 'server',
  event: running([12, 13, 12, 13], { state, endedAt: 1500, ...changes }),
});

describe('what happens in a script', () => {
  it('is told as a job of its own and one for each call', () => {
    const events = begun();
    const told = [
      ...events.apply({ type: 'server', event: running() }, 1100),
      ...events.apply(
        { type: 'server', event: { type: 'progress', jobId: 7, progress: 3, counts: [2, 1, 0, 0] } },
        1200,
      ),
      ...events.apply(ended('done'), 1500),
      ...events.end({ state: 'done', result: 3, errors: [], startedAt: 1000, endedAt: 1600 }),
    ];
    expect(told.map((event) => [event.type, 'job' in event ? event.job.plan.key : ''])).toEqual([
      ['job.start', 'a.ts/7'],
      ['job.progress', 'a.ts/7'],
      ['job.end', 'a.ts/7'],
      ['job.end', 'a.ts'],
    ]);
    expect(events.state.jobs).toMatchObject([
      { label: 'a.ts', range: 0, phase: 'ended', outcome: { result: 3 } },
      { label: 'Count', range: 50, phase: 'ended', progress: 50 },
    ]);
    expect(events.counts).toEqual({ done: 1, failed: 0, cancelled: 0, skipped: 0 });
  });

  it('counts what the script counts, and something else when it begins anew', () => {
    const events = begun();
    const at = (label: string, done: number, max: number, now: number): unknown =>
      events.apply({ type: 'task', task: { label, progress: done, max } }, now)[0];
    expect(at('Reading', 3, 10, 1500)).toMatchObject({
      type: 'job.progress',
      job: { label: 'Reading', progress: 3, range: 10 },
    });
    expect(at('Writing', 1, 20, 2000)).toMatchObject({
      job: { label: 'Writing', progress: 1, range: 20, samples: [{ at: 2000, progress: 1 }] },
    });
  });

  it('has the error of a call, and the items of a map that failed', () => {
    const events = begun();
    events.apply({ type: 'server', event: running() }, 1100);
    const error = { name: 'TypeError', message: 'no' };
    expect(events.apply(ended('failed', { error, progress: 50, failed: 2, skipped: 1 }), 1500).at(-1)).toMatchObject({
      type: 'job.end',
      outcome: { state: 'failed', errors: [{ rank: null, error }], items: { done: 47, failed: 2, skipped: 1 } },
    });
    expect(events.counts.failed).toBe(1);
  });

  it('shows what it prints with the script', () => {
    const lines = [{ rank: 0, stream: 'stdout', text: 'hello' }] as const;
    expect(begun().apply({ type: 'log', lines }, 1100)).toMatchObject([
      { type: 'log', lines, job: { plan: { kind: 'script', file: 'work/a.ts' } } },
    ]);
  });
});
