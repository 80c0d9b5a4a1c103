import { inspect } from 'node:util';
import { isRecord } from '../../shared/is-record';
import type { View } from '../../shared/report';
import type { ResultRef, ResultView, TablePage, TreeHits, TreePage, TreePath } from '../../shared/result';
import { commandReport, commandRows, isCommandResult } from './command-views';
import { checkReport } from './report-schema';
import { type RowSource, showTable, showView, tablePage } from './shown-views';
import { searchTree } from './tree-search';
import { rootNode, treePage, valueAt } from './value-tree';
import { viewsOf, viewsOfItems } from './value-views';

/** Longest text that is copied. */
const maxCopied = 32_000_000;

/** A result, and how its items are called. */
export interface FoundResult {
  readonly value: unknown;
  readonly nameOf: (index: number) => string;
  /** It is a list with null for each item that has no value (yet). */
  readonly isSparse?: boolean;
}

/**
 * The result of a run or of one of its items; undefined when there is none, or not any more. With `fresh` as it is now,
 * else as it was when it was asked for last: its parts belong together.
 */
export type FindResult = (ref: ResultRef, fresh: boolean) => FoundResult | undefined;

/** A text to copy, or why there is none. */
export type CopiedText =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly problem: string };

/** The results of jobs in the bounded form that the window can show, whatever they are and however large. */
export class ResultSource {
  readonly #find: FindResult;
  /** The tables of the result that was looked at last, by the place of their view. */
  #tables: { readonly ref: ResultRef; readonly byView: ReadonlyMap<number, RowSource> } | null = null;
  #searches = 0;

  constructor(find: FindResult) {
    this.#find = find;
  }

  /** What a run came to; null when there is nothing. */
  view(ref: ResultRef): ResultView | null {
    const found = this.#find(ref, true);
    if (found === undefined) return null;
    const { form, figures, views: all, problem } = shownParts(found);
    const tables = new Map<number, RowSource>();
    this.#tables = { ref, byView: tables };
    const views = all.map((view, place) => {
      if (view.kind !== 'table') return showView(view);
      tables.set(place, view);
      return showTable(view);
    });
    return { run: ref.run, form, figures, views, tree: rootNode(found.value), problem };
  }

  /** Rows of a table; null when the result or the table is not there any more. */
  tablePage(ref: ResultRef, view: number, offset: number): TablePage | null {
    if (this.#tables === null || !isSame(this.#tables.ref, ref)) this.view(ref);
    const table = this.#tables?.byView.get(view);
    return table === undefined ? null : tablePage(table, offset);
  }

  treePage(ref: ResultRef, path: TreePath, offset: number, limit: number): TreePage | null {
    const found = this.#find(ref, false);
    return found === undefined ? null : treePage(found.value, path, offset, limit);
  }

  /** Looks for a text in a result. A search ends when the next one begins. */
  async search(ref: ResultRef, text: string): Promise<TreeHits | null> {
    const found = this.#find(ref, false);
    this.#searches += 1;
    const own = this.#searches;
    return found === undefined ? null : searchTree(found.value, text, () => own === this.#searches);
  }

  /** A value of a result, or where it is, as text. */
  copy(ref: ResultRef, path: TreePath, what: 'path' | 'value'): CopiedText {
    const found = valueAt(this.#find(ref, false)?.value, path);
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

const isSame = (a: ResultRef, b: ResultRef): boolean => a.key === b.key && a.run === b.run && a.item === b.item;

/** What is shown of a value: of a report what it says, of commands how they ended, else what can be made of it. */
function shownParts({ value, nameOf, isSparse = false }: FoundResult): ShownParts {
  const checked = checkReport(value);
  if (checked?.ok === true) return { form: 'report', ...checked.report, problem: null };
  if (isCommandResult(value)) return { form: 'report', ...commandReport(value), problem: null };
  const commands = commandRows(value, nameOf);
  const views =
    commands !== null
      ? [{ kind: 'table', ...commands } as const]
      : isSparse && Array.isArray(value)
        ? viewsOfItems(value, nameOf)
        : viewsOf(value);
  return { form: 'value', figures: [], views, problem: checked?.ok === false ? checked.problem : null };
}

interface ShownParts extends Pick<ResultView, 'form' | 'figures' | 'problem'> {
  readonly views: readonly (View | ReturnType<typeof viewsOf>[number])[];
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
