import { type BrowserWindow, dialog } from 'electron';
import type { DesktopRequests } from '../../shared/ipc-desktop';
import type { RequestHandlers } from '../ipc';
import type { JobList } from '../job-list';
import type { Examples } from './examples';
import type { Opening } from './opening';

export interface FileParts {
  readonly list: JobList;
  readonly opening: Opening;
  readonly examples: Examples;
  readonly window: () => BrowserWindow | null;
  /** The list has changed. */
  readonly changed: () => void;
}

type FileRequestName =
  | 'openFileDialog'
  | 'openExamples'
  | 'reloadFile'
  | 'closeFile'
  | keyof Pick<DesktopRequests, 'getExamples' | 'openExample'>;

/** Opens the examples, which are no recent files of anybody; returns the key of the first. */
export const openExamples = async ({ opening, examples }: FileParts): Promise<number | null> =>
  opening.open(await examples.paths(), false);

/** The calls of the window about job files, answered. */
export function fileRequests(parts: FileParts): Pick<RequestHandlers, FileRequestName> {
  const { list, opening, examples, window, changed } = parts;
  return {
    openFileDialog: async () => {
      const owner = window();
      if (owner === null) return null;
      const { filePaths } = await dialog.showOpenDialog(owner, {
        title: 'Open job files and scripts',
        properties: ['openFile', 'multiSelections'],
        filters: [{ name: 'Job files and scripts', extensions: ['yaml', 'yml', 'json', 'ts', 'mts', 'mjs'] }],
      });
      return opening.open(filePaths, true);
    },
    openExamples: () => openExamples(parts),
    getExamples: () => examples.describe(),
    openExample: async (name) => {
      const path = await examples.path(name);
      return path === undefined ? null : opening.open([path], false);
    },
    reloadFile: async (key) => {
      const file = list.file(key);
      return file && !file.unsaved ? opening.open([file.path], true) : null;
    },
    closeFile: (key) => {
      list.removeFile(key);
      changed();
    },
  };
}
