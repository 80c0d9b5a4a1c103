import { bridge } from '../bridge';
import { openExamples, revealOpened } from '../state/actions';
import type { Behaviours } from './action';

/** Files that are opened. */
export const fileActions: Behaviours<'open-file' | 'open-examples'> = {
  'open-file': { run: () => revealOpened(bridge.openFileDialog()) },
  'open-examples': { run: openExamples },
};
