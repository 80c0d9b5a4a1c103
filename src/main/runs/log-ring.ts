import type { StoredLog } from '../../history';
import { cleanLine } from '../../shared/clean-text';
import type { LogLine } from '../../shared/engine-info';
import type { LogEntry, LogPage } from '../../shared/run';

/** Lines that are kept of the beginning and of the end of a run, and how many characters they may have. */
const headLines = 1000;
const tailLines = 9000;
const headMostCharacters = 1_000_000;
const tailMostCharacters = 8_000_000;
/** A line is cut after so many characters. */
const longestLine = 10_000;
/** Lines and characters of one answer. */
const linesAtOnce = 2000;
const charactersAtOnce = 1_000_000;

/**
 * What a run has printed: its first lines and its latest ones. What lies between them when there are too many is
 * counted and not kept. Each line has a number, from 0.
 */
export class LogRing {
  /** Counts up with every line, kept or not. */
  total = 0;
  readonly #head: LogEntry[] = [];
  readonly #tail: LogEntry[] = [];
  /** Place of the oldest line in `#tail` that counts: taking the first of an array away is slow when it is long. */
  #first = 0;
  #headCharacters = 0;
  #tailCharacters = 0;

  add(lines: readonly LogLine[], at: number): void {
    for (const { rank, stream, text } of lines) {
      // What steers a terminal or turns the direction of text must not make a line look like another one.
      const clean = cleanLine(text.slice(0, longestLine));
      const shown = text.length > longestLine ? `${clean}… (cut)` : clean;
      const entry = { number: this.total, at, rank, stream, text: shown };
      this.total += 1;
      if (this.#belongsToHead(entry)) {
        this.#head.push(entry);
        this.#headCharacters += shown.length;
        continue;
      }
      this.#tail.push(entry);
      this.#tailCharacters += shown.length;
      while (this.#tail.length - this.#first > tailLines || this.#tailCharacters > tailMostCharacters) this.#drop();
    }
  }

  /** Takes over what is kept of a run's output, before any further line comes. */
  restore({ head, dropped, tail }: StoredLog): void {
    const all = [...head, ...tail];
    for (const [place, { rank, stream, text, at }] of all.entries()) {
      if (place === head.length) this.total += dropped;
      this.add([{ rank, stream, text }], at);
    }
    if (all.length === head.length) this.total += dropped;
  }

  /** Lines from a number on, as many as are sent at a time; those that are kept. */
  page(from: number): LogPage {
    const entries: LogEntry[] = [];
    let characters = 0;
    for (const entry of this.#from(from)) {
      if (entries.length === linesAtOnce || characters > charactersAtOnce) break;
      entries.push(entry);
      characters += entry.text.length;
    }
    const last = entries.at(-1);
    const oldest = this.#tail[this.#first]?.number ?? this.total;
    return {
      entries,
      total: this.total,
      dropped: { from: this.#head.length, to: Math.max(this.#head.length, oldest) },
      more: last !== undefined && last.number + 1 < this.total,
    };
  }

  *#from(number: number): Generator<LogEntry, undefined> {
    for (let place = Math.max(0, number); place < this.#head.length; place += 1) {
      const entry = this.#head[place];
      if (entry !== undefined) yield entry;
    }
    const oldest = this.#tail[this.#first]?.number ?? 0;
    for (let place = this.#first + Math.max(0, number - oldest); place < this.#tail.length; place += 1) {
      const entry = this.#tail[place];
      if (entry !== undefined) yield entry;
    }
  }

  #belongsToHead({ number }: LogEntry): boolean {
    return number === this.#head.length && number < headLines && this.#headCharacters < headMostCharacters;
  }

  #drop(): void {
    this.#tailCharacters -= this.#tail[this.#first]?.text.length ?? 0;
    this.#first += 1;
    if (this.#first < tailLines) return;
    this.#tail.splice(0, this.#first);
    this.#first = 0;
  }
}
