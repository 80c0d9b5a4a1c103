import { createHash } from 'node:crypto';
import type { RunRef } from '../../shared/worker-protocol';
import type { MeetingFrame } from './direct-meeting';

/*
 * What ranks that meet directly write into each other's inboxes, little endian:
 *
 *   0 length, 2 kind, 4 job, 8 attempt, 12 from, 16 call, 20 round, 24 version, 28 bytes of the name, name, payload
 *
 * A call to `sync()` ends after the round. A frame is written at once and never longer than what a pipe takes whole.
 */
const kinds = { sync: 1, inline: 2, file: 3, broken: 4, mark: 5 } as const;
const syncBytes = 24;
const brokenBytes = 16;
const shareBytes = 30;
/** Length of a mark in bytes. */
export const markBytes = 20;

/** Longest name that goes into frames as it is, in bytes. */
const mostNameBytes = 40;

/** What a pipe takes whole or not at all, at least, in bytes (PIPE_BUF). */
const wholeBytes = process.platform === 'linux' ? 4096 : 512;
/** A pipe is a list of so many pages, each of which holds whole frames only. */
const pipePages = 16;
/**
 * So many frames of each other rank a pipe should hold that nobody reads. A rank sends its arrival and waits; it comes
 * again without having met this rank only when another one has left, and what it sent in an earlier job may still be
 * there.
 */
const unreadFrames = 8;

/** Surrogates without their other half, which UTF-8 cannot carry. */
const halfCharacters = /\p{Surrogate}/gu;

/** The job and attempt whose ranks meet. */
export type MeetingId = Pick<RunRef, 'jobId' | 'attempt'>;

/** Longest frame with an object in it, in bytes: with more ranks less, so that nobody fills another's pipe. */
export function mostFrameBytes(total: number): number {
  const framesInPage = Math.ceil((unreadFrames * (total - 1)) / pipePages);
  return Math.floor(wholeBytes / Math.max(1, framesInPage));
}

/** A name as frames carry it: equal if and only if the names are, and the same after it was written as UTF-8. */
export function frameName(name: string): string {
  if (Buffer.byteLength(name) <= mostNameBytes && name.search(halfCharacters) < 0) return name;
  const begin = name.slice(0, 4).replace(halfCharacters, '');
  return `${begin}…${createHash('sha256').update(name, 'utf16le').digest('base64url').slice(0, 22)}`;
}

/** Whether an object can be sent in a frame; a larger one has to be put into a file. @param name as frames carry it */
export function fitsFrame(name: string, payload: Uint8Array, total: number): boolean {
  return shareBytes + Buffer.byteLength(name) + payload.byteLength <= mostFrameBytes(total);
}

export function encodeMeetingFrame({ jobId, attempt }: MeetingId, frame: MeetingFrame): Buffer {
  const bytes = Buffer.allocUnsafe(lengthOf(frame));
  bytes.writeUInt16LE(bytes.length, 0);
  bytes.writeUInt16LE(kindOf(frame), 2);
  bytes.writeUInt32LE(jobId, 4);
  bytes.writeUInt32LE(attempt, 8);
  bytes.writeUInt32LE(frame.from, 12);
  if (frame.kind === 'broken') {
    for (const [rank, call] of frame.calls.entries()) bytes.writeUInt32LE(call, brokenBytes + 4 * rank);
    return bytes;
  }
  bytes.writeUInt32LE(frame.call, 16);
  bytes.writeUInt32LE(frame.round, 20);
  if (frame.name === undefined || !frame.object) return bytes;
  const { version, payload } = frame.object;
  bytes.writeUInt32LE(version, 24);
  bytes.writeUInt16LE(bytes.write(frame.name, shareBytes), 28);
  if (payload) bytes.set(payload, bytes.length - payload.byteLength);
  return bytes;
}

/**
 * A frame for one's own inbox: whoever has read it has read everything before it.
 *
 * @param number tells this mark from earlier ones
 */
export function encodeMark(number: number): Buffer {
  const bytes = Buffer.alloc(markBytes);
  bytes.writeUInt16LE(markBytes, 0);
  bytes.writeUInt16LE(kinds.mark, 2);
  bytes.writeUInt32LE(number, 16);
  return bytes;
}

/**
 * Reads the frames that a piece of a pipe's data holds; those of other meetings are left out.
 *
 * @returns how many bytes were whole frames
 */
export function decodeMeetingFrames(
  bytes: Buffer,
  id: MeetingId,
  onFrame: (frame: MeetingFrame) => void,
  onMark: (number: number) => void,
): number {
  let offset = 0;
  while (offset + 2 <= bytes.length) {
    const length = bytes.readUInt16LE(offset);
    if (length < brokenBytes || offset + length > bytes.length) break;
    const kind = bytes.readUInt16LE(offset + 2);
    if (kind === kinds.mark) onMark(bytes.readUInt32LE(offset + 16));
    else if (bytes.readUInt32LE(offset + 4) === id.jobId && bytes.readUInt32LE(offset + 8) === id.attempt)
      onFrame(decodeFrame(bytes.subarray(offset, offset + length), kind));
    offset += length;
  }
  return offset;
}

function decodeFrame(bytes: Buffer, kind: number): MeetingFrame {
  const from = bytes.readUInt32LE(12);
  if (kind === kinds.broken) {
    const calls: number[] = [];
    for (let at = brokenBytes; at < bytes.length; at += 4) calls.push(bytes.readUInt32LE(at));
    return { kind: 'broken', from, calls };
  }
  const [call, round] = [bytes.readUInt32LE(16), bytes.readUInt32LE(20)];
  if (kind === kinds.sync) return { kind: 'arrive', from, call, name: undefined, round, object: undefined };
  const nameEnd = shareBytes + bytes.readUInt16LE(28);
  const object = {
    version: bytes.readUInt32LE(24),
    // A copy: the bytes belong to the buffer that the pipe is read into.
    payload: kind === kinds.file ? null : Uint8Array.prototype.slice.call(bytes, nameEnd),
  };
  return { kind: 'arrive', from, call, name: bytes.toString('utf8', shareBytes, nameEnd), round, object };
}

function kindOf(frame: MeetingFrame): number {
  if (frame.kind === 'broken') return kinds.broken;
  if (!frame.object) return kinds.sync;
  return frame.object.payload ? kinds.inline : kinds.file;
}

function lengthOf(frame: MeetingFrame): number {
  if (frame.kind === 'broken') return brokenBytes + 4 * frame.calls.length;
  if (frame.name === undefined || !frame.object) return syncBytes;
  return shareBytes + Buffer.byteLength(frame.name) + (frame.object.payload?.byteLength ?? 0);
}
