import type { ComputeLogLine } from '../shared/worker-protocol';

const windowMs = 50;
const linesPerWindow = 200;
const mostBytesPerLine = 16 * 1024;

/**
 * Bounds what a rank can log: lines go out at once while there are few, and in a flood the rest is counted instead
 * of sent, so that a loop that prints every item slows nobody down but itself.
 */
export class LogBudget {
  readonly #send: (lines: readonly ComputeLogLine[], dropped: number) => void;
  readonly #now: () => number;
  #windowStart = Number.NEGATIVE_INFINITY;
  #sentInWindow = 0;
  #dropped = 0;

  constructor(send: (lines: readonly ComputeLogLine[], dropped: number) => void, now: () => number = () => performance.now()) {
    this.#send = send;
    this.#now = now;
  }

  write(stream: ComputeLogLine['stream'], text: string): void {
    const now = this.#now();
    if (now - this.#windowStart >= windowMs) {
      this.#windowStart = now;
      this.#sentInWindow = 0;
    }
    if (this.#sentInWindow >= linesPerWindow) {
      this.#dropped += 1;
      return;
    }
    this.#sentInWindow += 1;
    const dropped = this.#dropped;
    this.#dropped = 0;
    this.#send([{ stream, text: shorten(text) }], dropped);
  }

  /** Reports what was dropped last; at the end of a run. */
  flush(): void {
    if (this.#dropped === 0) return;
    this.#send([], this.#dropped);
    this.#dropped = 0;
  }
}

function shorten(text: string): string {
  return text.length <= mostBytesPerLine ? text : `${text.slice(0, mostBytesPerLine)}… (${text.length - mostBytesPerLine} more characters)`;
}
