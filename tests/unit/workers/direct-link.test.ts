import { execFileSync } from 'node:child_process';
import {
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { JobEndedError } from '../../../src/core/errors';
import type { MeetingFrame } from '../../../src/core/meetings/direct-meeting';
import { encodeMeetingFrame, type MeetingId } from '../../../src/core/meetings/meeting-frames';
import { ObjectFiles } from '../../../src/core/meetings/object-files';
import { Shelf } from '../../../src/core/meetings/shelf';
import { ControlBlock } from '../../../src/core/pool/control-block';
import type { CallReply, RunRequest, StoredReport } from '../../../src/shared/worker-protocol';
import { DirectLink } from '../../../src/workers/direct-link';
import { makeInbox } from '../../../src/workers/make-inbox';

let folder = '';
const inboxes = ['inbox-0-1', 'inbox-1-1', 'inbox-2-1'];

/** Rank 0 of a job on a worker of its own; what the others do is done by hand. */
function rankZero(total: number) {
  const block = new ControlBlock();
  const posted: StoredReport[] = [];
  const messages: (() => void)[] = [];
  const link = new DirectLink({
    inboxPath: join(folder, 'inbox-0-1'),
    objectRoots: [folder],
    block,
    shelf: new Shelf(),
    takeMessages: () => {
      for (const take of messages.splice(0)) take();
    },
    post: (report) => posted.push(report),
  });
  const request = (jobId: number, runId = jobId): RunRequest => ({
    type: 'run',
    mode: 'call',
    run: { jobId, attempt: 1, rank: 0, runId },
    target: { url: 'builtin:x', exportName: 'x', label: 'x' },
    total,
    start: 0,
    end: 1,
    maxVal: total,
    isChunked: false,
    inboxes: inboxes.slice(0, total),
    payload: undefined,
  });
  /** As the control thread does it. */
  const tell = (take: () => void): void => {
    messages.push(take);
    block.announceReply();
  };
  return { block, link, posted, request, tell };
}

/** Writes into the inbox of rank 0. */
function send(id: MeetingId, ...frames: MeetingFrame[]): void {
  const fd = openSync(join(folder, 'inbox-0-1'), constants.O_WRONLY | constants.O_NONBLOCK);
  for (const frame of frames) writeSync(fd, encodeMeetingFrame(id, frame));
  closeSync(fd);
}

const first = { jobId: 1, attempt: 1 };
const arrival = (from: number, call: number, name?: string, payload: Uint8Array | null = null): MeetingFrame => ({
  kind: 'arrive',
  from,
  call,
  name,
  round: call - 1,
  object: name === undefined ? undefined : { version: call, payload },
});
const texts = (reply: CallReply | undefined): unknown =>
  reply?.ok ? reply.entries.map(([rank, { payload }]) => [rank, Buffer.from(payload ?? '').toString()]) : reply;

describe.skipIf(process.platform === 'win32')('a rank and its inbox', () => {
  let holders: number[] = [];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'direct-link-test-'));
    for (const name of inboxes) execFileSync('mkfifo', ['-m', '600', join(folder, name)]);
    // As the control thread of each worker does.
    holders = inboxes.map((name) => openSync(join(folder, name), constants.O_RDWR | constants.O_NONBLOCK));
  });

  afterEach(() => {
    for (const fd of holders) closeSync(fd);
    rmSync(folder, { recursive: true, force: true });
  });

  it('meet those who have come before its run began, and nobody of another job', () => {
    const { link, request } = rankZero(2);
    send({ jobId: 9, attempt: 1 }, arrival(1, 1));
    send({ jobId: 1, attempt: 2 }, arrival(1, 1, 'x', Buffer.from('of another attempt')));
    send(first, arrival(1, 1, 'x', Buffer.from('theirs')), arrival(1, 2));
    const run = link.begin(request(1));
    expect(texts(run?.meet('x', Buffer.from('mine')))).toEqual([[1, 'theirs']]);
    expect(run?.meet()).toEqual({ ok: true, entries: [] });
  });

  it('is told of those who left before and while its run began, after what they had sent', () => {
    const { link, request, tell } = rankZero(3);
    link.departed({ ...request(1).run }, [[1, { kind: 'returned' }]]);
    link.departed({ ...request(5).run }, [[2, { kind: 'returned' }]]);
    send(first, arrival(1, 1, 'x', Buffer.from('b')), arrival(2, 1, 'x', Buffer.from('c')));
    const run = link.begin(request(1));
    expect(texts(run?.meet('x', Buffer.from('a')))).toEqual([
      [1, 'b'],
      [2, 'c'],
    ]);
    expect(run?.meet()).toMatchObject({
      ok: false,
      error: { message: expect.stringMatching(/^Rank 1 has returned/) as string },
    });
    tell(() =>
      link.departed(request(1).run, [[2, { kind: 'failed', error: { name: 'RangeError', message: 'root' } }]]),
    );
    expect(run?.meet()).toMatchObject({
      ok: false,
      error: { message: expect.stringMatching(/^Rank 2 .*root/) as string },
    });
  });

  it('ends waiting when the run is cancelled, also while another inbox is full', () => {
    const { block, link, request } = rankZero(2);
    const run = link.begin(request(1));
    block.cancel(1);
    expect(run?.meet()).toBeUndefined();
    fill(join(folder, 'inbox-1-1'));
    expect(link.begin(request(1))?.meet()).toBeUndefined();
  });

  it('does not wait to be heard by a rank that has left with its inbox full', () => {
    const { link, request, tell } = rankZero(2);
    fill(join(folder, 'inbox-1-1'));
    const run = link.begin(request(1));
    run?.readAll();
    tell(() => link.departed(request(1).run, [[1, { kind: 'returned' }]]));
    expect(run?.meet()).toMatchObject({ ok: false, error: { name: 'BarrierBrokenError' } });
  });

  it('is emptied after some runs that met nobody, and keeps what belongs to the run that begins', () => {
    const { link, request } = rankZero(2);
    for (let jobId = 10; jobId < 14; jobId += 1) {
      send({ jobId, attempt: 1 }, arrival(1, 1, 'x', new Uint8Array(3000)));
      link.begin(request(jobId));
      link.end();
    }
    send(first, arrival(1, 1, 'x', Buffer.from('theirs')));
    const run = link.begin(request(1));
    expect(isEmpty(join(folder, 'inbox-0-1'))).toBe(true);
    expect(texts(run?.meet('x', Buffer.from('mine')))).toEqual([[1, 'theirs']]);
  });

  it('gives and gets large objects through files', () => {
    const { link, request } = rankZero(2);
    const files = new ObjectFiles(() => [folder]);
    const large = Buffer.alloc(100_000, 'b');
    files.write(first, 1, 1, large);
    send(first, arrival(1, 1, 'mesh'));
    const run = link.begin(request(1));
    expect(texts(run?.meet('mesh', Buffer.alloc(50_000, 'a')))).toEqual([[1, large.toString()]]);
    expect(files.read(first, 0, { version: 1, payload: null })).toEqual(Buffer.alloc(50_000, 'a'));
    const merged = run?.merge('mesh', { ok: true, entries: [[1, { version: 0, payload: Buffer.from('old') }]] });
    expect(texts(merged)).toEqual([[1, large.toString()]]);
    expect(
      texts(run?.merge('mesh', { ok: true, entries: [[1, { version: 2, payload: Buffer.from('new') }]] })),
    ).toEqual([[1, 'new']]);
    expect(readdirSync(folder)).toContain('objects-1-1');
  });

  it('says what is wrong when somebody has removed the inbox', () => {
    const { link, request } = rankZero(2);
    rmSync(join(folder, 'inbox-0-1'));
    expect(() => link.begin(request(1))?.meet()).toThrow(
      /^The ranks cannot meet: the pipe .*inbox-0-1 cannot be opened/,
    );
  });

  it('is of no use after the run', () => {
    const { link, request } = rankZero(2);
    const run = link.begin(request(1));
    link.end();
    expect(() => run?.meet()).toThrow(JobEndedError);
  });

  it('is made by the worker, for nobody else to read, and a missing folder means that there is none', async () => {
    const made = (path: string): Promise<(() => void) | undefined> =>
      new Promise((resolve) => makeInbox(path, resolve));
    const path = join(folder, 'another');
    const wake = await made(path);
    expect(existsSync(path)).toBe(true);
    wake?.();
    expect(isEmpty(path)).toBe(false);
    expect(await made(join(folder, 'nowhere', 'inbox'))).toBeUndefined();
    mkdirSync(join(folder, 'taken'));
    expect(await made(join(folder, 'taken'))).toBeUndefined();
  });
});

/** Writes into a pipe until there is no room. */
function fill(path: string): void {
  const fd = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
  try {
    for (;;) writeSync(fd, Buffer.alloc(4096));
  } catch {
    closeSync(fd);
  }
}

/** Whether a pipe has nothing in it; what it has is read. */
function isEmpty(path: string): boolean {
  const fd = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
  try {
    readSync(fd, Buffer.alloc(4096));
    return false;
  } catch {
    return true;
  } finally {
    closeSync(fd);
  }
}
