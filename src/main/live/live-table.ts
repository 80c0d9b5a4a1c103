import type { Patch } from '../../shared/partial';
import type { Cell } from '../../shared/report';
import { tablePage } from '../results/shown-views';
import { type LiveNews, type LiveView, requireSame } from './live-view';

type TablePatch = Extract<Patch, { view: 'table' }>;

/** What is kept; further rows are counted. */
const mostRows = 100_000;
const mostCells = 1_000_000;
const mostCharacters = 16_000_000;

/** A table to which rows are added. */
export class LiveTable implements LiveView {
  readonly #id: string;
  readonly #title: string;
  readonly #columns: readonly string[];
  readonly #rows: (readonly Cell[])[] = [];
  #characters = 0;
  #dropped = 0;
  /** Rows that the window has. */
  #given = 0;

  constructor(id: string, { title, columns }: TablePatch) {
    this.#id = id;
    this.#title = title;
    this.#columns = columns;
  }

  get bytes(): number {
    return this.#rows.length * this.#columns.length * 16 + this.#characters * 2;
  }

  add(patch: Patch): void {
    if (patch.view !== 'table') return;
    requireSame({ columns: this.#columns }, patch, ['columns']);
    const most = Math.min(mostRows, Math.floor(mostCells / Math.max(1, this.#columns.length)));
    for (const row of patch.rows) {
      if (this.#rows.length >= most || this.#characters > mostCharacters) {
        this.#dropped += 1;
        continue;
      }
      for (const cell of row) if (typeof cell === 'string') this.#characters += cell.length;
      this.#rows.push(row);
    }
  }

  take(fresh: boolean): LiveNews | null {
    if (fresh) this.#given = 0;
    if (this.#given === this.#rows.length && !fresh) return null;
    const source = { title: this.#title, columns: this.#columns, rows: this.#rows };
    const page = tablePage(source, this.#given);
    this.#given += page.length;
    const note =
      this.#dropped === 0
        ? null
        : `${this.#dropped} further rows are not kept while the job runs: the result will have them.`;
    return {
      change: { id: this.#id, title: this.#title, note, kind: 'rows', columns: this.#columns, page },
      more: this.#given < this.#rows.length,
    };
  }
}
