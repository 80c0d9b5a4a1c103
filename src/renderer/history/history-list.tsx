import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, type MouseEvent, useEffect, useRef, useState } from 'react';
import type { RunLine } from '../../shared/stored-run';
import { perform } from '../actions/registry';
import { Ago } from '../components/ago';
import { StateIcon } from '../components/state-icon';
import { ContextMenu, type MenuPlace } from '../queue/context-menu';
import classes from './history.module.css';
import { historyMenu } from './history-menu';
import { choose, linesAtOnce, loadLines, mark, place, remember, useHistory } from './history-store';
import { countsText, durationText, lookOf } from './run-states';

const rowHeight = 54;

/** The runs that fit, the wanted order first to last, however many there are. */
export function HistoryList({ ids }: { readonly ids: Float64Array }) {
  const { current, marked, anchor } = useHistory();
  const scroller = useRef<HTMLDivElement>(null);
  const [menu, setMenu] = useState<MenuPlace | null>(null);
  const virtual = useVirtualizer({
    count: ids.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 10,
    initialOffset: place.offset,
  });
  const at = current === null ? -1 : ids.indexOf(current);
  const items = virtual.getVirtualItems();
  const [from, to] = [items[0]?.index ?? 0, (items.at(-1)?.index ?? -1) + 1];
  const version = useHistory((state) => state.version);
  useEffect(() => {
    const [first, last] = [from - (from % linesAtOnce), to + linesAtOnce - (to % linesAtOnce)];
    void loadLines([...ids.subarray(first, last)]);
  }, [ids, from, to, version]);

  const go = (index: number, isExtending: boolean): void => {
    const next = Math.max(0, Math.min(ids.length - 1, index));
    const id = ids[next];
    if (id === undefined) return;
    if (isExtending) extend(next);
    void choose(id);
    virtual.scrollToIndex(next);
  };
  /** Marks everything from where a range begins. */
  const extend = (index: number): void => {
    const begin = anchor === null ? at : ids.indexOf(anchor);
    const [low, high] = [Math.min(Math.max(0, begin), index), Math.max(begin, index)];
    mark(new Set(ids.subarray(low, high + 1)), ids[Math.max(0, begin)] ?? null);
  };
  const toggle = (id: number): void => {
    const next = new Set(marked);
    if (!next.delete(id)) next.add(id);
    mark(next, id);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const isMod = event.ctrlKey || event.metaKey;
    if (event.altKey) return;
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / rowHeight) - 1);
    const steps: Readonly<Record<string, number>> = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      PageDown: at + page,
      PageUp: at - page,
      Home: 0,
      End: ids.length - 1,
    };
    const step = steps[event.key];
    if (isMod && event.key.toLowerCase() === 'a') mark(new Set(ids), anchor);
    else if (isMod) return;
    else if (step !== undefined) go(step, event.shiftKey);
    else if (event.key === ' ' && current !== null) toggle(current);
    else if (event.key === 'Escape' && marked.size > 0) mark(new Set(), null);
    else if (event.key === 'Delete') void perform('history-delete');
    else if (event.key === 'Enter') document.querySelector<HTMLElement>('[data-history-detail]')?.focus();
    else if (event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey)) openAtCurrent();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const openAtCurrent = (): void => {
    const line = document.querySelector(`#history-${at}`)?.getBoundingClientRect();
    if (line !== undefined) setMenu({ x: line.left + 40, y: line.top + line.height / 2 });
  };
  const onClick = (index: number, id: number, event: MouseEvent): void => {
    if (event.shiftKey) extend(index);
    else if (event.ctrlKey || event.metaKey) toggle(id);
    else if (marked.size > 0) mark(new Set(), id);
    void choose(id);
  };
  const onContextMenu = (id: number, event: MouseEvent): void => {
    event.preventDefault();
    if (!marked.has(id)) {
      if (marked.size > 0) mark(new Set(), id);
      void choose(id);
    }
    setMenu({ x: event.clientX, y: event.clientY });
  };

  return (
    <>
      <div
        ref={scroller}
        className={classes.scroller}
        onScroll={(event) => {
          place.offset = event.currentTarget.scrollTop;
          remember();
        }}
      >
        <div
          role="listbox"
          aria-label="Runs"
          aria-multiselectable="true"
          tabIndex={0}
          aria-activedescendant={at >= 0 ? `history-${at}` : undefined}
          className={classes.list}
          style={{ height: virtual.getTotalSize() }}
          onKeyDown={onKeyDown}
        >
          {items.map(({ index, start, size }) => {
            const id = ids[index];
            if (id === undefined) return null;
            return (
              <div
                key={id}
                id={`history-${index}`}
                role="option"
                aria-selected={marked.has(id) || (marked.size === 0 && index === at)}
                aria-posinset={index + 1}
                aria-setsize={ids.length}
                className={classes.item}
                data-current={index === at}
                data-marked={marked.has(id)}
                data-run={id}
                style={{ transform: `translateY(${start}px)`, height: size }}
                onClick={(event) => onClick(index, id, event)}
                onContextMenu={(event) => onContextMenu(id, event)}
                onDoubleClick={() => void perform('history-show')}
              >
                <Line id={id} />
              </div>
            );
          })}
        </div>
      </div>
      <ContextMenu place={menu} onClose={() => setMenu(null)} groups={historyMenu} label="Actions for these runs" />
    </>
  );
}

function Line({ id }: { readonly id: number }) {
  const line = useHistory((state) => state.lines.get(id));
  return line === undefined ? <span className={classes.dim}>Run {id}</span> : <RunText line={line} />;
}

function RunText({ line }: { readonly line: RunLine }) {
  const { state, name, label, jobs, targets, createdAt, owner } = line;
  // Jobs of one file are often begun one by one: then what they are called tells more.
  const [title, more] = jobs.total === 1 ? [label, name] : [name, targets.join(' ')];
  return (
    <div className={classes.run} data-state={state}>
      <StateIcon state={state} size={17} />
      <div className={classes.text}>
        <div className={classes.line}>
          <span className={classes.name} title={`${title}\n${line.file ?? name}\n${targets.join('\n')}`}>
            {title}
          </span>
          <span className={classes.dim}>
            <Ago time={createdAt} />
          </span>
        </div>
        <div className={`${classes.line} ${classes.dim} num`}>
          <span className={classes.cut}>
            {lookOf(state).text} · {countsText(line)}
            {more !== '' && more !== title && ` · ${more}`}
          </span>
          <span className={classes.trailing}>{owner === null ? durationText(line) : `process ${owner.pid}`}</span>
        </div>
      </div>
    </div>
  );
}
