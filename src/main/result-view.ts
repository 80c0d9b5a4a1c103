import type { ResultView } from '../shared/ipc';
import { checkedReport } from './report-schema';

/** Most values and most characters of a string that the text of a result shows. */
const maxNodes = 5000;
const maxItems = 200;
const maxString = 2000;

/**
 * A job's result in the form that the window shows: a report's figures and views, anything else as JSON text.
 * The text is cut at a few thousand values, however large the result is.
 */
export function toResultView(result: unknown): ResultView {
  const report = checkedReport(result);
  if (report !== null) return { kind: 'report', figures: report.figures, views: report.views };
  const preview = new Preview();
  const text = JSON.stringify(preview.of(result), null, 2);
  return { kind: 'json', text, truncated: preview.truncated };
}

/** Copies a value into plain JSON, as far as its budget goes, naming what JSON has no word for. */
class Preview {
  truncated = false;
  #nodes = 0;
  readonly #parents = new Set<object>();

  of(value: unknown): unknown {
    this.#nodes += 1;
    if (this.#nodes > maxNodes) return this.#cut('…');
    switch (typeof value) {
      case 'string':
        return value.length > maxString ? this.#cut(`${value.slice(0, maxString)}…`) : value;
      case 'number':
        return Number.isFinite(value) ? value : String(value);
      case 'bigint':
        return `${value}n`;
      case 'undefined':
        return null;
      case 'object':
        return value === null ? null : this.#ofObject(value);
      default:
        return value;
    }
  }

  #ofObject(value: object): unknown {
    if (this.#parents.has(value)) return '[circular]';
    this.#parents.add(value);
    try {
      return this.#contentOf(value);
    } finally {
      this.#parents.delete(value);
    }
  }

  #contentOf(value: object): unknown {
    if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString();
    if (value instanceof Error) return { name: value.name, message: value.message };
    if (ArrayBuffer.isView(value)) return this.#ofTypedArray(value);
    if (Array.isArray(value)) return this.#ofItems(value, value.length);
    if (value instanceof Set) return this.#ofItems(value, value.size);
    if (value instanceof Map) return this.#ofEntries(value, value.size);
    const entries = Object.entries(value);
    return this.#ofEntries(entries, entries.length);
  }

  #ofTypedArray(value: ArrayBufferView): unknown {
    const name = Object.prototype.toString.call(value).slice(8, -1);
    const items = value instanceof DataView ? [] : [...(value as Uint8Array).subarray(0, maxItems)];
    if (value.byteLength > 0 && items.length < byteItems(value)) this.truncated = true;
    return { [`${name}(${byteItems(value)})`]: items.map((item) => this.of(item)) };
  }

  #ofItems(items: Iterable<unknown>, size: number): unknown[] {
    const copy: unknown[] = [];
    for (const item of items) {
      if (copy.length === maxItems || this.#nodes > maxNodes) break;
      copy.push(this.of(item));
    }
    if (size > copy.length) copy.push(this.#cut(`… ${size - copy.length} more`));
    return copy;
  }

  #ofEntries(entries: Iterable<readonly [unknown, unknown]>, size: number): unknown {
    const copy: [string, unknown][] = [];
    for (const [key, item] of entries) {
      if (copy.length === maxItems || this.#nodes > maxNodes) break;
      copy.push([String(key), this.of(item)]);
    }
    if (size > copy.length) copy.push(['…', this.#cut(`${size - copy.length} more`)]);
    return Object.fromEntries(copy);
  }

  #cut(text: string): string {
    this.truncated = true;
    return text;
  }
}

const byteItems = (view: ArrayBufferView): number =>
  'length' in view && typeof view.length === 'number' ? view.length : view.byteLength;
