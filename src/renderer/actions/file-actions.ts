import { bridge } from '../bridge';
import { openInForm } from '../form/form-store';
import { openExamples, revealOpened } from '../state/actions';
import { say } from '../state/notices';
import { showPage } from '../state/page';
import { useWindow } from '../state/store';
import type { Behaviours } from './action';

/** Jobs that are made, and files that are opened. */
export const fileActions: Behaviours<'new-job' | 'edit-selected' | 'open-file' | 'open-examples'> = {
  'new-job': { run: () => showPage('new-job') },
  'edit-selected': {
    isEnabled: ({ selection, rows }) => selection?.kind === 'job' && rows.get(selection.key)?.role === 'job',
    run: async () => {
      const { selection } = useWindow.getState();
      const refused = selection?.kind === 'job' ? await openInForm(selection.key) : null;
      if (refused !== null) say(refused, 'bad');
    },
  },
  'open-file': { run: () => revealOpened(bridge.openFileDialog()) },
  'open-examples': { run: openExamples },
};
