import { Select } from '@mantine/core';
import { IconArrowBarToDown, IconCopy } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import type { ResultRef } from '../../shared/result';
import { bridge } from '../bridge';
import { formatClock, formatCount, formatPlural } from '../lib/format';
import { everything, type LogFilter, type LogRow, logRows, logText, rankName } from '../lib/log-rows';
import { rankStyle } from '../lib/rank-color';
import { useLog } from '../state/use-log';
import { LineList, WrapButton } from '../views/lines/line-list';
import { LineSearchField, useLineSearch } from '../views/lines/line-search';
import lines from '../views/lines/lines.module.css';
import { MarkedText } from '../views/lines/marked-text';
import { ToolButton } from '../views/view-frame';
import classes from './log-panel.module.css';

interface LogPanelProps {
  readonly source: ResultRef;
  /** Lines that the run has printed so far. */
  readonly total: number;
  /** More may come. */
  readonly active: boolean;
}

/** What the ranks of a run have printed: filtered by rank, searched, followed, copied. */
export function LogPanel({ source, total, active }: LogPanelProps) {
  const log = useLog(source, total);
  const [filter, setFilter] = useState<LogFilter>(everything);
  const [follow, setFollow] = useState(true);
  const [wrap, setWrap] = useState(false);
  const [search, setSearch] = useLineSearch();
  const rows = useMemo(() => logRows(log?.entries ?? [], filter), [log, filter]);
  const ranks = useMemo(() => [...new Set((log?.entries ?? []).map(({ rank }) => rank))].sort((a, b) => a - b), [log]);

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
        <LineSearchField
          label="Search the log"
          lines={rows}
          onChange={(change) => {
            setFollow(false);
            setSearch(change);
          }}
        />
        <ToolButton
          label="Follow the end"
          icon={<IconArrowBarToDown size={16} stroke={1.7} />}
          pressed={follow}
          onClick={() => setFollow(!follow)}
        />
        <WrapButton wrap={wrap} onChange={setWrap} />
        <ToolButton
          label="Copy these lines"
          icon={<IconCopy size={16} stroke={1.7} />}
          onClick={() => void bridge.copyText(logText(rows))}
        />
      </div>
      <LineList
        // Other lines have other heights.
        key={`${filter.rank} ${filter.stream}`}
        label="Log"
        count={rows.length}
        wrap={wrap}
        search={search}
        follow={follow}
        line={(place) => {
          const row = rows[place];
          return row === undefined ? null : <Line row={row} mark={search.mark} />;
        }}
        onWheel={(event) => {
          if (event.deltaY < 0) setFollow(false);
        }}
        onKeyDown={(event) => {
          if (event.key === 'End') setFollow(true);
          else if (['ArrowUp', 'PageUp', 'Home'].includes(event.key)) setFollow(false);
        }}
      />
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
      <span className={`${lines.text} ${stream === 'stderr' ? classes.bad : ''}`}>
        {stream === 'stderr' && <span className="sr-only">error output: </span>}
        <MarkedText text={row.text} mark={mark} />
      </span>
    </>
  );
}
