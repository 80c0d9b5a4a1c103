import type { ComputeLogLine } from '../../shared/worker-protocol';

const windowMs = 50;
const linesPerWindow = 200;
/** Of the lines past that, the last ones are kept. */
export const tailLines = 20;
/** In characters. */
export const longestLine = 16 * 1024;

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

  /** How many lines would be sent at once now. */
  get room(): number {
    this.#turnWindow();
    return Math.max(0, linesPerWindow - this.#sentInWindow);
  }

  /** Counts lines that are left out without having been looked at: so many of a flood that only its end matters. */
  skip(lines: number): void {
    this.#dropped += this.#tail.length + lines;
    this.#tail = [];
  }

  write(stream: ComputeLogLine['stream'], text: string): void {
    this.#turnWindow();
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

  #turnWindow(): void {
    const now = this.#now();
    if (now - this.#windowStart < windowMs) return;
    this.#windowStart = now;
    this.#sentInWindow = 0;
    this.flush();
  }

  /** Sends the last lines of a flood, and how many there were before them; also at the end of a run. */
  flush(): void {
    if (this.#tail.length === 0 && this.#dropped === 0) return;
    this.#send(this.#tail, this.#dropped);
    this.#tail = [];
    this.#dropped = 0;
  }
}

function shorten(text: string): string {
  return text.length <= longestLine
    ? text
    : `${text.slice(0, longestLine)}… (${text.length - longestLine} more characters)`;
}
