import { deserialize, serialize } from 'node:v8';

/** Frames on the data link: a length of four bytes, little endian, then the message as `v8.serialize` writes it. */
const headerBytes = 4;

/** One message as a frame. */
export function encodeFrame(message: unknown): Buffer {
  const body = serialize(message);
  const frame = Buffer.allocUnsafe(headerBytes + body.length);
  frame.writeUInt32LE(body.length, 0);
  body.copy(frame, headerBytes);
  return frame;
}

/** Puts messages together from the pieces in which a socket delivers them. */
export class FrameReader {
  #pieces: Buffer[] = [];
  #available = 0;
  #wanted: number | null = null;

  /** Takes the next piece and returns the messages that are complete with it. */
  push(piece: Buffer): unknown[] {
    this.#pieces.push(piece);
    this.#available += piece.length;
    const messages: unknown[] = [];
    for (;;) {
      if (this.#wanted === null) {
        if (this.#available < headerBytes) return messages;
        this.#wanted = this.#take(headerBytes).readUInt32LE(0);
      }
      if (this.#available < this.#wanted) return messages;
      messages.push(deserialize(this.#take(this.#wanted)));
      this.#wanted = null;
    }
  }

  #take(length: number): Buffer {
    const first = this.#pieces[0];
    this.#available -= length;
    if (first && first.length >= length) {
      if (first.length === length) this.#pieces.shift();
      else this.#pieces[0] = first.subarray(length);
      return first.subarray(0, length);
    }
    const joined = Buffer.concat(this.#pieces);
    this.#pieces = joined.length > length ? [joined.subarray(length)] : [];
    return joined.subarray(0, length);
  }
}
