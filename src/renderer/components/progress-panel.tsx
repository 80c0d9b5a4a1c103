import type { JobRow } from '../../shared/ipc';
import { isActive } from '../../shared/ipc';
import { estimateEnd, formatClock, formatCount, formatDuration, formatPercent, formatRate } from '../lib/format';
import { useNow } from '../lib/use-now';
import classes from './progress-panel.module.css';

interface ProgressPanelProps {
  readonly row: JobRow;
}

/** How far a job is, in figures. */
export function ProgressPanel({ row }: ProgressPanelProps) {
  const { progress, range, state } = row;
  return (
    <div className={classes.panel}>
      <div className={`${classes.figures} num`}>
        <span className={classes.percent} data-testid="percent">
          {formatPercent(progress, range, state)}
        </span>
        <dl className={classes.list}>
          <Figure label="Items" value={`${formatCount(progress)} of ${formatCount(range)}`} testId="progress" />
          <Figure
            label={isActive(state) ? 'Rate' : 'Average rate'}
            value={row.rate === null ? '–' : formatRate(row.rate)}
          />
          <Times row={row} />
        </dl>
      </div>
    </div>
  );
}

/** Times of the latest run. Once a rank has failed its part is never finished, so no end is foretold. */
function Times({ row }: { readonly row: JobRow }) {
  const running = row.startedAt !== null && row.endedAt === null;
  const now = useNow(running);
  if (row.startedAt === null) return <Figure label="Elapsed" value="–" />;
  const elapsed = formatDuration((row.endedAt ?? now) - row.startedAt);
  const end =
    row.state === 'running' && row.failure === null
      ? estimateEnd(row.progress, row.range, row.rate, row.startedAt, now)
      : row.endedAt;
  return (
    <>
      <Figure label="Elapsed" value={elapsed} />
      <Figure label="Started" value={formatClock(row.startedAt)} />
      <Figure label={running ? 'Expected end' : 'Ended'} value={end === null ? '–' : formatClock(end)} />
    </>
  );
}

interface FigureProps {
  readonly label: string;
  readonly value: string;
  readonly testId?: string;
}

const Figure = ({ label, value, testId }: FigureProps) => (
  <div>
    <dt>{label}</dt>
    <dd data-testid={testId}>{value}</dd>
  </div>
);
