import type { Figure } from '../../shared/report';
import { formatFigure } from '../lib/format';
import classes from './figures.module.css';

/** Longest text that fits beside other figures. */
const maxShort = 24;

/** The figures of a report. Pointing at one shows it to its last digit. */
export function Figures({ figures }: { readonly figures: readonly Figure[] }) {
  if (figures.length === 0) return null;
  return (
    <dl className={`${classes.figures} num`}>
      {figures.map(({ label, value, unit }) => {
        const shown = formatFigure(value);
        const long = shown.length > maxShort;
        return (
          <div key={label} className={`${classes.figure} ${long ? classes.long : ''}`} data-testid="figure">
            <dt>{label}</dt>
            <dd title={String(value)} className={long ? 'mono' : undefined}>
              {shown}
              {unit !== undefined && <span className={classes.unit}> {unit}</span>}
            </dd>
          </div>
        );
      })}
    </dl>
  );
}
