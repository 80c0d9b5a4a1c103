import type { ReactNode } from 'react';
import type { ProcInfo, RankInfo, RankState } from '../../shared/engine-info';
import { isActive, type RowState } from '../../shared/ipc';
import type { Lane } from '../../shared/range';
import type { ResultRef } from '../../shared/result';
import { formatCount, formatMemory, formatRange, formatRate } from '../lib/format';
import { rankStyle } from '../lib/rank-color';
import { rankStates } from '../lib/states';
import { useWindow } from '../state/store';
import classes from './lanes.module.css';
import { Timeline } from './timeline';

interface LanesProps {
  readonly source: ResultRef;
  readonly ranks: readonly RankInfo[];
  /** What else is known of each rank; empty while nothing is. */
  readonly lanes: readonly Lane[];
  readonly jobState: RowState;
  /** Number of indices of a job whose ranks take piece after piece; null when each has one part. */
  readonly range: number | null;
  /** The ranks do not exist yet. */
  readonly planned: boolean;
  /** There is room for the figures and the timeline side by side. */
  readonly wide: boolean;
  /** What is shown when there is not. */
  readonly chosen: LaneView;
}

/** What lanes show where there is no room for both. */
export type LaneView = 'figures' | 'timeline';

const laneHeight = 28;

/** A lane for each process: which it is, what it works on, how fast, what it costs, and what it did when. */
export function Lanes({ source, ranks, lanes, jobState, range, planned, wide, chosen }: LanesProps) {
  const workers = useWindow((state) => state.workers);
  const total = ranks.reduce((sum, { count }) => sum + count, 0);
  const figures = wide || planned || chosen === 'figures';
  const timeline = !planned && (wide || chosen === 'timeline');
  if (!planned && ranks.length === 0 && lanes.length === 0)
    return (
      <section className={classes.lanes} aria-label="Processes">
        <p className={classes.unknown}>{unknownText(jobState)}</p>
      </section>
    );
  return (
    <section className={classes.lanes} aria-label="Processes">
      <div className={classes.both}>
        <table className={`${classes.table} num ${figures ? '' : classes.short}`}>
          <thead>
            <tr>
              <th className={classes.rank}>Rank</th>
              {figures && (
                <>
                  <th className={classes.number}>PID</th>
                  <th className={classes.number}>Range</th>
                  <th className={classes.number}>Item</th>
                  <th className={classes.number}>Pieces</th>
                  <th className={classes.number}>Count</th>
                  <th className={classes.progress} title={range === null ? undefined : 'Share of all items'}>
                    {range === null ? <span className="sr-only">Progress</span> : 'Share'}
                  </th>
                  <th className={classes.number}>Rate</th>
                  <th className={classes.number}>CPU</th>
                  <th className={classes.number}>Memory</th>
                </>
              )}
              <th className={classes.state}>State</th>
            </tr>
          </thead>
          <tbody>
            {ranks.map((rank) => (
              <LaneRow
                key={rank.index}
                rank={rank}
                lane={lanes[rank.index]}
                worker={workers.find(({ pid }) => pid !== null && pid === rank.pid)}
                state={planned ? 'Planned' : shownState(rank, jobState)}
                figures={figures}
                range={range}
                total={total}
              />
            ))}
          </tbody>
        </table>
        {timeline && ranks.length > 0 && (
          <div className={classes.timeline}>
            <Timeline
              source={source}
              lanes={ranks.length}
              laneHeight={laneHeight}
              running={jobState === 'running' || jobState === 'cancelling'}
            />
          </div>
        )}
      </div>
    </section>
  );
}

/** Why nothing is known of the processes. */
const unknownText = (state: RowState): string =>
  isActive(state)
    ? 'Which process does what is shown once the first has begun.'
    : 'Which process worked on what is not known of this run: it is written when a job begins, every few seconds, and at its end.';

/** A rank that still runs in a job that is being cancelled says so, and one whose process does not answer. */
function shownState({ state, isUnresponsive }: RankInfo, jobState: RowState): string {
  if (state === 'running' && jobState === 'cancelling') return 'Cancelling';
  return isUnresponsive === true ? 'No answer' : rankStates[state].text;
}

interface LaneRowProps {
  readonly rank: RankInfo;
  readonly lane: Lane | undefined;
  readonly worker: ProcInfo | undefined;
  readonly state: string;
  readonly figures: boolean;
  readonly range: number | null;
  /** Items that all ranks together have worked on; more than there are when some are tried again. */
  readonly total: number;
}

function LaneRow({ rank, lane, worker, state, figures, range, total }: LaneRowProps) {
  const { index, assigned, count } = rank;
  const works = rank.state === 'running';
  // A target that tells of no progress is done all the same when it has returned.
  const done = range === null && rank.state === 'done' ? Math.max(count, assigned) : count;
  const percent =
    range === null
      ? rank.state === 'done'
        ? 100
        : Math.floor(shareOf(count, assigned))
      : // The shares of all ranks together are the whole, so they are not rounded down.
        Math.round(shareOf(count, Math.max(range, total)));
  return (
    <tr data-testid="rank" data-state={rank.state} style={rankStyle(index)}>
      <td className={classes.rank}>
        <span className={classes.swatch} />
        <span data-testid="rank-index">{index}</span>
      </td>
      {figures && (
        <>
          <td className={classes.number} data-testid="rank-pid">
            {orDash(rank.pid, String)}
          </td>
          <td className={classes.number} data-testid="rank-range">
            {rank.end > rank.start ? formatRange(rank.start, rank.end) : dash}
          </td>
          <td className={classes.number} data-testid="rank-item">
            {orDash(works ? lane?.item : null, formatCount)}
          </td>
          <td className={classes.number}>{formatCount(Math.max(lane?.chunksDone ?? 0, doneOf(rank)))}</td>
          <td className={classes.number}>
            <span data-testid="rank-count">{formatCount(done)}</span>
            {range === null && <span className={classes.dim}> / {formatCount(assigned)}</span>}
          </td>
          <td className={classes.progress}>
            <Progress index={index} percent={percent} />
          </td>
          <td className={classes.number}>{orDash(works ? lane?.rate : null, formatRate)}</td>
          <td className={classes.number}>
            {orDash(works ? worker?.cpuPercent : null, (percent) => `${Math.round(percent)}%`)}
          </td>
          <td className={classes.number}>{orDash(works ? worker?.rssMiB : null, formatMemory)}</td>
        </>
      )}
      <td className={`${classes.state} tone-${rankStates[rank.state].tone}`}>{state}</td>
    </tr>
  );
}

const shareOf = (count: number, of: number): number => (of === 0 ? 0 : (count / of) * 100);

const orDash = (value: number | null | undefined, format: (value: number) => string): ReactNode =>
  value === null || value === undefined ? dash : format(value);

/** There is no such number, or not now. */
const dash = <span className={classes.dim}>–</span>;

/** Pieces that a rank has finished, as far as its state alone tells. */
const doneOf = ({ state, chunks }: { readonly state: RankState; readonly chunks: number }): number =>
  state === 'done' ? chunks : 0;

const Progress = ({ index, percent }: { readonly index: number; readonly percent: number }) => (
  <div className={classes.meter}>
    <div
      className={classes.track}
      role="progressbar"
      aria-label={`Rank ${index}`}
      aria-valuenow={percent}
      aria-valuemin={0}
      aria-valuemax={100}
    >
      <div className={classes.fill} style={{ transform: `scaleX(${percent / 100})` }} />
    </div>
    <span className={classes.percent}>{percent}%</span>
  </div>
);
