import { dirname } from 'node:path';
import { type BrowserWindow, dialog } from 'electron';
import { replaceFile } from '../../jobs/replace-file';
import type { FormRequests } from '../../shared/ipc-form';
import type { RequestHandlers } from '../ipc';
import { choosePath } from './choose-path';
import type { FormService } from './form-service';

export interface FormHost {
  readonly form: FormService;
  readonly window: () => BrowserWindow | null;
  readonly defaultFolder: () => string;
  readonly openFile: (path: string) => Promise<number | null>;
  /** The list has changed. */
  readonly changed: () => void;
}

/** The calls of the form, answered. */
export function formRequests({
  form,
  window,
  defaultFolder,
  openFile,
  changed,
}: FormHost): Pick<RequestHandlers, keyof FormRequests> {
  return {
    getForm: () => form.start(),
    checkDraft: (draft) => form.check(draft),
    addDraft: async (draft) => {
      const answer = await form.add(draft);
      if (answer.kind === 'added') changed();
      return answer;
    },
    saveDraft: async (draft) => {
      const owner = window();
      if (owner === null) return null;
      const { path, text } = await form.fileOf(draft);
      const { filePath, canceled } = await dialog.showSaveDialog(owner, {
        title: `Save the job file; its paths are relative to ${dirname(path)}`,
        defaultPath: path,
        filters: [{ name: 'Job files', extensions: ['yaml'] }],
      });
      if (canceled || !filePath) return null;
      await replaceFile(filePath, text);
      return openFile(filePath);
    },
    draftOf: (key) => form.draftOf(key),
    savePreset: (name, draft) => form.savePreset(name, draft),
    deletePreset: (name) => form.deletePreset(name),
    choosePath: (kind, folder) => {
      const owner = window();
      return owner === null ? null : choosePath(owner, kind, folder || defaultFolder());
    },
  };
}
