import type { TreeNode, TreePage, TreePath } from '../../../shared/result';

/** Most rows below one another; what has more children has them in groups, groups of groups and so on. */
const groupSize = 1000;
/** Children that are fetched at a time. */
export const pageSize = 200;

/** A line of the tree. */
export type TreeRow =
  | {
      readonly kind: 'node';
      readonly id: string;
      readonly path: TreePath;
      readonly level: number;
      readonly node: TreeNode;
      readonly expanded: boolean;
    }
  /** The children `[from, to)` of the value at `path`. */
  | {
      readonly kind: 'group';
      readonly id: string;
      readonly path: TreePath;
      readonly level: number;
      readonly from: number;
      readonly to: number;
      readonly expanded: boolean;
    }
  /** A child that has not been fetched yet. */
  | { readonly kind: 'pending'; readonly id: string; readonly path: TreePath; readonly level: number };

/** Where the children of values come from. */
export type LoadChildren = (path: TreePath, offset: number, limit: number) => Promise<TreePage | null>;

const idOf = (path: TreePath): string => path.join('.');
const groupId = (path: TreePath, from: number, to: number): string => `${idOf(path)}:${from}-${to}`;

/** Which values of a tree are open, the children that have been fetched, and the lines that come of it. */
export class TreeStore {
  readonly #root: TreeNode;
  readonly #load: LoadChildren;
  readonly #open = new Set<string>();
  readonly #children = new Map<string, Map<number, TreeNode>>();
  readonly #asked = new Map<string, Promise<void>>();
  readonly #listeners = new Set<() => void>();
  #rows: readonly TreeRow[];

  constructor(root: TreeNode, load: LoadChildren) {
    this.#root = root;
    this.#load = load;
    if (root.size > 0) this.#open.add('');
    this.#rows = this.#flatten();
  }

  /** The lines as they stand below one another; a new list after each change. */
  get rows(): readonly TreeRow[] {
    return this.#rows;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Opens or closes a line that has children. */
  toggle(row: TreeRow, open = !isOpen(row)): void {
    if (row.kind === 'pending' || (row.kind === 'node' && row.node.size === 0)) return;
    if (open) this.#open.add(row.id);
    else this.#open.delete(row.id);
    this.#changed();
  }

  /** Opens whatever has to be open for the value at a path to be seen. Returns the id of its line. */
  reveal(path: TreePath): string {
    let node: TreeNode | undefined = this.#root;
    for (let depth = 0; depth < path.length; depth += 1) {
      const parent = path.slice(0, depth);
      const place = path[depth] ?? 0;
      this.#open.add(idOf(parent));
      // Groups can be opened only when it is known how many there are; what has not been fetched has none yet.
      for (const [from, to] of groupsAround(place, node?.size ?? 0)) this.#open.add(groupId(parent, from, to));
      node = this.#children.get(idOf(parent))?.get(place);
    }
    this.#changed();
    return idOf(path);
  }

  /** Fetches the children on the way to a path, so that it can be revealed. */
  async fetchTo(path: TreePath): Promise<void> {
    for (let depth = 0; depth < path.length; depth += 1) await this.need(path.slice(0, depth + 1));
  }

  /** Fetches a value, and those beside it, unless that has been done. */
  need(path: TreePath): Promise<void> {
    const parent = path.slice(0, -1);
    const offset = Math.floor((path.at(-1) ?? 0) / pageSize) * pageSize;
    const request = `${idOf(parent)}:${offset}`;
    const asked = this.#asked.get(request) ?? this.#fetch(parent, offset);
    this.#asked.set(request, asked);
    return asked;
  }

  async #fetch(parent: TreePath, offset: number): Promise<void> {
    const page = await this.#load(parent, offset, pageSize);
    if (page === null) return;
    const known = this.#children.get(idOf(parent)) ?? new Map<number, TreeNode>();
    page.nodes.forEach((node, index) => known.set(page.offset + index, node));
    this.#children.set(idOf(parent), known);
    this.#changed();
  }

  #changed(): void {
    this.#rows = this.#flatten();
    for (const listener of this.#listeners) listener();
  }

  #flatten(): TreeRow[] {
    const rows: TreeRow[] = [];
    this.#addNode(rows, [], this.#root, 1);
    return rows;
  }

  #addNode(rows: TreeRow[], path: TreePath, node: TreeNode, level: number): void {
    const id = idOf(path);
    const expanded = node.size > 0 && this.#open.has(id);
    rows.push({ kind: 'node', id, path, level, node, expanded });
    if (expanded) this.#addChildren(rows, path, 0, node.size, level + 1);
  }

  #addChildren(rows: TreeRow[], path: TreePath, from: number, to: number, level: number): void {
    const step = stepOf(to - from);
    if (step === 1) {
      const known = this.#children.get(idOf(path));
      for (let place = from; place < to; place += 1) {
        const child = [...path, place];
        const node = known?.get(place);
        if (node === undefined) rows.push({ kind: 'pending', id: idOf(child), path: child, level });
        else this.#addNode(rows, child, node, level);
      }
      return;
    }
    for (let start = from; start < to; start += step) {
      const end = Math.min(to, start + step);
      const id = groupId(path, start, end);
      const expanded = this.#open.has(id);
      rows.push({ kind: 'group', id, path, level, from: start, to: end, expanded });
      if (expanded) this.#addChildren(rows, path, start, end, level + 1);
    }
  }
}

/** Whether the children of a line are shown. */
export const isOpen = (row: TreeRow): boolean => row.kind !== 'pending' && row.expanded;

/** How many children a group of `count` has each; 1 when they need no groups. */
function stepOf(count: number): number {
  let step = 1;
  while (count / step > groupSize) step *= groupSize;
  return step;
}

/** The groups that a place among `size` children lies in, from the largest on. */
function* groupsAround(place: number, size: number): Generator<readonly [from: number, to: number], undefined> {
  let [from, to] = [0, size];
  for (let step = stepOf(size); step > 1; step = stepOf(to - from)) {
    from += Math.floor((place - from) / step) * step;
    to = Math.min(to, from + step);
    yield [from, to];
  }
}
