import { decodeValue, encodeValue } from '../core/data/serialize';
import type { ServerEvent } from '../shared/engine-info';
import type { PlannedJob } from '../shared/plan';

/** What stands in place of a secret. */
const mask = '•••';

/** Shorter values would be found in half of all texts, and hiding those would give them away. */
const shortestSecret = 4;

/**
 * The environment of a job: what its file says, with secrets taken from Procession's own environment.
 *
 * @throws RangeError naming every secret that is not there
 */
export function environmentOf(
  job: Pick<PlannedJob, 'key' | 'env'>,
  environment: Readonly<NodeJS.ProcessEnv>,
): Record<string, string> {
  const missing: string[] = [];
  const entries = Object.entries(job.env).map(([name, value]): [string, string] => {
    if (typeof value === 'string') return [name, value];
    const secret = environment[value.secret];
    if (secret === undefined) missing.push(value.secret);
    return [name, secret ?? ''];
  });
  if (missing.length > 0)
    throw new RangeError(
      `Job "${job.key}" needs the secret ${missing.join(', ')}, which ${missing.length === 1 ? 'is' : 'are'} not in the environment. Set ${missing.length === 1 ? 'it' : 'them'} before you start Procession.`,
    );
  return Object.fromEntries(entries);
}

/** So much of a secret, where the rest of it was left out, is hidden too. */
const shortestPart = 3;

/** What stands where output was left out, see `OutputLines`, `KeptOutput` and `LogBudget`. */
const cut = /(… \(\d+ more (?:bytes|characters)\)|\n… \d+ bytes were left out …\n)/;

/** Values of secrets, hidden wherever a text could be seen or kept. */
export class SecretMask {
  readonly #values: readonly string[];

  constructor(jobs: readonly Pick<PlannedJob, 'env'>[], environment: Readonly<NodeJS.ProcessEnv>) {
    const values = jobs.flatMap(({ env }) =>
      Object.values(env).flatMap((value) => (typeof value === 'string' ? [] : [environment[value.secret] ?? ''])),
    );
    // What a JSON text or a stack would show of it is hidden as well; the longest first, since one may hold another.
    const forms = values.flatMap((value) => [value, JSON.stringify(value).slice(1, -1), ...value.split(/\r?\n/)]);
    this.#values = [...new Set(forms)]
      .filter((value) => value.length >= shortestSecret)
      .sort((a, b) => b.length - a.length);
  }

  get isEmpty(): boolean {
    return this.#values.length === 0;
  }

  text(text: string): string {
    if (this.isEmpty) return text;
    return this.#values.reduce((shown, value) => shown.replaceAll(value, mask), this.#atCuts(text));
  }

  /** Where the middle or the end of a text was left out, a part of a secret may be left. */
  #atCuts(text: string): string {
    const parts = text.split(cut);
    if (parts.length === 1) return text;
    // What was left out stands between the parts.
    return parts
      .map((part, place) => {
        if (place % 2 === 1) return part;
        const end =
          place === parts.length - 1 ? 0 : this.#longest((length) => this.#isBegin(part.slice(-length)), part);
        const begin = place === 0 ? 0 : this.#longest((length) => this.#isEnd(part.slice(0, length)), part);
        if (begin + end >= part.length && begin + end > 0) return mask;
        return `${begin > 0 ? mask : ''}${part.slice(begin, part.length - end)}${end > 0 ? mask : ''}`;
      })
      .join('');
  }

  /** The greatest length for which it holds, up to that of the longest secret; 0 for none that would give one away. */
  #longest(holds: (length: number) => boolean, text: string): number {
    const most = Math.min(text.length, (this.#values[0]?.length ?? 0) - 1);
    for (let length = most; length >= shortestPart; length -= 1) if (holds(length)) return length;
    return 0;
  }

  #isBegin(text: string): boolean {
    return this.#values.some((value) => value.length > text.length && value.startsWith(text));
  }

  #isEnd(text: string): boolean {
    return this.#values.some((value) => value.length > text.length && value.endsWith(text));
  }

  /** A serialised value with its texts hidden. */
  payload(payload: Uint8Array | undefined): Uint8Array | undefined {
    return this.isEmpty || payload === undefined ? payload : encodeValue(this.data(decodeValue(payload)), 'value');
  }

  /** Every text in plain data; other values stay as they are. */
  data<T>(value: T): T {
    return this.isEmpty ? value : (this.#deep(value, new Map()) as T);
  }

  #deep(value: unknown, seen: Map<object, unknown>): unknown {
    if (typeof value === 'string') return this.text(value);
    if (typeof value !== 'object' || value === null) return value;
    const known = seen.get(value);
    if (known !== undefined) return known;
    if (Array.isArray(value)) {
      const copy: unknown[] = [];
      seen.set(value, copy);
      for (const element of value) copy.push(this.#deep(element, seen));
      return copy;
    }
    if (value instanceof Map) {
      const copy = new Map<unknown, unknown>();
      seen.set(value, copy);
      for (const [key, element] of value) copy.set(this.#deep(key, seen), this.#deep(element, seen));
      return copy;
    }
    if (value instanceof Set) {
      const copy = new Set<unknown>();
      seen.set(value, copy);
      for (const element of value) copy.add(this.#deep(element, seen));
      return copy;
    }
    if (value instanceof Error) return this.#error(value, seen);
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype !== Object.prototype && prototype !== null) return value;
    const copy: Record<string, unknown> = {};
    seen.set(value, copy);
    for (const [key, element] of Object.entries(value)) copy[this.text(key)] = this.#deep(element, seen);
    return copy;
  }

  /** An error that is a part of data: one of the same class with its texts hidden. */
  #error(error: Error, seen: Map<object, unknown>): Error {
    const copy = new Error();
    Object.setPrototypeOf(copy, Object.getPrototypeOf(error) as object);
    seen.set(error, copy);
    for (const name of Object.getOwnPropertyNames(error)) {
      const held = Object.getOwnPropertyDescriptor(error, name);
      const value: unknown = held?.get ? held.get.call(error) : held?.value;
      const { enumerable = false } = held ?? {};
      Object.defineProperty(copy, name, {
        value: this.#deep(value, seen),
        enumerable,
        writable: true,
        configurable: true,
      });
    }
    return copy;
  }
}

/** An event of the server with secrets hidden in what was printed, given out early, or went wrong. */
export function maskEvent(event: ServerEvent, mask: SecretMask): ServerEvent {
  if (mask.isEmpty) return event;
  switch (event.type) {
    case 'log':
      return { ...event, lines: mask.data(event.lines) };
    case 'partial':
      return { ...event, value: mask.data(event.value) };
    case 'job':
      return { ...event, job: mask.data(event.job) };
    default:
      return event;
  }
}
