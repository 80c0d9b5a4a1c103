import type { Cell, Figure, View } from './report';

/**
 * How results travel to the window: in bounded parts. What is too large to be sent at once is sent in part, says so,
 * and has pages that can be asked for.
 */

/** Which run of which job a result belongs to. */
export interface ResultRef {
  readonly key: number;
  readonly run: number;
  /** The value of this item of a `map` or `run` job, instead of what came of all. */
  readonly item?: number | undefined;
}

/** Values of one column, one for each row of a page. */
export type ColumnValues = Float64Array | readonly Cell[];

/** The rows `[offset, offset + length)` of a table, column by column. */
export interface TablePage {
  readonly offset: number;
  readonly length: number;
  readonly columns: readonly ColumnValues[];
}

/** A table and its first rows; `total` is how many there are. */
export interface ShownTable {
  readonly kind: 'table';
  readonly title: string;
  readonly columns: readonly string[];
  readonly total: number;
  readonly page: TablePage;
}

/** What has been left out of a view to keep it small; null when nothing has. */
export interface Reduction {
  /** One of so many: pixels in each direction, points of a line or scatter plot. */
  readonly step: number;
  /** In words, for a person. */
  readonly note: string;
}

/** A view as the window gets it. `reduced` tells what it does not show. */
export type ShownView = (Exclude<View, { readonly kind: 'table' }> & { readonly reduced?: Reduction }) | ShownTable;

/** The shown views of one kind. */
export type ShownViewOf<Kind extends ShownView['kind']> = Extract<ShownView, { kind: Kind }>;

/** What a value is, where JSON has one word for many things. */
export type NodeKind =
  | 'string'
  | 'number'
  | 'bigint'
  | 'boolean'
  | 'null'
  | 'undefined'
  | 'date'
  | 'error'
  | 'regexp'
  | 'circular'
  | 'array'
  | 'object'
  | 'map'
  | 'set'
  | 'typed-array'
  | 'bytes'
  | 'other';

/** A value of a result in one line. One with `size` has that many children, which can be asked for. */
export interface TreeNode {
  /** How it is called in its parent: a key as source text, an index in brackets. */
  readonly label: string;
  readonly kind: NodeKind;
  /** The value itself, or what it holds in short. */
  readonly text: string;
  /** Number of children; 0 for what has none. */
  readonly size: number;
  /** The text is only the beginning of the value. */
  readonly cut: boolean;
}

/** Where a value is in a result: the place of each of its ancestors, and of itself, among its parent's children. */
export type TreePath = readonly number[];

/** Some children of a value, from `offset` on. */
export interface TreePage {
  readonly offset: number;
  readonly nodes: readonly TreeNode[];
}

/** A place where a search has found its text. */
export interface TreeHit {
  readonly path: TreePath;
}

/** What a search came to. */
export interface TreeHits {
  readonly hits: readonly TreeHit[];
  /** How many values were looked at; fewer than there are when `complete` is false. */
  readonly visited: number;
  readonly complete: boolean;
}

/** A result in the form that the window can show. */
export interface ResultView {
  readonly run: number;
  /** `report`: what the target says is to be shown; `value`: anything else. */
  readonly form: 'report' | 'value';
  readonly figures: readonly Figure[];
  /** The views of a report; for other values those that can be made of them. */
  readonly views: readonly ShownView[];
  readonly tree: TreeNode;
  /** Why what looks like a report is shown as a plain value. */
  readonly problem: string | null;
}
