import type { CommandOutput } from '../../shared/command';

/** Keeps the beginning and the end of a stream of any length, in bounded memory. */
export class KeptOutput {
  readonly #headBytes: number;
  readonly #tailBytes: number;
  #head: Buffer[] = [];
  #inHead = 0;
  /** The last bytes; written to in a circle once it is full. */
  #tail: Buffer | undefined;
  #tailAt = 0;
  #total = 0;

  /** @param keepBytes how much to keep, half of it from the beginning */
  constructor(keepBytes: number) {
    this.#headBytes = Math.ceil(keepBytes / 2);
    this.#tailBytes = Math.floor(keepBytes / 2);
  }

  get bytes(): number {
    return this.#total;
  }

  /** Takes a piece; it is copied, since who reads a stream uses its buffer again. */
  push(piece: Uint8Array): void {
    this.#total += piece.length;
    const fits = Math.min(piece.length, this.#headBytes - this.#inHead);
    if (fits > 0) {
      this.#head.push(Buffer.from(piece.subarray(0, fits)));
      this.#inHead += fits;
    }
    if (fits < piece.length) this.#keepEnd(piece.subarray(fits));
  }

  get output(): CommandOutput {
    const head = Buffer.concat(this.#head);
    const end = this.#end();
    const left = this.#total - head.length - end.length;
    if (left === 0) return { text: Buffer.concat([head, end]).toString('utf8'), bytes: this.#total, droppedBytes: 0 };
    // A character that was cut in two is left out, not shown as one that is broken.
    const first = head.subarray(0, wholeCharacters(head));
    const last = end.subarray(firstCharacter(end));
    const droppedBytes = this.#total - first.length - last.length;
    return {
      text: `${first.toString('utf8')}\n… ${droppedBytes} bytes were left out …\n${last.toString('utf8')}`,
      bytes: this.#total,
      droppedBytes,
    };
  }

  #keepEnd(piece: Uint8Array): void {
    if (this.#tailBytes === 0) return;
    this.#tail ??= Buffer.allocUnsafe(this.#tailBytes);
    const last = piece.subarray(Math.max(0, piece.length - this.#tailBytes));
    const start = (this.#tailAt + piece.length - last.length) % this.#tailBytes;
    const untilEnd = Math.min(last.length, this.#tailBytes - start);
    this.#tail.set(last.subarray(0, untilEnd), start);
    this.#tail.set(last.subarray(untilEnd), 0);
    this.#tailAt = (start + last.length) % this.#tailBytes;
  }

  #end(): Buffer {
    const seen = this.#total - this.#inHead;
    if (!this.#tail || seen <= this.#tailBytes) return (this.#tail ?? Buffer.alloc(0)).subarray(0, seen);
    return Buffer.concat([this.#tail.subarray(this.#tailAt), this.#tail.subarray(0, this.#tailAt)]);
  }
}

/** How many bytes a text has up to a character that was cut at its end. */
export function wholeCharacters(text: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, text.length); back += 1) {
    const byte = text[text.length - back] ?? 0;
    if (byte < 0x80) return text.length;
    if (byte >= 0xc0) return lengthOfCharacter(byte) > back ? text.length - back : text.length;
  }
  return text.length;
}

/** Where the first character begins of a text whose beginning was cut. */
function firstCharacter(text: Uint8Array): number {
  let at = 0;
  while (at < Math.min(3, text.length) && ((text[at] ?? 0) & 0xc0) === 0x80) at += 1;
  return at;
}

function lengthOfCharacter(first: number): number {
  if (first >= 0xf0) return 4;
  return first >= 0xe0 ? 3 : 2;
}
