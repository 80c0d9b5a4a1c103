import type { RankInfo } from '../../shared/engine-info';
import type { RowState } from '../../shared/ipc';
import { formatCount, formatRange } from '../lib/format';
import { rankStyle } from '../lib/rank-color';
import { type Look, rankStates } from '../lib/states';
import classes from './rank-table.module.css';

interface RankTableProps {
  readonly ranks: readonly RankInfo[];
  readonly jobState: RowState;
  /** The ranks do not exist yet. */
  readonly planned: boolean;
}

/** A line for each rank: which process it is, which part it has, and how far it is. */
export function RankTable({ ranks, jobState, planned }: RankTableProps) {
  return (
    <div className={classes.frame} tabIndex={ranks.length > 8 ? 0 : -1} role="group" aria-label="Ranks">
      <table className={`${classes.table} num`}>
        <thead>
          <tr>
            <th className={classes.rank}>Rank</th>
            <th className={classes.number}>PID</th>
            <th className={classes.number}>Range</th>
            <th className={classes.number}>Count</th>
            <th className={classes.bar}>
              <span className="sr-only">Progress</span>
            </th>
            <th className={classes.number} />
            <th className={classes.state}>State</th>
          </tr>
        </thead>
        <tbody>
          {ranks.map((rank) => (
            <RankRow key={rank.index} rank={rank} look={planned ? plannedLook : lookOf(rank, jobState)} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

const plannedLook: Look = { ...rankStates.waiting, text: 'Planned' };

/** A rank that still runs in a job that is being cancelled says so; so does one whose process does not answer. */
function lookOf(rank: RankInfo, jobState: RowState): Look {
  if (rank.state !== 'running') return rankStates[rank.state];
  if (jobState === 'cancelling') return { ...rankStates.running, text: 'Cancelling' };
  return rank.isUnresponsive ? { text: 'Not responding', tone: 'warn' } : rankStates.running;
}

function RankRow({ rank, look }: { readonly rank: RankInfo; readonly look: Look }) {
  const size = rank.assigned;
  const percent = size === 0 ? (rank.state === 'done' ? 100 : 0) : Math.floor((rank.count / size) * 100);
  return (
    <tr data-testid="rank" data-state={rank.state} style={rankStyle(rank.index)}>
      <td className={classes.rank}>
        <span className={classes.swatch} />
        <span data-testid="rank-index">{rank.index}</span>
      </td>
      <td className={classes.number} data-testid="rank-pid">
        {rank.pid ?? '–'}
      </td>
      <td className={classes.number} data-testid="rank-range">
        {formatRange(rank.start, rank.end)}
      </td>
      <td className={classes.number}>
        <span data-testid="rank-count">{formatCount(rank.count)}</span>
        <span className={classes.dim}> / {formatCount(size)}</span>
      </td>
      <td className={classes.bar}>
        <div
          className={classes.track}
          role="progressbar"
          aria-label={`Rank ${rank.index}`}
          aria-valuenow={percent}
          aria-valuemin={0}
          aria-valuemax={100}
        >
          <div className={classes.fill} style={{ transform: `scaleX(${percent / 100})` }} />
        </div>
      </td>
      <td className={classes.number}>{percent}%</td>
      <td className={`${classes.state} tone-${look.tone}`}>{look.text}</td>
    </tr>
  );
}
