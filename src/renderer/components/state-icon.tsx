import {
  IconAlertCircleFilled,
  IconBan,
  IconCircle,
  IconCircleCheckFilled,
  IconCircleMinus,
  IconClock,
  IconPlayerPause,
  IconPlugConnectedX,
} from '@tabler/icons-react';
import type { RowState } from '../../shared/ipc';
import { rowStates } from '../lib/states';
import classes from './state-icon.module.css';

interface StateIconProps {
  readonly state: RowState;
  /** Percent finished, for the ring of a running job. */
  readonly percent?: number;
  readonly size?: number;
}

/** The state of a job as a sign; a running one is a ring that fills. The text beside it says the same. */
export function StateIcon({ state, percent = 0, size = 18 }: StateIconProps) {
  return (
    <span className={`${classes.icon} tone-${rowStates[state].tone}`} aria-hidden="true">
      <Sign state={state} percent={percent} size={size} />
    </span>
  );
}

function Sign({ state, percent, size }: Required<StateIconProps>) {
  switch (state) {
    case 'ready':
      return <IconCircle size={size} stroke={1.6} />;
    case 'queued':
      return <IconClock size={size} stroke={1.6} />;
    case 'running':
    case 'cancelling':
    case 'pausing':
      return <Ring percent={percent} size={size} />;
    case 'paused':
      return <IconPlayerPause size={size} stroke={1.8} />;
    case 'interrupted':
      return <IconPlugConnectedX size={size} stroke={1.7} />;
    case 'done':
      return <IconCircleCheckFilled size={size} />;
    case 'failed':
      return <IconAlertCircleFilled size={size} />;
    case 'skipped':
      return <IconCircleMinus size={size} stroke={1.8} />;
    case 'cancelled':
      return <IconBan size={size} stroke={1.8} />;
  }
}

const circumference = 2 * Math.PI * 7.5;

function Ring({ percent, size }: { readonly percent: number; readonly size: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 20 20" className={classes.ring}>
      <circle cx="10" cy="10" r="7.5" className={classes.track} />
      <circle
        cx="10"
        cy="10"
        r="7.5"
        className={classes.value}
        strokeDasharray={`${(percent / 100) * circumference} ${circumference}`}
      />
    </svg>
  );
}
