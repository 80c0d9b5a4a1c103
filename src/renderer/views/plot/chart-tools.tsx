import { IconZoomReset } from '@tabler/icons-react';
import type { RefObject } from 'react';
import { ToolButton } from '../view-frame';
import type { Chart } from './chart';
import classes from './plot.module.css';

interface ChartToolsProps {
  readonly log: boolean;
  readonly onLog: (log: boolean) => void;
  readonly chart: RefObject<Chart | null>;
}

/** What every chart can do: a logarithmic scale of y, and everything in sight again. */
export const ChartTools = ({ log, onLog, chart }: ChartToolsProps) => (
  <>
    <ToolButton
      label="Log scale"
      icon={<span className={classes.log}>log</span>}
      pressed={log}
      onClick={() => onLog(!log)}
    />
    <ToolButton
      label="Show everything (0)"
      icon={<IconZoomReset size={16} stroke={1.7} />}
      onClick={() => chart.current?.reset()}
    />
  </>
);
