import { Select } from '@mantine/core';
import { IconArrowBarToDown, IconCopy, IconTextWrap } from '@tabler/icons-react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { ResultRef } from '../../shared/result';
import { bridge } from '../bridge';
import { formatClock, formatCount, formatPlural } from '../lib/format';
import { everything, type LogFilter, type LogRow, logRows, logText, rankName } from '../lib/log-rows';
import { rankStyle } from '../lib/rank-color';
import { useLog } from '../state/use-log';
import { SearchField } from '../views/search-field';
import { MarkedText } from '../views/text/marked-text';
import { findLines } from '../views/text/text-lines';
import { ToolButton } from '../views/view-frame';
import classes from './log-panel.module.css';

interface LogPanelProps {
  readonly source: ResultRef;
  /** Lines that the run has printed so far. */
  readonly total: number;
  /** More may come. */
  readonly active: boolean;
}

const rowHeight = 20;

/** What the ranks of a run have printed: filtered by rank, searched, followed, copied. */
export function LogPanel({ source, total, active }: LogPanelProps) {
  const log = useLog(source, total);
  const [filter, setFilter] = useState<LogFilter>(everything);
  const [follow, setFollow] = useState(true);
  const [wrap, setWrap] = useState(false);
  const [mark, setMark] = useState('');
  const [found, setFound] = useState<number | null>(null);
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useMemo(() => logRows(log?.entries ?? [], filter), [log, filter]);
  const ranks = useMemo(() => [...new Set((log?.entries ?? []).map(({ rank }) => rank))].sort((a, b) => a - b), [log]);
  // eslint-disable-next-line react-hooks/incompatible-library -- No compiler memoizes here.
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 12,
  });
  useEffect(() => virtual.measure(), [virtual, wrap, filter]);
  useEffect(() => {
    if (follow && rows.length > 0) virtual.scrollToIndex(rows.length - 1, { align: 'end' });
  }, [follow, rows, virtual, wrap]);

  if (total === 0)
    return (
      <p className={classes.empty}>{active ? 'Nothing has been printed yet.' : 'This run has printed nothing.'}</p>
    );
  return (
    <div className={classes.log} data-testid="log">
      <div className={classes.bar}>
        <Select
          size="xs"
          className={classes.select}
          aria-label="Lines of"
          data={[
            { value: '', label: 'All ranks' },
            ...ranks.map((rank) => ({ value: String(rank), label: rank < 0 ? 'Combine' : `Rank ${rank}` })),
          ]}
          value={filter.rank === null ? '' : String(filter.rank)}
          onChange={(value) => setFilter({ ...filter, rank: value === null || value === '' ? null : Number(value) })}
          allowDeselect={false}
        />
        <Select
          size="xs"
          className={classes.select}
          aria-label="Kind of lines"
          data={[
            { value: '', label: 'All output' },
            { value: 'stdout', label: 'Printed' },
            { value: 'stderr', label: 'Printed as errors' },
            { value: 'log', label: 'proc.log()' },
          ]}
          value={filter.stream ?? ''}
          onChange={(value) => setFilter({ ...filter, stream: streamOf(value) })}
          allowDeselect={false}
        />
        <span className={`${classes.note} num`}>{formatPlural(total, 'line')}</span>
        <SearchField
          label="Search the log"
          search={(wanted) => {
            setMark(wanted);
            setFound(null);
            if (wanted !== '') setFollow(false);
            return Promise.resolve({ places: findLines(rows, wanted), note: '' });
          }}
          show={(place) => {
            setFound(place);
            virtual.scrollToIndex(place, { align: 'center' });
          }}
        />
        <ToolButton
          label="Follow the end"
          icon={<IconArrowBarToDown size={16} stroke={1.7} />}
          pressed={follow}
          onClick={() => setFollow(!follow)}
        />
        <ToolButton
          label="Wrap long lines"
          icon={<IconTextWrap size={16} stroke={1.7} />}
          pressed={wrap}
          onClick={() => setWrap(!wrap)}
        />
        <ToolButton
          label="Copy these lines"
          icon={<IconCopy size={16} stroke={1.7} />}
          onClick={() => void bridge.copyText(logText(rows))}
        />
      </div>
      <div
        ref={scroller}
        className={`${classes.scroller} mono num`}
        role="group"
        aria-label="Log"
        tabIndex={0}
        onWheel={(event) => {
          if (event.deltaY < 0) setFollow(false);
        }}
        onKeyDown={(event) => {
          if (event.key === 'End') setFollow(true);
          else if (['ArrowUp', 'PageUp', 'Home'].includes(event.key)) setFollow(false);
        }}
      >
        <div className={`${classes.lines} ${wrap ? classes.wrap : ''}`} style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map(({ index, start }) => {
            const row = rows[index];
            return row === undefined ? null : (
              <div
                key={index}
                ref={wrap ? virtual.measureElement : undefined}
                data-index={index}
                className={`${classes.line} ${index === found ? classes.found : ''}`}
                style={{ transform: `translateY(${start}px)` }}
              >
                <Line row={row} mark={mark} />
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}

const streamOf = (value: string | null): LogFilter['stream'] =>
  value === 'stdout' || value === 'stderr' || value === 'log' ? value : null;

function Line({ row, mark }: { readonly row: LogRow; readonly mark: string }) {
  if (row.kind === 'gap')
    return <span className={classes.gap}>… {formatCount(row.count)} lines were more than can be kept …</span>;
  const { at, rank, stream } = row.entry;
  return (
    <>
      <span className={classes.time}>{formatClock(at)}</span>
      <span className={classes.rank} style={rank < 0 ? undefined : rankStyle(rank)}>
        {rankName(rank)}
      </span>
      <span className={`${classes.text} ${stream === 'stderr' ? classes.bad : ''}`}>
        {stream === 'stderr' && <span className="sr-only">error output: </span>}
        <MarkedText text={row.text} mark={mark} />
      </span>
    </>
  );
}
