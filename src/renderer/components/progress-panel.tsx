import type { JobRow } from '../../shared/ipc';
import { isActive } from '../../shared/ipc';
import {
  estimateEnd,
  formatClock,
  formatCount,
  formatDuration,
  formatPercent,
  formatRate,
  stalledFor,
} from '../lib/format';
import { useNow } from '../lib/use-now';
import classes from './progress-panel.module.css';

interface ProgressPanelProps {
  readonly row: JobRow;
  /** Why it did not begin, or was given up. */
  readonly reason: string | null;
}

/** How far a job is, in figures. */
export function ProgressPanel({ row, reason }: ProgressPanelProps) {
  const { progress, range, state, role, step } = row;
  // A script need not say how far it is.
  const isCounted = role !== 'script' || range > 0;
  return (
    <div className={classes.panel}>
      <div className={`${classes.figures} num`}>
        {isCounted && (
          <span className={classes.percent} data-testid="percent">
            {formatPercent(progress, range, state)}
          </span>
        )}
        <dl className={classes.list}>
          {step !== null && isActive(state) && <Figure label="At" value={step} testId="step" />}
          {isCounted && (
            <Figure
              label={role === 'script' ? 'Steps' : 'Items'}
              value={`${formatCount(progress)} of ${formatCount(range)}`}
              testId="progress"
            />
          )}
          <Items row={row} />
          {row.startedAt !== null && isCounted && (
            <Figure
              label={isActive(state) ? 'Rate' : 'Average rate'}
              value={row.rate === null ? '–' : formatRate(row.rate)}
            />
          )}
          <Times row={row} isCounted={isCounted} />
        </dl>
      </div>
      {reason !== null && reason !== 'Cancelled.' && <p className={classes.reason}>{reason}</p>}
    </div>
  );
}

/** What is remarkable about the items: nothing when all is well. */
function Items({ row }: { readonly row: JobRow }) {
  const { failed = 0, skipped = 0, retried = 0, blocked = 0, earlier = 0 } = row.items ?? {};
  return (
    <>
      {failed > 0 && <Figure label="Failed" value={formatCount(failed)} tone="bad" testId="failed" />}
      {retried > 0 && <Figure label="Retried" value={formatCount(retried)} tone="warn" testId="retried" />}
      {skipped > 0 && <Figure label="Skipped" value={formatCount(skipped)} testId="skipped" />}
      {blocked > 0 && isActive(row.state) && <Figure label="Wait for others" value={formatCount(blocked)} />}
      {earlier > 0 && <Figure label="Done earlier" value={formatCount(earlier)} />}
    </>
  );
}

/** Times of the latest run. Once a rank has failed its part is never finished, so no end is foretold. */
function Times({ row, isCounted }: { readonly row: JobRow; readonly isCounted: boolean }) {
  const running = row.startedAt !== null && row.endedAt === null;
  const now = useNow(running);
  if (row.startedAt === null) return null;
  const elapsed = formatDuration((row.endedAt ?? now) - row.startedAt);
  const silent = stalledFor(row, now);
  const end =
    row.state === 'running' && silent === null && (row.kind !== 'target' || row.failure === null)
      ? estimateEnd(row.progress, row.range, row.rate, row.startedAt, now)
      : row.endedAt;
  return (
    <>
      <Figure label="Elapsed" value={elapsed} />
      <Figure label="Started" value={formatClock(row.startedAt)} isMinor />
      {silent !== null && isCounted && (
        <Figure label="No progress for" value={formatDuration(silent)} tone="warn" testId="stalled" />
      )}
      {(isCounted || !running) && (
        <Figure label={running ? 'Expected end' : 'Ended'} value={end === null ? '–' : formatClock(end)} />
      )}
    </>
  );
}

interface FigureProps {
  readonly label: string;
  readonly value: string;
  readonly testId?: string;
  readonly tone?: 'bad' | 'warn';
  /** It goes where there is little room. */
  readonly isMinor?: boolean;
}

const Figure = ({ label, value, testId, tone, isMinor }: FigureProps) => (
  <div
    className={`${isMinor === true ? classes.minor : ''} ${tone === undefined ? '' : `${classes.toned} tone-${tone}`}`}
  >
    <dt>{label}</dt>
    <dd data-testid={testId}>{value}</dd>
  </div>
);
