import type { ComputeLogLine } from '../shared/worker-protocol';

const windowMs = 50;
const linesPerWindow = 200;
/** Of the lines past that, the last ones are kept. */
const tailLines = 20;
const mostBytesPerLine = 16 * 1024;

/**
 * Bounds what a rank can log: lines go out at once while there are few, and in a flood the rest is counted instead
 * of sent, so that a loop that prints every item slows nobody down but itself. Its last lines are always sent.
 */
export class LogBudget {
  readonly #send: (lines: readonly ComputeLogLine[], dropped: number) => void;
  readonly #now: () => number;
  #windowStart = Number.NEGATIVE_INFINITY;
  #sentInWindow = 0;
  #dropped = 0;
  /** The last lines of a flood, oldest first. */
  #tail: ComputeLogLine[] = [];

  constructor(
    send: (lines: readonly ComputeLogLine[], dropped: number) => void,
    now: () => number = () => performance.now(),
  ) {
    this.#send = send;
    this.#now = now;
  }

  write(stream: ComputeLogLine['stream'], text: string): void {
    const now = this.#now();
    if (now - this.#windowStart >= windowMs) {
      this.#windowStart = now;
      this.#sentInWindow = 0;
      this.flush();
    }
    const line = { stream, text: shorten(text) };
    this.#sentInWindow += 1;
    if (this.#sentInWindow <= linesPerWindow) this.#send([line], 0);
    else {
      this.#tail.push(line);
      if (this.#tail.length > tailLines) {
        this.#tail.shift();
        this.#dropped += 1;
      }
    }
  }

  /** Sends the last lines of a flood, and how many there were before them; also at the end of a run. */
  flush(): void {
    if (this.#tail.length === 0) return;
    this.#send(this.#tail, this.#dropped);
    this.#tail = [];
    this.#dropped = 0;
  }
}

function shorten(text: string): string {
  return text.length <= mostBytesPerLine
    ? text
    : `${text.slice(0, mostBytesPerLine)}… (${text.length - mostBytesPerLine} more characters)`;
}
