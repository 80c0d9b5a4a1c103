import { describe, expect, it } from 'vitest';
import { encodeValue } from '../../../../src/core/data/serialize';
import { chromeTrace, type TracedJob, type TraceEvent } from '../../../../src/main/history/chrome-trace';
import { recordedLanes } from '../../../../src/main/history/traced-run';
import type { LaneSpans } from '../../../../src/shared/range';

/** Spans of a rank: began, ended, start, end of each; all of them done. */
const lane = (...spans: readonly (readonly [number, number, number, number])[]): LaneSpans => ({
  spans: Float64Array.from(spans.flat()),
  states: Uint8Array.from(spans, () => 2),
});

const began = 1_700_000_000_000;
const job = (changes: Partial<TracedJob> = {}): TracedJob => ({
  key: 'squares',
  label: 'Squares',
  state: 'done',
  began,
  ended: began + 20,
  pids: [4711, 4712],
  spans: [lane([began, began + 5, 0, 10], [began + 5, began + 12.25, 10, 11]), lane([began + 1, began + 20, 11, 20])],
  ...changes,
});

const traced = (...jobs: readonly TracedJob[]): readonly TraceEvent[] =>
  chromeTrace({ name: 'work.yaml', at: began + 50, jobs }).traceEvents;

/** What the Trace Event Format asks of every event that is used here, and of all of one thread together. */
function violations(events: readonly TraceEvent[]): string[] {
  const found: string[] = [];
  const named = new Set(
    events.flatMap((event) =>
      event.ph === 'M' ? [`${event.name} ${event.pid} ${event.name === 'thread_name' ? event.tid : ''}`] : [],
    ),
  );
  const threads = new Map<string, { ts: number; end: number }>();
  for (const event of events) {
    const { pid, tid, name } = event;
    if (!Number.isInteger(pid) || !Number.isInteger(tid) || pid < 0 || tid < 0) found.push(`${name}: pid, tid`);
    if (event.ph === 'M') {
      const wanted = event.name.endsWith('_name') ? 'name' : 'sort_index';
      if (!(wanted in event.args)) found.push(`${name}: no ${wanted}`);
      continue;
    }
    if (!Number.isInteger(event.ts) || event.ts < 0) found.push(`${name}: ts ${event.ts}`);
    if (!Number.isInteger(event.dur) || event.dur < 0) found.push(`${name}: dur ${event.dur}`);
    if (!named.has(`process_name ${pid} `)) found.push(`${name}: process ${pid} has no name`);
    if (!named.has(`thread_name ${pid} ${tid}`)) found.push(`${name}: thread ${tid} of ${pid} has no name`);
    const before = threads.get(`${pid} ${tid}`);
    const end = event.ts + event.dur;
    // Events of a thread are in order, and nested or apart.
    if (before !== undefined && event.ts < before.ts) found.push(`${name}: before the one before`);
    if (before !== undefined && event.ts < before.end && end > before.end) found.push(`${name}: overlaps`);
    threads.set(`${pid} ${tid}`, { ts: event.ts, end });
  }
  return found;
}

const complete = (events: readonly TraceEvent[]): readonly (TraceEvent & { readonly ph: 'X' })[] =>
  events.flatMap((event) => (event.ph === 'X' ? [event] : []));

