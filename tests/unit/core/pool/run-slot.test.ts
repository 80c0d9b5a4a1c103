import { describe, expect, it } from 'vitest';
import { describeEnd, diedError, type RunEnd, RunSlot } from '../../../../src/core/pool/run-slot';
import type { RunRef, RunRequest } from '../../../../src/shared/worker-protocol';

const run = (runId: number): RunRef => ({ jobId: 1, attempt: 1, rank: 2, runId });
const request = (runId: number): RunRequest => ({
  type: 'run',
  run: run(runId),
  mode: 'call',
  target: { url: 'builtin:x', exportName: 'run', label: 'x' },
  total: 4,
  start: 0,
  end: 1,
  maxVal: 4,
  isChunked: false,
  payload: new Uint8Array(),
});
const result = (runId: number, notes = 0): RunEnd => ({
  type: 'result',
  run: run(runId),
  payload: new Uint8Array(),
  count: 1,
  notes,
});
const ended = (message: RunEnd) => ({ kind: 'ended', message });
const lost = (runId: number) => ({ kind: 'lost', run: run(runId) });

function sent(runId: number): RunSlot {
  const slot = new RunSlot();
  slot.hold(request(runId));
  slot.takeUnsent();
  return slot;
}

describe('a run slot', () => {
  it('gives its request out once', () => {
    const slot = new RunSlot();
    expect(slot.takeUnsent()).toBeUndefined();
    slot.hold(request(5));
    expect(slot.run).toEqual(run(5));
    expect(slot.takeUnsent()).toEqual(request(5));
    expect(slot.takeUnsent()).toBeUndefined();
  });

  it('takes the end of its run once, and of no other', () => {
    const slot = sent(5);
    expect(slot.ended(result(4))).toBeUndefined();
    expect(slot.ended(result(5))).toEqual(ended(result(5)));
    expect(slot.ended(result(5))).toBeUndefined();
    expect(slot.run).toBeUndefined();
  });

  it('ends when the last of its log lines and partial results is there, in whatever order they come', () => {
    const slot = sent(5);
    expect(slot.noted(run(5))).toBeUndefined();
    expect(slot.ended(result(5, 3))).toBeUndefined();
    expect(slot.noted(run(4))).toBeUndefined();
    expect(slot.noted(run(5))).toBeUndefined();
    expect(slot.noted(run(5))).toEqual(ended(result(5, 3)));
    const early = sent(6);
    early.noted(run(6));
    expect(early.ended(result(6, 1))).toEqual(ended(result(6, 1)));
  });

  it('ends as it said when its thread ends or its process is gone before its notes were there', () => {
    const [slot, other] = [sent(5), sent(6)];
    slot.ended(result(5, 1));
    expect(slot.threadEnded(0)).toEqual(ended(result(5, 1)));
    other.ended(result(6, 1));
    expect(other.giveUp()).toEqual(ended(result(6, 1)));
  });

  it('loses a run that its thread had begun, also when only its result is missing', () => {
    const slot = sent(5);
    expect(slot.threadEnded(5)).toEqual(lost(5));
    expect(slot.run).toBeUndefined();
    expect(slot.ended(result(5))).toBeUndefined();
  });

  it('sends a run again that the ended thread had not begun', () => {
    const slot = sent(5);
    expect(slot.threadEnded(0)).toBeUndefined();
    expect(slot.takeUnsent()).toEqual(request(5));
    expect(slot.takeUnsent()).toBeUndefined();
  });

  it('sends a run again whose thread had begun only an earlier one', () => {
    const slot = sent(5);
    expect(slot.threadEnded(4)).toBeUndefined();
    expect(slot.run).toEqual(run(5));
    expect(slot.takeUnsent()).toEqual(request(5));
    expect(slot.takeUnsent()).toBeUndefined();
  });

  it('loses a run that was sent again when the next thread ends over it too', () => {
    const slot = sent(5);
    slot.threadEnded(0);
    slot.takeUnsent();
    expect(slot.threadEnded(5)).toEqual(lost(5));
  });

  it('takes the result of a run that was sent again', () => {
    const slot = sent(5);
    slot.threadEnded(4);
    slot.takeUnsent();
    expect(slot.ended(result(5))).toEqual(ended(result(5)));
  });

  it('holds nothing when the thread of a run ends whose result is there', () => {
    const slot = sent(5);
    slot.ended(result(5));
    expect(slot.threadEnded(5)).toBeUndefined();
    expect(slot.takeUnsent()).toBeUndefined();
  });

  it('keeps a run that was not sent yet when a thread ends', () => {
    const slot = new RunSlot();
    slot.hold(request(5));
    expect(slot.threadEnded(0)).toBeUndefined();
    expect(slot.takeUnsent()).toEqual(request(5));
  });

  it('gives up what it holds when its process is gone', () => {
    const slot = sent(5);
    expect(slot.giveUp()).toEqual(lost(5));
    expect(slot.giveUp()).toBeUndefined();
  });
});

describe('describeEnd', () => {
  it('says that a job was cancelled', () => {
    expect(describeEnd({ kind: 'cancelled' }, run(1), 'running')).toMatchObject({
      name: 'JobCancelledError',
      code: 'ERR_JOB_CANCELLED',
    });
  });

  it.each([
    ['loading', 'while its module was being loaded'],
    ['decoding', 'while its arguments were being read'],
    ['running', 'while its target ran'],
    ['encoding', 'while its result was being encoded'],
  ] as const)('says that process.exit was called, with what, and that it was %s', (phase, words) => {
    expect(describeEnd({ kind: 'exit', code: 7 }, run(1), phase)).toMatchObject({
      name: 'WorkerDiedError',
      message: `Rank 2 ended before it gave a result: it called process.exit(7) ${words}.`,
      exitCode: 7,
      phase,
    });
  });

  it('says that a process ended, and that nothing had begun', () => {
    expect(diedError(run(1), 'its process was ended by SIGKILL', undefined)).toMatchObject({
      code: 'ERR_WORKER_DIED',
      message: 'Rank 2 ended before it gave a result: its process was ended by SIGKILL before its target began.',
    });
  });

  it('says that memory ran out, what the limit was, and what to do', () => {
    const describe = (limitMiB: number | null, usedMiB: number | null) =>
      describeEnd({ kind: 'out-of-memory', limitMiB, usedMiB }, run(1), 'running');
    expect(describe(64, null)).toMatchObject({
      code: 'ERR_OUT_OF_MEMORY',
      message:
        'Rank 2 ran out of memory: it needed more heap than its limit of 64 MiB. Raise the limit, or let each rank hold less at a time.',
      phase: 'running',
    });
    expect(describe(64, 130.4).message).toBe(
      'Rank 2 ran out of memory: its process grew by 130 MiB with all its buffers, past its limit of 64 MiB. Raise the limit, or let each rank hold less at a time.',
    );
    expect(describe(null, null).message).toMatch(/than its process may have\./);
  });

  it('hands an uncaught error on as it is, with what the rank did', () => {
    const error = { name: 'RangeError', message: 'far', code: 'E', stack: 'at far' };
    expect(describeEnd({ kind: 'error', error }, run(1), 'running')).toEqual({ ...error, phase: 'running' });
  });
});
