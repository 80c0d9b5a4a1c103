import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type DataLink, DataLinkServer } from '../../../../src/core/pool/data-link';
import { encodeFrame, FrameReader } from '../../../../src/core/pool/framing';
import { RuntimeFolder } from '../../../../src/core/pool/runtime-folder';
import type { ComputeToServer, RunRequest } from '../../../../src/shared/worker-protocol';

const token = 'the secret of this server';
const ready = { type: 'ready', token, slot: 3, incarnation: 2, generation: 7 } as const;
const run = (runId: number) => ({ jobId: 1, attempt: 1, rank: 0, runId });
const probed = (runId: number) => ({ type: 'probed', run: run(runId), hasCombine: false, notes: 0 }) as const;
const request = (payload: Uint8Array): RunRequest => ({
  type: 'run',
  run: run(5),
  mode: 'call',
  target: { url: 'builtin:x', exportName: 'run', label: 'x' },
  total: 1,
  start: 0,
  end: 4,
  maxVal: 4,
  isChunked: false,
  payload,
});
const bytesOf = (...messages: readonly object[]): Buffer => Buffer.concat(messages.flatMap(encodeFrame));
/** The header of a frame: it says how long the text is, and (one more than) how long the payload. */
function header(textBytes: number, payloadField = 0): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt32LE(textBytes, 0);
  bytes.writeUInt32LE(payloadField, 4);
  return bytes;
}

interface Greeted {
  readonly ready: ComputeToServer;
  readonly link: DataLink;
}

let parent = '';
let server: DataLinkServer;
let greeted: Greeted[] = [];
let onGreeted: (each: Greeted) => void = () => undefined;
const clients: Socket[] = [];

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'data-link-test-'));
  greeted = [];
  onGreeted = () => undefined;
  server = new DataLinkServer(new RuntimeFolder(parent).socketPath, token, (first, link) => {
    greeted.push({ ready: first, link });
    onGreeted({ ready: first, link });
  });
});

afterEach(() => {
  for (const client of clients.splice(0)) client.destroy();
  server.close();
  rmSync(parent, { recursive: true, force: true });
});

/** Connects and says something first. */
function client(first: Uint8Array): Socket {
  const socket = connect(server.path);
  clients.push(socket);
  // A server that hangs up in the middle of a word makes an error of it, before the close that is waited for.
  socket.on('error', () => undefined);
  socket.resume();
  socket.write(first);
  return socket;
}

/** Waits until the server has hung up. */
const isHungUp = (socket: Socket): Promise<void> =>
  new Promise((resolve) => {
    if (socket.closed) resolve();
    else socket.once('close', () => resolve());
  });

/** A link of somebody who says the right thing. */
async function linked(...more: readonly object[]): Promise<{ socket: Socket; link: DataLink }> {
  const greeting = new Promise<Greeted>((resolve) => {
    onGreeted = resolve;
  });
  const socket = client(bytesOf(ready, ...more));
  return { socket, link: (await greeting).link };
}

const isClosed = (link: DataLink): Promise<void> => new Promise((resolve) => link.onClose(resolve));

describe('who connects to the data socket', () => {
  it('gets a link when its first message says the secret, and is known by what it says', async () => {
    const { link } = await linked();
    expect(greeted.map((each) => each.ready)).toEqual([ready]);
    expect(link.generation).toBe(7);
  });

  it('gets a link however the socket cuts its first message', async () => {
    const bytes = bytesOf(ready);
    const greeting = new Promise<Greeted>((resolve) => {
      onGreeted = resolve;
    });
    const socket = client(bytes.subarray(0, 3));
    for (const [from, to] of [
      [3, 9],
      [9, 40],
      [40, bytes.length],
    ]) {
      await setImmediate();
      socket.write(bytes.subarray(from, to));
    }
    expect((await greeting).ready).toEqual(ready);
  });

  it.each([
    ['another one of the same length', 'the Secret of this server'],
    ['the beginning of it', 'the secret'],
    ['it and more', `${token}!`],
    ['none', undefined],
    ['an empty one', ''],
    ['something that is no text', { length: 25 }],
    ['as many characters, but not as many bytes', 'the secret of this serv€r'],
  ])('is hung up on and never linked when its secret is %s', async (_, said) => {
    const socket = client(bytesOf({ ...ready, token: said }, probed(1), ready));
    await isHungUp(socket);
    expect(greeted).toEqual([]);
  });

  it.each([
    ['another message with the secret', bytesOf({ ...probed(1), token })],
    ['an empty message', bytesOf({})],
    ['a list', bytesOf([])],
    ['null', Buffer.concat([header(4), Buffer.from('null')])],
    ['a frame of nothing', header(0)],
    ['a frame that is not JSON', Buffer.concat([header(5), Buffer.from('{"a":')])],
    ['a request of a browser', Buffer.from('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')],
    ['noise', Buffer.alloc(100_000, 0xa7)],
  ])('is hung up on and never linked when it begins with %s', async (_, bytes) => {
    await isHungUp(client(bytes));
    expect(greeted).toEqual([]);
  });

  it.each([
    ['4,097 bytes', header(4097)],
    ['4 GiB', header(0xffffffff)],
    ['few bytes with a large payload', header(100, 4000)],
    ['nothing but the largest payload', header(0, 0xffffffff)],
  ])('is hung up on as soon as it announces a first message of %s, before any of it is kept', async (_, bytes) => {
    await isHungUp(client(bytes));
    expect(greeted).toEqual([]);
  });

  it('may say its first message in 4,096 bytes', async () => {
    const filler = 4096 - Buffer.byteLength(JSON.stringify({ ...ready, filler: '' }));
    const longest = { ...ready, filler: 'x'.repeat(filler) };
    const greeting = new Promise<Greeted>((resolve) => {
      onGreeted = resolve;
    });
    client(bytesOf(longest));
    expect((await greeting).ready).toEqual(longest);
  });

  it('harms nobody else by what it says', async () => {
    const { socket, link } = await linked();
    await isHungUp(client(header(0xffffffff)));
    await isHungUp(client(bytesOf({ ...ready, token: 'wrong' })));
    const message = new Promise((resolve) => link.onMessage(resolve));
    socket.write(bytesOf(probed(4)));
    expect(await message).toEqual(probed(4));
    await linked();
    expect(greeted).toHaveLength(2);
  });
});

