import { useMemo } from 'react';
import type { JobRow } from '../../shared/ipc';
import { isActive } from '../../shared/ipc';
import type { ResultRef } from '../../shared/result';
import type { ThroughputData } from '../../shared/run';
import { bridge } from '../bridge';
import { formatRate, formatTick } from '../lib/format';
import { rankColors } from '../lib/rank-color';
import { ratesOf } from '../lib/throughput';
import { useRangeVersion } from '../state/use-range';
import { useFetched } from '../state/use-run';
import { PlotView } from '../views/plot/plot-view';
import classes from './throughput-panel.module.css';

interface ThroughputPanelProps {
  readonly source: ResultRef;
  readonly row: JobRow;
}

/** Fewer make no line. */
const leastPoints = 3;

/** How many items a second were done, over time, in all and by each rank. */
export function ThroughputPanel({ source, row }: ThroughputPanelProps) {
  const data = useThroughput(source);
  const rates = useMemo(() => (data === null ? null : ratesOf(data)), [data]);
  const view = useMemo(
    () => ({ kind: 'line', title: 'Items a second', xLabel: 'Time', series: rates?.series ?? [] }) as const,
    [rates],
  );
  if (rates === null || rates.points < leastPoints) return <p className={classes.empty}>{emptyText(row)}</p>;
  const figures = [
    ['Now', isActive(row.state) ? rates.now : null],
    ['Average', rates.average],
    ['Peak', rates.peak],
  ] as const;
  return (
    <div className={classes.panel} data-testid="throughput">
      <dl className={`${classes.figures} num`}>
        {figures.map(([label, rate]) =>
          rate === null ? null : (
            <div key={label} className={classes.figure}>
              <dt>{label}</dt>
              <dd>{formatRate(rate)}</dd>
            </div>
          ),
        )}
      </dl>
      <div className={classes.plot}>
        <PlotView view={view} formatX={formatTick} colorOf={colorOf} fromZero />
      </div>
    </div>
  );
}

/** The total stands apart from the ranks, which have their own colours. */
const colorOf = (series: number): `--${string}` => (series === 0 ? '--text-2' : `--rank-${(series - 1) % rankColors}`);

function emptyText({ state }: JobRow): string {
  if (state === 'ready') return 'This job has not run yet. Its items a second will be drawn here.';
  return isActive(state)
    ? 'The items a second will be drawn here once there is something to measure.'
    : 'How fast this run was is not known: it was over within a fifth of a second, was cut off before that was first written, or is from a version of Procession that did not keep it.';
}

const fetchThroughput = (ref: ResultRef): Promise<ThroughputData | null> => bridge.getThroughput(ref);

/** How far a run was when; null until it is known. */
const useThroughput = (ref: ResultRef): ThroughputData | null =>
  useFetched(ref, useRangeVersion(ref), 1000, fetchThroughput);
