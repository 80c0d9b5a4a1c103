import { inspect } from 'node:util';
import { isRecord } from '../../shared/is-record';
import type { ResultRef, ResultView, TablePage, TreeHits, TreePage, TreePath } from '../../shared/result';
import { checkReport } from './report-schema';
import { type RowSource, showTable, showView, tablePage } from './shown-views';
import { searchTree } from './tree-search';
import { rootNode, treePage, valueAt } from './value-tree';
import { viewsOf } from './value-views';

/** Longest text that is copied. */
const maxCopied = 32_000_000;

/** A text to copy, or why there is none. */
export type CopiedText =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly problem: string };

/** The results of jobs in the bounded form that the window can show, whatever they are and however large. */
export class ResultSource {
  readonly #find: (ref: ResultRef) => unknown;
  /** The tables of the result that was looked at last, by the place of their view. */
  #tables: { readonly key: number; readonly run: number; readonly byView: ReadonlyMap<number, RowSource> } | null =
    null;
  #searches = 0;

  /** @param find the result of a run; undefined when there is none, or not any more */
  constructor(find: (ref: ResultRef) => unknown) {
    this.#find = find;
  }

  /** What a run came to; null when there is nothing. */
  view(ref: ResultRef): ResultView | null {
    const value = this.#find(ref);
    if (value === undefined) return null;
    const checked = checkReport(value);
    const tables = new Map<number, RowSource>();
    this.#tables = { ...ref, byView: tables };
    const views = (checked?.ok === true ? checked.report.views : viewsOf(value)).map((view, place) => {
      if (view.kind !== 'table') return showView(view);
      tables.set(place, view);
      return showTable(view);
    });
    return {
      run: ref.run,
      form: checked?.ok === true ? 'report' : 'value',
      figures: checked?.ok === true ? checked.report.figures : [],
      views,
      tree: rootNode(value),
      problem: checked?.ok === false ? checked.problem : null,
    };
  }

  /** Rows of a table; null when the result or the table is not there any more. */
  tablePage(ref: ResultRef, view: number, offset: number): TablePage | null {
    if (this.#tables?.key !== ref.key || this.#tables.run !== ref.run) this.view(ref);
    const table = this.#tables?.byView.get(view);
    return table === undefined ? null : tablePage(table, offset);
  }

  treePage(ref: ResultRef, path: TreePath, offset: number, limit: number): TreePage | null {
    const value = this.#find(ref);
    return value === undefined ? null : treePage(value, path, offset, limit);
  }

  /** Looks for a text in a result. A search ends when the next one begins. */
  async search(ref: ResultRef, text: string): Promise<TreeHits | null> {
    const value = this.#find(ref);
    this.#searches += 1;
    const own = this.#searches;
    return value === undefined ? null : searchTree(value, text, () => own === this.#searches);
  }

  /** A value of a result, or where it is, as text. */
  copy(ref: ResultRef, path: TreePath, what: 'path' | 'value'): CopiedText {
    const found = valueAt(this.#find(ref), path);
    if (found === null) return { ok: false, problem: 'This value is not there any more.' };
    if (what === 'path') return { ok: true, text: found.source };
    try {
      const text = textOf(found.value);
      if (text.length <= maxCopied) return { ok: true, text };
      return { ok: false, problem: 'This value is too large for the clipboard. Copy a part of it, or use "output".' };
    } catch {
      // The only way for a plain value not to become a text: it would be longer than a text can be.
      return { ok: false, problem: 'This value is too large to be copied. Copy a part of it, or use "output".' };
    }
  }
}

/** A text as it is; JSON where that says all; else source text as Node's inspector writes it, with `NaN` and `Map`. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (isJson(value, new Set())) return JSON.stringify(value, null, 2);
  return inspect(value, { depth: Infinity, maxArrayLength: Infinity, maxStringLength: Infinity, breakLength: 120 });
}

/** Whether JSON has words for all of a value. */
function isJson(value: unknown, around: Set<object>): boolean {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true;
  if (typeof value === 'number') return Number.isFinite(value) && !Object.is(value, -0);
  if (typeof value !== 'object' || around.has(value)) return false;
  const isList = Array.isArray(value);
  if (!isList && (!isRecord(value) || Object.prototype.toString.call(value) !== '[object Object]')) return false;
  around.add(value);
  const inner: readonly unknown[] = isList ? value : Object.values(value);
  const isPlain = inner.every((one) => isJson(one, around));
  around.delete(value);
  return isPlain;
}