describe('a data link', () => {
  it('brings messages of any length both ways, with their payloads', async () => {
    const { socket, link } = await linked();
    const payload = Buffer.alloc(300_000, 'payload ');
    const received = new Promise<unknown>((resolve) => link.onMessage(resolve));
    const result = { type: 'result', run: run(5), payload, count: 4, notes: 0 } as const;
    socket.write(bytesOf(result));
    expect(await received).toEqual(result);
    const reader = new FrameReader();
    const sent = new Promise<unknown>((resolve) => {
      socket.on('data', (piece: Buffer) => {
        for (const message of reader.push(piece)) resolve(message);
      });
    });
    link.send(request(payload));
    expect(await sent).toEqual(request(payload));
  });

  it('keeps what comes before somebody listens, then goes on with what comes after', async () => {
    const { socket, link } = await linked(probed(1), probed(2));
    await setImmediate();
    const seen: ComputeToServer[] = [];
    const third = new Promise<void>((resolve) => {
      link.onMessage((message) => {
        seen.push(message);
        if (seen.length === 3) resolve();
      });
    });
    expect(seen).toEqual([probed(1), probed(2)]);
    socket.write(bytesOf(probed(3)));
    await third;
    expect(seen).toEqual([probed(1), probed(2), probed(3)]);
  });

  it('keeps what came before somebody listens also when it has closed by then', async () => {
    const { socket, link } = await linked();
    socket.end(bytesOf(probed(1), probed(2)));
    await isClosed(link);
    const seen: ComputeToServer[] = [];
    link.onMessage((message) => seen.push(message));
    expect(seen).toEqual([probed(1), probed(2)]);
  });

  it('gives what it has kept once, to who listens first', async () => {
    const { socket, link } = await linked(probed(1));
    socket.end();
    await isClosed(link);
    const seen: string[] = [];
    link.onMessage(() => seen.push('first'));
    link.onMessage(() => seen.push('second'));
    expect(seen).toEqual(['first']);
  });

  it('says once to each who asked that it has closed, after its last message', async () => {
    const { socket, link } = await linked();
    const events: string[] = [];
    link.onMessage((message) => events.push(message.type));
    link.onClose(() => events.push('closed'));
    link.onClose(() => events.push('closed too'));
    const closed = isClosed(link);
    socket.end(bytesOf(probed(1)));
    await closed;
    server.close();
    await setImmediate();
    expect(events).toEqual(['probed', 'closed', 'closed too']);
  });

  it('says at once that it has closed to who asks later', async () => {
    const { socket, link } = await linked();
    socket.destroy();
    await isClosed(link);
    const events: string[] = [];
    link.onClose(() => events.push('closed'));
    expect(events).toEqual(['closed']);
  });

  it('is closed, and says so, when nonsense comes over it', async () => {
    const { socket, link } = await linked();
    const seen: ComputeToServer[] = [];
    link.onMessage((message) => seen.push(message));
    const closed = isClosed(link);
    socket.write(Buffer.concat([header(5), Buffer.from('{"a":')]));
    await Promise.all([closed, isHungUp(socket)]);
    expect(seen).toEqual([]);
  });

  it('takes what is sent over it when it has closed, and throws nothing', async () => {
    const { socket, link } = await linked();
    socket.destroy();
    await isClosed(link);
    expect(() => link.send(request(Buffer.alloc(100_000)))).not.toThrow();
    await setImmediate();
  });

  it('does not touch the others when it closes', async () => {
    const [first, second] = [await linked(), await linked()];
    first.socket.destroy();
    await isClosed(first.link);
    const message = new Promise((resolve) => second.link.onMessage(resolve));
    second.socket.write(bytesOf(probed(2)));
    expect(await message).toEqual(probed(2));
  });
});

describe('a data socket that is closed', () => {
  it('closes its links and those who have not said who they are, and takes nobody any more', async () => {
    const { socket, link } = await linked();
    const stranger = client(header(100));
    await once(stranger, 'connect');
    // Connected means to be in the queue of the server: this one is behind the stranger.
    await linked();
    const closed = isClosed(link);
    server.close();
    await Promise.all([closed, isHungUp(socket), isHungUp(stranger)]);
    await expect(once(connect(server.path), 'connect')).rejects.toThrow(/ENOENT|ECONNREFUSED/);
  });
});
