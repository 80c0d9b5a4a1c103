import { describe, expect, it } from 'vitest';
import { type TreeRow, TreeStore } from '../../../../src/renderer/views/tree/tree-store';
import type { TreeNode, TreePage, TreePath } from '../../../../src/shared/result';

const node = (label: string, size: number): TreeNode => ({ label, kind: 'array', text: '', size, cut: false });

/** Lists in lists: each has `sizes[depth]` children. */
function makeTree(...sizes: readonly number[]) {
  const asked: string[] = [];
  const load = async (path: TreePath, offset: number, limit: number): Promise<TreePage> => {
    asked.push(`${path.join('.')}@${offset}`);
    const count = Math.min(limit, (sizes[path.length] ?? 0) - offset);
    const below = sizes[path.length + 1] ?? 0;
    return { offset, nodes: Array.from({ length: count }, (_, index) => node(String(offset + index), below)) };
  };
  return { store: new TreeStore(node('result', sizes[0] ?? 0), load), asked };
}

const told = (row: TreeRow | undefined): string => {
  if (row === undefined) return 'nothing';
  if (row.kind === 'group') return `[${row.from}, ${row.to})`;
  return row.kind === 'pending' ? `? ${row.id}` : `${row.level} ${row.node.label}`;
};

describe('a tree', () => {
  it('begins open, with lines for children that are still to come', async () => {
    const { store, asked } = makeTree(3);
    expect(store.rows.map(told)).toEqual(['1 result', '? 0', '? 1', '? 2']);
    await Promise.all([store.need([0]), store.need([2])]);
    expect(store.rows.map(told)).toEqual(['1 result', '2 0', '2 1', '2 2']);
    expect(asked).toEqual(['@0']);
  });

  it('opens and closes', async () => {
    const { store } = makeTree(2, 1);
    await store.need([0]);
    const [, first] = store.rows;
    if (first === undefined) throw new Error('It has children.');
    store.toggle(first);
    expect(store.rows.map(told)).toEqual(['1 result', '2 0', '? 0.0', '2 1']);
    await store.need([0, 0]);
    expect(store.rows.map(told)).toEqual(['1 result', '2 0', '3 0', '2 1']);
    const [, open] = store.rows;
    if (open !== undefined) store.toggle(open);
    expect(store.rows).toHaveLength(3);
  });

  it('puts many children in groups, and groups in groups', () => {
    const { store } = makeTree(2_500_000);
    expect(store.rows.map(told)).toEqual(['1 result', '[0, 1000000)', '[1000000, 2000000)', '[2000000, 2500000)']);
    const last = store.rows.at(-1);
    if (last !== undefined) store.toggle(last);
    expect(store.rows).toHaveLength(4 + 500);
    expect(told(store.rows.at(-1))).toBe('[2499000, 2500000)');
    const inner = store.rows.at(-1);
    if (inner !== undefined) store.toggle(inner);
    expect(told(store.rows.at(-1))).toBe('? 2499999');
  });

  it('fetches only the part that is needed', async () => {
    const { store, asked } = makeTree(900);
    await store.need([650]);
    expect(asked).toEqual(['@600']);
    expect([told(store.rows[1 + 599]), told(store.rows[1 + 650])]).toEqual(['? 599', '2 650']);
  });

  it('shows a place that was found, however deep', async () => {
    const { store } = makeTree(5000, 3, 2);
    const path = [4321, 2, 1];
    await store.fetchTo(path);
    const id = store.reveal(path);
    const at = store.rows.findIndex((row) => row.id === id);
    expect(told(store.rows[at])).toBe('5 1');
    expect(store.rows.filter((row) => row.kind === 'group').map(told)).toContain('[4000, 5000)');
  });

  it('tells those who listen', async () => {
    const { store } = makeTree(1);
    let changes = 0;
    const end = store.subscribe(() => {
      changes += 1;
    });
    const before = store.rows;
    await store.need([0]);
    expect([changes, store.rows === before]).toEqual([1, false]);
    end();
    const [root] = store.rows;
    if (root !== undefined) store.toggle(root);
    expect(changes).toBe(1);
  });
});
