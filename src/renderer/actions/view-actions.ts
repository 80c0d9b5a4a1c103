import { showOverlay, showPage } from '../state/page';
import type { Behaviours } from './action';

/** What leads from one part of the window to another. */
export const viewActions: Behaviours<'settings' | 'palette' | 'show-queue' | 'shortcuts'> = {
  settings: { run: () => showPage('settings') },
  palette: { run: () => showOverlay('palette') },
  'show-queue': {
    run: () => {
      showPage('jobs');
      document.querySelector<HTMLElement>('[role=listbox][aria-label=Queue]')?.focus();
    },
  },
  shortcuts: { run: () => showOverlay('shortcuts') },
};
