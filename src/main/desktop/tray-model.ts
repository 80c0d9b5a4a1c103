import type { Work } from './work-watch';

/** Which picture the tray shows. */
export type TrayLook = 'plain' | 'paused' | 'failed';

/** What the tray says and offers. */
export interface TrayModel {
  readonly look: TrayLook;
  /** How things stand, in one line. */
  readonly state: string;
  /** The same with the progress, under the name of the app. */
  readonly tooltip: string;
  /** What the entry for the queue does. */
  readonly queue: 'pause' | 'resume';
}

/**
 * What the tray says and offers.
 *
 * @param work what is under way
 * @param isPaused nothing begins
 */
export function trayModel({ running, waiting, share, hasFailed }: Work, isPaused: boolean): TrayModel {
  const counts = running + waiting === 0 ? 'Nothing to do' : `${running} running, ${waiting} waiting`;
  const state = isPaused ? `${counts} (queue paused)` : counts;
  const percent = share === null ? '' : `\n${Math.floor(share * 100)}% done${hasFailed ? ', with a failure' : ''}`;
  return {
    look: hasFailed ? 'failed' : isPaused ? 'paused' : 'plain',
    state,
    tooltip: `Procession\n${state}${percent}`,
    queue: isPaused ? 'resume' : 'pause',
  };
}
