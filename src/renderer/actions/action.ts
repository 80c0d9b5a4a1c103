import type { ActionId } from '../../shared/actions';
import type { WindowState } from '../state/window-state';

/** What an action does, and when it can be done. */
export interface Behaviour {
  /** Whether it can be done now; always when left out. */
  readonly isEnabled?: (state: WindowState) => boolean;
  readonly run: () => Promise<void> | void;
  /** A double click means it once, although it could be done twice. */
  readonly isOnce?: boolean;
}

/** The behaviour of some of the actions; all such parts together make the registry. */
export type Behaviours<Id extends ActionId> = Readonly<Record<Id, Behaviour>>;
