/*
 * Frames on the data link: two lengths of four bytes each, little endian, then the message as JSON without its
 * payload, then the payload as it is. Small messages are cheapest that way, and large payloads are never copied.
 */
const headerBytes = 8;
/** A payload up to this size is copied behind its message, to be sent at once; a larger one is sent on its own. */
const copiedBytes = 16 * 1024;

/** A payload up to this size is put together when it is complete. */
const wholeBytes = 256 * 1024;

/**
 * One message as the pieces to write, in order.
 *
 * @param message plain JSON, with at most one piece of binary data: a Uint8Array called `payload`
 */
export function encodeFrame(message: object): Uint8Array[] {
  const { payload: binary, ...plain } = message as { readonly payload?: unknown };
  const payload = binary instanceof Uint8Array ? binary : undefined;
  const text = JSON.stringify(payload === undefined ? message : plain);
  const textBytes = Buffer.byteLength(text);
  // One more than its length, so that an empty payload differs from none.
  const payloadField = payload === undefined ? 0 : payload.byteLength + 1;
  const isCopied = payload !== undefined && payload.byteLength <= copiedBytes;
  const frame = Buffer.allocUnsafe(headerBytes + textBytes + (isCopied ? payload.byteLength : 0));
  frame.writeUInt32LE(textBytes, 0);
  frame.writeUInt32LE(payloadField, 4);
  frame.write(text, headerBytes);
  if (isCopied) frame.set(payload, headerBytes + textBytes);
  return payload === undefined || isCopied ? [frame] : [frame, payload];
}

/** Puts messages together from the pieces in which a socket delivers them. */
export class FrameReader {
  /** Longest message that is accepted, in bytes. */
  mostBytes: number;
  #pieces: Buffer[] = [];
  #available = 0;
  #lengths: { readonly text: number; readonly payload: number } | undefined;
  /** A large payload that is on its way: filled as it comes, so that its end costs no more than its beginning. */
  #large: { readonly message: object; readonly payload: Buffer; filled: number } | undefined;

  constructor(mostBytes: number = Number.POSITIVE_INFINITY) {
    this.mostBytes = mostBytes;
  }

  /**
   * Takes the next piece and returns the messages that are complete with it.
   *
   * @throws SyntaxError when what arrives is not a frame
   * @throws RangeError when a message is longer than `mostBytes`
   */
  push(piece: Buffer): object[] {
    const messages: object[] = [];
    const rest = this.#fill(piece, messages);
    if (rest.length === 0) return messages;
    this.#pieces.push(rest);
    this.#available += rest.length;
    for (;;) {
      if (!this.#lengths) {
        if (this.#available < headerBytes) return messages;
        const header = this.#take(headerBytes);
        this.#lengths = { text: header.readUInt32LE(0), payload: header.readUInt32LE(4) };
      }
      const { text, payload } = this.#lengths;
      const payloadBytes = Math.max(0, payload - 1);
      if (text + payloadBytes > this.mostBytes)
        throw new RangeError(`A message of ${text + payloadBytes} bytes is too long.`);
      const isLarge = payloadBytes > wholeBytes && this.#available < text + payloadBytes;
      if (this.#available < text + (isLarge ? 0 : payloadBytes)) return messages;
      const message: unknown = JSON.parse(this.#take(text).toString());
      if (typeof message !== 'object' || message === null) throw new SyntaxError('A frame holds no message.');
      this.#lengths = undefined;
      if (isLarge) {
        this.#large = { message, payload: Buffer.allocUnsafeSlow(payloadBytes), filled: 0 };
        this.#fill(this.#take(this.#available), messages);
        return messages;
      }
      messages.push(payload === 0 ? message : Object.assign(message, { payload: this.#take(payloadBytes) }));
    }
  }

  /** Puts what belongs to it into the large payload that is on its way. Returns the rest. */
  #fill(piece: Buffer, messages: object[]): Buffer {
    const large = this.#large;
    if (!large) return piece;
    const count = Math.min(piece.length, large.payload.length - large.filled);
    piece.copy(large.payload, large.filled, 0, count);
    large.filled += count;
    if (large.filled === large.payload.length) {
      this.#large = undefined;
      messages.push(Object.assign(large.message, { payload: large.payload }));
    }
    return piece.subarray(count);
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
