import { expect, it } from 'vitest';
import type { MoreItems } from '../../../src/shared/worker-protocol';
import { ChunkInbox } from '../../../src/workers/chunk-inbox';

const run = { jobId: 1, attempt: 1, rank: 0, runId: 1 };
const answer = (start: number): MoreItems => ({ type: 'chunk', run, chunk: [start, start + 1] });

it('hands on answers in their order, whether they come before or after they are waited for', async () => {
  const inbox = new ChunkInbox();
  inbox.put(answer(1));
  inbox.put(answer(2));
  expect([await inbox.next(), await inbox.next()]).toEqual([answer(1), answer(2)]);
  const waiting = inbox.next();
  inbox.put(answer(3));
  expect(await waiting).toEqual(answer(3));
});

it('lets nobody wait once it was aborted', async () => {
  const inbox = new ChunkInbox();
  const waiting = inbox.next();
  inbox.abort(new Error('cancelled'));
  inbox.abort(new Error('cancelled again'));
  await expect(waiting).rejects.toThrow('cancelled');
  await expect(inbox.next()).rejects.toThrow(/^cancelled$/);
});
