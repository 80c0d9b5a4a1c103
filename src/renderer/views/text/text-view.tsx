import { IconCopy, IconTextWrap } from '@tabler/icons-react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { ShownViewOf } from '../../../shared/result';
import { bridge } from '../../bridge';
import { formatPlural } from '../../lib/format';
import { SearchField } from '../search-field';
import { ToolButton, ViewFrame } from '../view-frame';
import { MarkedText } from './marked-text';
import classes from './text.module.css';
import { findLines, linesOf } from './text-lines';

const lineHeight = 20;

/** A text with the numbers of its lines. Only the lines in sight are in the page. */
export function TextView({ view }: { readonly view: ShownViewOf<'text'> }) {
  const { title, text, reduced } = view;
  const lines = useMemo(() => linesOf(text), [text]);
  const [wrap, setWrap] = useState(true);
  const [mark, setMark] = useState('');
  const [current, setCurrent] = useState(-1);
  const scroller = useRef<HTMLDivElement>(null);
  // eslint-disable-next-line react-hooks/incompatible-library -- No compiler memoizes here.
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => lineHeight,
    overscan: 12,
  });
  useEffect(() => virtual.measure(), [virtual, wrap]);
  const digits = String(lines.length).length;

  return (
    <ViewFrame
      title={title}
      note={formatPlural(lines.length, 'line')}
      warning={reduced?.note}
      tools={
        <>
          <SearchField
            label={`Search ${title}`}
            search={(wanted) => {
              setMark(wanted);
              if (wanted === '') setCurrent(-1);
              return Promise.resolve({ places: findLines(lines, wanted), note: '' });
            }}
            show={(place) => {
              setCurrent(place);
              virtual.scrollToIndex(place, { align: 'center' });
            }}
          />
          <ToolButton
            label="Wrap long lines"
            icon={<IconTextWrap size={16} stroke={1.7} />}
            pressed={wrap}
            onClick={() => setWrap(!wrap)}
          />
          <ToolButton
            label="Copy the text"
            icon={<IconCopy size={16} stroke={1.7} />}
            onClick={() => void bridge.copyText(text)}
          />
        </>
      }
    >
      {text === '' ? (
        <p className={classes.empty}>This text is empty.</p>
      ) : (
        <div ref={scroller} role="group" aria-label={title} tabIndex={0} className={`${classes.scroller} mono`}>
          <div className={`${classes.lines} ${wrap ? classes.wrap : ''}`} style={{ height: virtual.getTotalSize() }}>
            {virtual.getVirtualItems().map(({ index, start }) => {
              const line = lines[index];
              return (
                <div
                  key={index}
                  ref={virtual.measureElement}
                  data-index={index}
                  className={`${classes.line} ${index === current ? classes.current : ''}`}
                  style={{ transform: `translateY(${start}px)` }}
                >
                  <span className={classes.number} style={{ width: `${digits}ch` }} aria-hidden="true">
                    {line?.number}
                  </span>
                  <span className={classes.text}>
                    <MarkedText text={line?.text ?? ''} mark={mark} />
                  </span>
                </div>
              );
            })}
          </div>
        </div>
      )}
    </ViewFrame>
  );
}
