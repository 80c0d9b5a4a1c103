import { IconBraces, IconChevronRight, IconCopy } from '@tabler/icons-react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, useEffect, useId, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import type { TreeHits, TreeNode, TreePath } from '../../../shared/result';
import { formatCount } from '../../lib/format';
import { SearchField } from '../search-field';
import { ToolButton, ViewFrame } from '../view-frame';
import classes from './tree.module.css';
import { isOpen, type LoadChildren, type TreeRow, TreeStore } from './tree-store';

const rowHeight = 22;

/** Where the values of a tree come from. */
export interface TreeSource {
  readonly children: LoadChildren;
  readonly search: (text: string) => Promise<TreeHits | null>;
  /** Puts a value, or the source text that gets it, on the clipboard; resolves to why not, or null. */
  readonly copy: (path: TreePath, what: 'path' | 'value') => Promise<string | null>;
}

interface TreeViewProps {
  readonly title: string;
  readonly root: TreeNode;
  readonly source: TreeSource;
}

/** Any value as a tree whose parts open and close. Only what is in sight is in the page, and fetched. */
export function TreeView({ title, root, source }: TreeViewProps) {
  const store = useMemo(() => new TreeStore(root, source.children), [root, source]);
  const rows = useSyncExternalStore(store.subscribe, () => store.rows);
  const [selected, setSelected] = useState('');
  const [message, setMessage] = useState('');
  const scroller = useRef<HTMLDivElement>(null);
  const id = useId();
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 12,
  });
  const items = virtual.getVirtualItems();
  const place = rows.findIndex((row) => row.id === selected);

  useEffect(() => {
    for (const { index } of items) {
      const row = rows[index];
      if (row?.kind === 'pending') void store.need(row.path);
    }
  }, [items, rows, store]);

  const select = (index: number): void => {
    const row = rows[Math.max(0, Math.min(rows.length - 1, index))];
    if (row === undefined) return;
    setSelected(row.id);
    virtual.scrollToIndex(rows.indexOf(row));
  };
  const copy = async (what: 'path' | 'value'): Promise<void> => {
    const row = rows[place];
    if (row === undefined) return;
    const problem = await source.copy(row.path, what);
    setMessage(problem ?? (what === 'path' ? 'Path copied' : 'Value copied'));
  };
  const show = async (path: TreePath): Promise<void> => {
    await store.fetchTo(path);
    const found = store.reveal(path);
    setSelected(found);
    virtual.scrollToIndex(
      store.rows.findIndex((row) => row.id === found),
      { align: 'center' },
    );
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'c')
      void copy(event.shiftKey ? 'path' : 'value');
    else if (!onTreeKey(event.key, rows, place, store, select, scroller.current)) return;
    event.preventDefault();
  };

  return (
    <ViewFrame
      title={title}
      note={<span role="status">{message}</span>}
      tools={
        <>
          <SearchField label={`Search ${title}`} search={(text) => searchHits(source, text)} show={show} />
          <ToolButton
            label="Copy the path of the selected value (Ctrl+Shift+C)"
            icon={<IconBraces size={16} stroke={1.7} />}
            disabled={place < 0}
            onClick={() => void copy('path')}
          />
          <ToolButton
            label="Copy the selected value (Ctrl+C)"
            icon={<IconCopy size={16} stroke={1.7} />}
            disabled={place < 0}
            onClick={() => void copy('value')}
          />
        </>
      }
    >
      <div
        ref={scroller}
        role="tree"
        aria-label={title}
        aria-activedescendant={place >= 0 ? `${id}-${place}` : undefined}
        tabIndex={0}
        className={`${classes.scroller} mono`}
        onKeyDown={onKeyDown}
      >
        <div role="none" className={classes.rows} style={{ height: virtual.getTotalSize() }}>
          {items.map(({ index, start }) => {
            const row = rows[index];
            if (row === undefined) return null;
            return (
              <div
                key={row.id}
                id={`${id}-${index}`}
                role="treeitem"
                aria-level={row.level}
                aria-selected={row.id === selected}
                aria-expanded={hasChildren(row) ? isOpen(row) : undefined}
                className={classes.row}
                style={{ transform: `translateY(${start}px)`, paddingLeft: 10 + (row.level - 1) * 16 }}
                onClick={() => {
                  setSelected(row.id);
                  store.toggle(row);
                }}
              >
                <Line row={row} />
              </div>
            );
          })}
        </div>
      </div>
    </ViewFrame>
  );
}

const hasChildren = (row: TreeRow): boolean => row.kind === 'group' || (row.kind === 'node' && row.node.size > 0);

function Line({ row }: { readonly row: TreeRow }) {
  const chevron = (
    <IconChevronRight
      size={13}
      stroke={2}
      aria-hidden="true"
      className={`${classes.chevron} ${hasChildren(row) ? '' : classes.leaf} ${isOpen(row) ? classes.open : ''}`}
    />
  );
  if (row.kind === 'pending') return <span className={classes.pending}>…</span>;
  if (row.kind === 'group') {
    return (
      <>
        {chevron}
        <span className={classes.group}>
          [{formatCount(row.from)} … {formatCount(row.to - 1)}]
        </span>
      </>
    );
  }
  const { label, kind, text, cut } = row.node;
  return (
    <>
      {chevron}
      <span className={classes.key}>{label}</span>
      <span className={classes.colon}>: </span>
      <span className={classes.value} data-kind={kind} title={text}>
        {text}
        {cut && <span className={classes.pending}>… (cut; copy for all of it)</span>}
      </span>
    </>
  );
}

async function searchHits(source: TreeSource, text: string): Promise<{ places: readonly TreePath[]; note: string }> {
  const found = await source.search(text);
  const places = found?.hits.map(({ path }) => path) ?? [];
  const note = found?.complete === false ? ` in the first ${formatCount(found.visited)} values` : '';
  return { places, note };
}

/** Arrows, Home, End, pages; right opens and left closes or goes to the parent. Returns whether the key meant anything. */
function onTreeKey(
  key: string,
  rows: readonly TreeRow[],
  place: number,
  store: TreeStore,
  select: (index: number) => void,
  scroller: HTMLElement | null,
): boolean {
  const row = rows[place];
  const page = Math.max(1, Math.floor((scroller?.clientHeight ?? 0) / rowHeight) - 1);
  const targets: Record<string, number> = {
    ArrowDown: place + 1,
    ArrowUp: place - 1,
    PageDown: place + page,
    PageUp: place - page,
    Home: 0,
    End: rows.length - 1,
  };
  const target = targets[key];
  if (target !== undefined) select(target);
  else if (row === undefined) return false;
  else if (key === 'Enter' || key === ' ') store.toggle(row);
  else if (key === 'ArrowRight') {
    if (isOpen(row)) select(place + 1);
    else store.toggle(row, true);
  } else if (key === 'ArrowLeft') {
    if (isOpen(row)) store.toggle(row, false);
    else {
      let parent = place - 1;
      while (parent >= 0 && (rows[parent]?.level ?? 0) >= row.level) parent -= 1;
      if (parent >= 0) select(parent);
    }
  } else return false;
  return true;
}
