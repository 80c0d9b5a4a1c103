import { Tooltip } from '@mantine/core';
import { create } from 'zustand';
import type { EngineCost } from '../../shared/ipc';
import { bridge } from '../bridge';
import classes from './header.module.css';

const useCost = create<{ readonly cost: EngineCost | null }>()(() => ({ cost: null }));

/** Keeps what main says of its own cost. */
export const followCost = (): void => void bridge.onCost((cost) => useCost.setState({ cost }));

/** What Procession itself takes up while jobs run, in a few words; all of it on hover and focus. */
export function EngineCostReadout() {
  const cost = useCost((state) => state.cost);
  if (cost === null) return null;
  const share = percent(cost.cpuPercent);
  return (
    <Tooltip label={inWords(cost)} multiline w={300} events={{ hover: true, focus: true, touch: true }}>
      <span
        className={`${classes.cost} num`}
        role="note"
        tabIndex={0}
        aria-label={inWords(cost)}
        data-testid="engine-cost"
      >
        engine {share}
      </span>
    </Tooltip>
  );
}

/** The whole of it. */
export function inWords({ cpuPercent, delayMs, betweenPercent }: EngineCost): string {
  const own = `Procession itself takes ${percent(cpuPercent)} of one core`;
  const held = `its longest pauses are ${Math.round(delayMs)} ms`;
  const between =
    betweenPercent === null ? '' : ` Of the time of the workers in use ${percent(betweenPercent)} passes between jobs.`;
  return `${own}, and ${held}.${between}`;
}

const percent = (share: number): string => (share >= 9.95 ? `${Math.round(share)}%` : `${share.toFixed(1)}%`);
