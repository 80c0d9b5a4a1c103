import type { RankInfo } from '../../shared/engine-info';
import { formatCount } from '../lib/format';
import { rankStyle } from '../lib/rank-color';
import classes from './range-strip.module.css';

interface RangeStripProps {
  readonly range: number;
  readonly ranks: readonly RankInfo[];
  readonly label: string;
}

/** Ranks whose borders have room for a number each. */
const maxLabelledRanks = 8;

/** The whole range as one strip: each rank's part in its colour, filled as far as it is. */
export function RangeStrip({ range, ranks, label }: RangeStripProps) {
  const share = (count: number): string => `${range === 0 ? 0 : (count / range) * 100}%`;
  // With chunks a rank has no part of its own: what each has finished is shown side by side.
  const isChunked = ranks.some((rank) => rank.chunks !== 1);
  const offsets = ranks.map((_, index) => ranks.slice(0, index).reduce((sum, rank) => sum + rank.count, 0));
  const placeOf = (rank: RankInfo, index: number): { start: number; size: number } =>
    isChunked ? { start: offsets[index] ?? 0, size: rank.count } : { start: rank.start, size: rank.end - rank.start };
  const borders =
    !isChunked && ranks.length > 0 && ranks.length <= maxLabelledRanks ? ranks.slice(1).map((rank) => rank.start) : [];
  return (
    <div>
      <div className={classes.strip} role="img" aria-label={label}>
        {ranks.map((rank, index) => {
          const { start, size } = placeOf(rank, index);
          const style = { ...rankStyle(rank.index), left: share(start), width: share(size) };
          const done = size === 0 ? 0 : (rank.count / size) * 100;
          return (
            <span key={rank.index} className={classes.part} data-state={rank.state} style={style}>
              <span className={classes.done} style={{ transform: `scaleX(${done / 100})` }} />
            </span>
          );
        })}
      </div>
      <div className={`${classes.axis} num`} aria-hidden="true">
        <span>0</span>
        {borders.map((border) => (
          <span key={border} className={classes.border} style={{ left: share(border) }}>
            {formatCount(border)}
          </span>
        ))}
        <span className={classes.end}>{formatCount(range)}</span>
      </div>
    </div>
  );
}