describe('the Chrome trace', () => {
  it('has a process for the run and one for each worker, with a thread for each rank, and names for all of them', () => {
    const events = traced(job());
    expect(violations(events)).toEqual([]);
    expect(events.filter(({ name }) => name.endsWith('_name'))).toEqual([
      { ph: 'M', name: 'process_name', pid: 1, tid: 0, args: { name: 'work.yaml' } },
      { ph: 'M', name: 'thread_name', pid: 1, tid: 1, args: { name: 'Squares' } },
      { ph: 'M', name: 'process_name', pid: 4711, tid: 0, args: { name: 'Worker 4711' } },
      { ph: 'M', name: 'thread_name', pid: 4711, tid: 1, args: { name: 'rank 0' } },
      { ph: 'M', name: 'process_name', pid: 4712, tid: 0, args: { name: 'Worker 4712' } },
      { ph: 'M', name: 'thread_name', pid: 4712, tid: 2, args: { name: 'rank 1' } },
    ]);
  });

  it('tells what each rank worked on, in microseconds since the begin', () => {
    expect(complete(traced(job()))).toEqual([
      {
        ph: 'X',
        name: 'Squares',
        cat: 'job',
        pid: 1,
        tid: 1,
        ts: 0,
        dur: 20_000,
        args: { job: 'squares', state: 'done' },
      },
      expect.objectContaining({ name: 'items 0 to 9', cat: 'work', pid: 4711, tid: 1, ts: 0, dur: 5000 }),
      expect.objectContaining({ name: 'items 11 to 19', pid: 4712, tid: 2, ts: 1000, dur: 19_000 }),
      {
        ph: 'X',
        name: 'item 10',
        cat: 'work',
        pid: 4711,
        tid: 1,
        ts: 5000,
        dur: 7250,
        args: { job: 'squares', rank: 0, start: 10, end: 11, state: 'done' },
      },
    ]);
  });

  it('draws what has not ended up to the moment that it was taken', () => {
    const running = job({ state: 'running', ended: Number.NaN, spans: [lane([began + 10, Number.NaN, 0, 5])] });
    const events = traced(running);
    expect(violations(events)).toEqual([]);
    expect(complete(events).map(({ ts, dur }) => [ts, dur])).toEqual([
      [0, 50_000],
      [10_000, 40_000],
    ]);
  });

  it('cuts what overlaps by the inaccuracy of clocks, and keeps workers apart that are not known', () => {
    const jobs = [
      job({ pids: [null], spans: [lane([began, began + 8, 0, 4], [began + 7.999, began + 9, 4, 8])] }),
      job({ key: 'b', label: 'Second', began: began + 9, pids: [4711], spans: [lane([began + 10, began + 11, 0, 1])] }),
    ];
    const events = traced(...jobs);
    expect(violations(events)).toEqual([]);
    expect(
      complete(events)
        .filter(({ pid }) => pid === 2)
        .map(({ ts, dur }) => [ts, dur]),
    ).toEqual([
      [0, 7999],
      [7999, 1001],
    ]);
  });

  it('is valid also when nothing was recorded but the job, or not even that', () => {
    const bare = traced(job({ pids: [], spans: [] }));
    expect(violations(bare)).toEqual([]);
    expect(complete(bare)).toHaveLength(1);
    expect(complete(traced())).toEqual([]);
    const trace = chromeTrace({ name: 'x', at: began, jobs: [] });
    expect(JSON.parse(JSON.stringify(trace))).toEqual({
      displayTimeUnit: 'ms',
      otherData: { run: 'x', began: new Date(began).toISOString(), program: 'Procession' },
      traceEvents: trace.traceEvents,
    });
  });

  it('finds the lanes in what the history keeps, and none in anything else', () => {
    const spans = [lane([began, began + 1, 0, 4])];
    const kept = encodeValue(
      {
        version: 1,
        ranks: [
          { index: 0, pid: 99 },
          { index: 1, pid: null },
        ],
        spans,
      },
      'trace',
    );
    expect(recordedLanes(kept)).toEqual({ pids: [99, null], spans });
    expect(recordedLanes(undefined)).toEqual({ pids: [], spans: [] });
    expect(recordedLanes(Uint8Array.of(1, 2, 3))).toEqual({ pids: [], spans: [] });
    expect(recordedLanes(encodeValue({ ranks: [], spans: [{ spans: [1], states: [2] }] }, 'trace'))).toEqual({
      pids: [],
      spans: [],
    });
  });
});
