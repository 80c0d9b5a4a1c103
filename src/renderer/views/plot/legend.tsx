import { UnstyledButton } from '@mantine/core';
import { colorStyle } from '../../lib/rank-color';
import classes from './plot.module.css';

interface LegendSeries {
  readonly name: string;
  readonly color: `--${string}`;
  readonly shown: boolean;
  /** At the cursor; null when nothing is pointed at. */
  readonly value: string | null;
}

interface LegendProps {
  readonly series: readonly LegendSeries[];
  readonly onToggle: (index: number) => void;
}

/** Names and colours of the series, their values under the cursor, and a switch for each. */
export function Legend({ series, onToggle }: LegendProps) {
  return (
    <div className={classes.legend} role="group" aria-label="Series">
      {series.map(({ name, color, shown, value }, index) => (
        <UnstyledButton
          key={index}
          className={classes.series}
          aria-pressed={shown}
          title={shown ? `Hide ${name}` : `Show ${name}`}
          style={colorStyle(color)}
          onClick={() => onToggle(index)}
        >
          <span className={classes.swatch} />
          <span className={classes.seriesName}>{name}</span>
          {value !== null && <span className={classes.value}>{value}</span>}
        </UnstyledButton>
      ))}
    </div>
  );
}
