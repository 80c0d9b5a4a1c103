import type { ComputeLogLine } from '../../shared/worker-protocol';
import { type LogBudget, longestLine, tailLines } from '../pool/log-budget';
import { wholeCharacters } from './kept-output';

const newline = 10;
const carriageReturn = 13;
/** So much of a line is shown, in bytes: with what is said about the rest it is no longer than a line may be. */
const mostBytes = longestLine - 100;

/**
 * Makes log lines of what a command writes. In a flood only those lines are looked at that can be shown, the others
 * are counted: a gigabyte of output must not take longer to show than to write.
 */
export class OutputLines {
  readonly #stream: ComputeLogLine['stream'];
  readonly #logs: LogBudget;
  /** The line that has not ended yet, as far as it can be shown. */
  #open: Buffer[] = [];
  #openBytes = 0;
  #isOpen = false;

  constructor(stream: ComputeLogLine['stream'], logs: LogBudget) {
    this.#stream = stream;
    this.#logs = logs;
  }

  /** Takes a piece; nothing of it is kept that is not copied. */
  push(piece: Buffer): void {
    let from = 0;
    for (let room = Math.max(1, this.#logs.room); room > 0; room -= 1) {
      const end = piece.indexOf(newline, from);
      if (end < 0) {
        this.#extend(piece.subarray(from));
        return;
      }
      this.#extend(piece.subarray(from, end));
      this.#close();
      from = end + 1;
    }
    const resume = startOfLastLines(piece, from);
    if (resume > from) {
      this.#logs.skip(countLines(piece.subarray(from, resume)));
      from = resume;
    }
    for (let end = piece.indexOf(newline, from); end >= 0; end = piece.indexOf(newline, from)) {
      this.#extend(piece.subarray(from, end));
      this.#close();
      from = end + 1;
    }
    this.#extend(piece.subarray(from));
  }

  /** The command has ended, and with it a line that has no end. */
  flush(): void {
    if (this.#isOpen) this.#close();
  }

  #extend(part: Buffer): void {
    if (part.length === 0) return;
    this.#isOpen = true;
    const fits = mostBytes - this.#openBytes;
    if (fits > 0) this.#open.push(Buffer.from(part.subarray(0, fits)));
    this.#openBytes += part.length;
  }

  #close(): void {
    const bytes = Buffer.concat(this.#open);
    this.#logs.write(this.#stream, this.#openBytes > bytes.length ? this.#cut(bytes) : withoutReturn(bytes).toString());
    this.#open = [];
    this.#openBytes = 0;
    this.#isOpen = false;
  }

  #cut(bytes: Buffer): string {
    const shown = bytes.subarray(0, wholeCharacters(bytes));
    return `${shown.toString()}… (${this.#openBytes - shown.length} more bytes)`;
  }
}

function withoutReturn(line: Buffer): Buffer {
  return line.at(-1) === carriageReturn ? line.subarray(0, -1) : line;
}

/** Where the last lines of a piece begin, after `from`; `from` itself when there are no more than those. */
function startOfLastLines(piece: Buffer, from: number): number {
  let end = piece.length;
  for (let lines = 0; lines <= tailLines; lines += 1) {
    end = end > from ? piece.lastIndexOf(newline, end - 1) : -1;
    if (end < from) return from;
  }
  return end + 1;
}

function countLines(piece: Uint8Array): number {
  let lines = 0;
  for (const byte of piece) if (byte === newline) lines += 1;
  return lines;
}
