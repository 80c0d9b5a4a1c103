import { IconAlertTriangleFilled, IconFileText } from '@tabler/icons-react';
import { memo } from 'react';
import type { JobRow } from '../../shared/ipc';
import { isActive } from '../../shared/ipc';
import { Ago } from '../components/ago';
import { StateIcon } from '../components/state-icon';
import {
  estimateEnd,
  formatClock,
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
    <div
      className={`${classes.job} ${row.role === 'call' ? classes.call : ''}`}
      data-state={row.state}
      data-job={row.id}
    >
      <StateIcon state={row.state} percent={percent} />
      <div className={classes.text}>
        <div className={classes.line}>
          <span className={classes.label} title={row.label}>
            {row.label}
          </span>
          {moving && row.range > 0 && (
            <span className={`${classes.percent} num`}>{formatPercent(row.progress, row.range, row.state)}</span>
          )}
        </div>
        <div className={`${classes.line} ${classes.dim} num`}>
          <span className={classes.label}>
            {row.state === 'running' && <span className="sr-only">Running, </span>}
            {statusLine(row)}
          </span>
          <span className={classes.trailing}>
            <Time row={row} />
          </span>
        </div>
      </div>
    </div>
  );
});

function statusLine(row: JobRow): string {
  const { state, range, progress } = row;
  if (row.role === 'script') return scriptLine(row);
  if (state === 'ready') return formatPlural(range, 'item');
  const word = rowStates[state].text;
  // It is in the queue once it is on the disk.
  if (state === 'queued' && row.entry === null) return 'Queueing…';
  if (state === 'queued') return `${word}${priorityOf(row)} · ${formatPlural(range, 'item')}`;
  if (state === 'done') return `${word} · ${formatPlural(range, 'item')}${tookOf(row)}`;
  if (row.failure !== null) return `${word} · ${row.failure}`;
  const share = `${formatCount(progress)} of ${formatCount(range)}`;
  // The ring and the percentage beside it say that it runs; the numbers need the room.
  return state === 'running' ? share : `${word} · ${share}`;
}

/** How long its latest run took. */
const tookOf = ({ startedAt, endedAt }: JobRow): string =>
  startedAt === null || endedAt === null ? '' : ` in ${formatDuration(endedAt - startedAt)}`;

/** What a script does is its own business: it says how far it is, if it likes. */
function scriptLine(row: JobRow): string {
  const { state, range, progress, step } = row;
  if (state === 'ready') return 'Script';
  if (state === 'queued' && row.entry === null) return 'Queueing…';
  const parts = [
    ...(state === 'running' ? ['Script'] : [`${rowStates[state].text}${priorityOf(row)}`]),
    ...(row.failure === null ? [] : [row.failure]),
    ...(step === null || !isActive(state) ? [] : [step]),
    ...(range === 0 || row.failure !== null ? [] : [`${formatCount(progress)} of ${formatCount(range)}`]),
  ];
  return parts.join(' · ');
}

/** A priority that is not the usual one. */
const priorityOf = ({ entry }: JobRow): string =>
  entry === null || entry.priority === 0 ? '' : ` · priority ${entry.priority}`;

/** When it ended or will end, and how fast it is where there is room. */
function Time({ row }: { readonly row: JobRow }) {
  const { entry, state, startedAt, endedAt } = row;
  if (entry?.owner) return `process ${entry.owner.pid}`;
  if (isActive(state)) return <Pace row={row} />;
  if (endedAt === null) return null;
  return <Ago time={endedAt} more={startedAt === null ? '' : `, after ${formatDuration(endedAt - startedAt)}`} />;
}

/** How fast a job is, and when it should be done as soon as that can be told. */
function Pace({ row }: { readonly row: JobRow }) {
  const { state, rate, startedAt, progress, range } = row;
  const now = useNow(state === 'running');
  const silent = stalledFor(row, now);
  if (silent !== null) return <span className={classes.stalled}>no progress for {formatDuration(silent)}</span>;
  const isForetold = state === 'running' && startedAt !== null && (row.kind !== 'target' || row.failure === null);
  const end = isForetold ? estimateEnd(progress, range, rate, startedAt, now) : null;
  return (
    <>
      {rate !== null && <span className={end === null ? '' : classes.spare}>{formatRate(rate)}</span>}
      {end !== null && <span title="Expected end">until {formatClock(end)}</span>}
    </>
  );
}
