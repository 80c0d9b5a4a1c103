import { formatCount } from '../lib/format';
import { type Shown, ticksOf } from '../lib/range-view';
import classes from './range-map.module.css';

/** Indices below the strip. */
export function RangeAxis({ shown, width }: { readonly shown: Shown; readonly width: number }) {
  const ticks = ticksOf(shown, Math.max(2, width / 110));
  return (
    <div className={`${classes.axis} num`} aria-hidden="true">
      {ticks.map((tick) => {
        const at = (tick - shown.from) / (shown.to - shown.from);
        const side = at < 0.03 ? classes.first : at > 0.97 ? classes.last : '';
        return (
          <span key={tick} className={`${classes.tick} ${side}`} style={{ left: `${at * 100}%` }}>
            {formatCount(tick)}
          </span>
        );
      })}
    </div>
  );
}
