import { vi } from 'vitest';
import { ControlBlock } from '../../../src/core/pool/control-block';
import type { CallReply, CallRequest } from '../../../src/shared/worker-protocol';
import { type DirectMeetings, RankProcess } from '../../../src/workers/rank-process';

export const runId = 9;

interface Options {
  readonly start?: number;
  readonly end?: number;
  readonly total?: number;
  readonly isChunked?: boolean;
  readonly direct?: DirectMeetings;
  readonly answer?: (request: CallRequest) => CallReply | undefined;
}

/** Rank 2 of a job, with a link that answers each call, when its answer is waited for, by `answer`. */
export function fakeRank({
  start = 10,
  end = 15,
  total = 4,
  isChunked = false,
  direct,
  answer = () => ({ ok: true, entries: [] }),
}: Options = {}) {
  const block = new ControlBlock();
  block.beginRun(runId);
  const asked: CallRequest[] = [];
  const ask = vi.fn((request: CallRequest) => asked.push(request));
  const log = vi.fn<(line: string) => void>();
  const emit = vi.fn<(payload: Uint8Array) => void>();
  const proc = new RankProcess(
    {
      type: 'run',
      run: { jobId: 3, attempt: 1, rank: 2, runId },
      mode: 'call',
      target: { url: 'builtin:x', exportName: 'run', label: 'x' },
      total,
      start,
      end,
      maxVal: 20,
      isChunked,
      payload: new Uint8Array(),
    },
    {
      block,
      direct,
      ask,
      answer: (call) => {
        const request = asked[call - 1];
        if (!request) throw new Error(`Nobody has asked call ${call}.`);
        return answer(request);
      },
      emit,
      log,
    },
  );
  return { proc, block, ask, emit, log };
}
