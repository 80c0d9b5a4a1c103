import type { AppPlace } from '../../shared/ipc-desktop';
import { bridge } from '../bridge';
import { say } from '../state/notices';
import { showOverlay, showPage } from '../state/page';
import type { Behaviours } from './action';

/** Shows a folder of the app in the system's file manager, or says why not. */
export async function openPlace(place: AppPlace): Promise<void> {
  const problem = await bridge.openPlace(place);
  if (problem !== null) say(problem, 'bad', 'The folder could not be opened');
}

/** What leads from one part of the window to another, or to the folders of the app. */
export const viewActions: Behaviours<
  'settings' | 'palette' | 'show-queue' | 'shortcuts' | 'open-docs' | 'open-data-folder' | 'open-logs' | 'about'
> = {
  settings: { run: () => showPage('settings') },
  palette: { run: () => showOverlay('palette') },
  'show-queue': {
    run: () => {
      showPage('jobs');
      document.querySelector<HTMLElement>('[role=listbox][aria-label=Queue]')?.focus();
    },
  },
  shortcuts: { run: () => showOverlay('shortcuts') },
  'open-docs': { run: () => openPlace('docs') },
  'open-data-folder': { run: () => openPlace('data') },
  'open-logs': { run: () => openPlace('logs') },
  about: { run: () => showOverlay('about') },
};
