import { IconAlertTriangleFilled, IconFileText } from '@tabler/icons-react';
import { memo } from 'react';
import type { JobRow } from '../../shared/ipc';
import { isActive } from '../../shared/ipc';
import { StateIcon } from '../components/state-icon';
import {
  formatCount,
  formatDuration,
  formatPercent,
  formatPlural,
  formatRate,
  percentOf,
  stalledFor,
} from '../lib/format';
import { rowStates } from '../lib/states';
import { useNow } from '../lib/use-now';
import { useRow, useWindow } from '../state/store';
import classes from './queue.module.css';
import type { Section } from './queue-order';

const sectionTitles: Readonly<Record<Section, string>> = {
  running: 'Running',
  waiting: 'Waiting',
  ready: 'Not started',
  ended: 'Ended',
};

/** The heading of a part of the queue. */
export function SectionRow({ section, count }: { readonly section: Section; readonly count: number }) {
  return (
    <div className={classes.sectionTitle} data-section={section}>
      {sectionTitles[section]} <span className="num">{formatCount(count)}</span>
    </div>
  );
}

/** A job file in the queue: the heading of its jobs. */
export const FileRow = memo(function FileRow({ fileKey }: { readonly fileKey: number }) {
  const file = useWindow((state) => state.files.find((entry) => entry.key === fileKey));
  if (file === undefined) return null;
  const count = file.problems.length;
  return (
    <div className={classes.file}>
      {count > 0 ? (
        <IconAlertTriangleFilled size={16} className={classes.bad} aria-hidden="true" />
      ) : (
        <IconFileText size={16} stroke={1.6} aria-hidden="true" />
      )}
      <span className={classes.fileName}>{file.name}</span>
      {count > 0 && <span className={classes.problems}>{formatPlural(count, 'error')}</span>}
    </div>
  );
});

/** A job in the queue. */
export const JobRowView = memo(function JobRowView({ jobKey }: { readonly jobKey: number }) {
  const row = useRow(jobKey);
  if (row === undefined) return null;
  const percent = percentOf(row.progress, row.range, row.state);
  const moving = row.state === 'running' || row.state === 'cancelling' || row.state === 'pausing';
  return (
    <div className={classes.job} data-state={row.state} data-job={row.id}>
      <StateIcon state={row.state} percent={percent} />
      <div className={classes.text}>
        <div className={classes.line}>
          <span className={classes.label} title={row.label}>
            {row.label}
          </span>
          {moving && (
            <span className={`${classes.percent} num`}>{formatPercent(row.progress, row.range, row.state)}</span>
          )}
        </div>
        <div className={`${classes.line} ${classes.dim} num`}>
          <span className={classes.label}>
            {row.state === 'running' && <span className="sr-only">Running, </span>}
            {statusLine(row)}
          </span>
          <span className={classes.trailing}>{row.state === 'running' ? <Pace row={row} /> : timeOf(row)}</span>
        </div>
      </div>
    </div>
  );
});

/** How fast it is, or that it has not moved for a while. */
function Pace({ row }: { readonly row: JobRow }) {
  const now = useNow(true, 5000);
  const silent = stalledFor(row, now);
  return silent === null ? (
    timeOf(row)
  ) : (
    <span className={classes.stalled}>no progress for {formatDuration(silent)}</span>
  );
}

function statusLine(row: JobRow): string {
  const { state, range, progress } = row;
  if (state === 'ready') return formatPlural(range, 'item');
  const word = rowStates[state].text;
  // It is in the queue once it is on the disk.
  if (state === 'queued' && row.entry === null) return 'Queueing…';
  if (state === 'queued') return `${word}${priorityOf(row)} · ${formatPlural(range, 'item')}`;
  if (state === 'done') return `${word} · ${formatPlural(range, 'item')}`;
  if (row.failure !== null) return `${word} · ${row.failure}`;
  const share = `${formatCount(progress)} of ${formatCount(range)}`;
  // The ring and the percentage beside it say that it runs; the numbers need the room.
  return state === 'running' ? share : `${word} · ${share}`;
}

/** A priority that is not the usual one. */
const priorityOf = ({ entry }: JobRow): string =>
  entry === null || entry.priority === 0 ? '' : ` · priority ${entry.priority}`;

function timeOf(row: JobRow): string {
  if (row.entry?.owner) return `process ${row.entry.owner.pid}`;
  if (isActive(row.state)) return row.rate === null ? '' : formatRate(row.rate);
  return row.startedAt === null || row.endedAt === null ? '' : formatDuration(row.endedAt - row.startedAt);
}
