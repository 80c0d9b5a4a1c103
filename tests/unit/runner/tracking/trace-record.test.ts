import { describe, expect, test } from 'vitest';
import { JobTrace } from '../../../../src/runner/tracking/job-trace';
import { placeOf, type StoredPiece } from '../../../../src/runner/tracking/piece-store';
import { decodeTrace, encodeTrace, type TraceRecord } from '../../../../src/runner/tracking/trace-record';

const piece = (start: number, end: number, more: Partial<StoredPiece> = {}): StoredPiece => ({
  start,
  end,
  state: placeOf('done'),
  rank: 0,
  began: 1000,
  ended: 1400,
  ...more,
});

const record = (more: Partial<TraceRecord> = {}): TraceRecord => ({
  at: 2000,
  range: 100,
  began: 1000,
  ended: Number.NaN,
  ranks: [],
  chunksDone: [2, 1],
  pieces: [piece(0, 10), piece(10, 30, { rank: 1 })],
  spans: [],
  throughput: { at: Float64Array.of(1000, 2000), total: Float64Array.of(0, 30), ranks: [] },
  ...more,
});

describe('the record of how a job went', () => {
  test('comes back as it was written', () => {
    const counts = [5, 0, 0, 0, 5];
    const whole = record({ pieces: [piece(0, 10), piece(20, 30, { rank: 1, ended: Number.NaN, counts })] });
    expect(decodeTrace(encodeTrace(whole))).toMatchObject(whole);
  });

  test('has bounded size, and exact totals, however many pieces there were', () => {
    const pieces = Array.from({ length: 50_000 }, (_, at) => piece(at, at + 1, { rank: at % 2 }));
    const bytes = encodeTrace(record({ range: 50_000, pieces }));
    expect(bytes.byteLength).toBeLessThan(400_000);
    const restored = decodeTrace(bytes)?.pieces ?? [];
    expect(restored.length).toBeLessThanOrEqual(4096);
    expect(restored.reduce((sum, { start, end }) => sum + end - start, 0)).toBe(50_000);
  });

  test('is nothing when it is damaged or not there', () => {
    const bytes = encodeTrace(record());
    expect(decodeTrace(undefined)).toBeUndefined();
    for (const length of [0, 1, bytes.byteLength >> 1, bytes.byteLength - 1])
      expect(decodeTrace(bytes.slice(0, length))).toBeUndefined();
  });
});

describe('the trace of a job that was started before', () => {
  const statesOf = (trace: JobTrace): unknown[] =>
    [0, 12, 40].map((index) => {
      const found = trace.range.piece(index);
      return found && [found.state, found.rank];
    });

  test('knows of ended items who had worked on them, whatever was recorded last', () => {
    const trace = new JobTrace('map', () => 3000);
    const ended = [piece(0, 50, { rank: -1, began: Number.NaN, ended: Number.NaN })];
    trace.restore(record(), { goesOn: true, isOver: false, ended });
    expect(statesOf(trace)).toMatchObject([
      ['done', 0],
      ['done', 1],
      ['done', expect.anything()],
    ]);
    expect(trace.record().pieces.reduce((sum, { start, end }) => sum + end - start, 0)).toBe(50);
    expect([...trace.throughput.data.total]).toEqual(expect.arrayContaining([0, 30]));
  });

  test('is over at the time of its last record when nobody has written its end', () => {
    const trace = new JobTrace('map', () => 3000);
    trace.restore(record(), { goesOn: false, isOver: false });
    expect([trace.range.began, trace.range.ended]).toEqual([1000, 2000]);
  });
});
