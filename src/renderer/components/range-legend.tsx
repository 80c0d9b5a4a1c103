import { indexStates, type StateCounts } from '../../shared/range';
import { formatCount } from '../lib/format';
import type { RangeColors } from '../lib/paint-range';
import { indexLooks } from '../lib/states';
import classes from './range-map.module.css';

interface RangeLegendProps {
  /** Null while nothing is known. */
  readonly totals: StateCounts | null;
  readonly colors: RangeColors;
}

/** How many indices are in which state, and how that looks. */
export function RangeLegend({ totals, colors }: RangeLegendProps) {
  if (totals === null) return null;
  return (
    <ul className={classes.legend}>
      {indexStates.map((state, place) => {
        const count = totals[place] ?? 0;
        if (count === 0) return null;
        return (
          <li key={state} className={classes.entry}>
            <span className={classes.swatch} data-state={state} data-colors={colors} aria-hidden="true" />
            {formatCount(count)} {indexLooks[state].text.toLowerCase()}
          </li>
        );
      })}
    </ul>
  );
}
