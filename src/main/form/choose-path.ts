import { dirname, relative, sep } from 'node:path';
import { type BrowserWindow, dialog, type OpenDialogOptions } from 'electron';
import { isInside } from '../../jobs/inside-folder';
import type { ChosenPath, PathKind } from '../../shared/ipc-form';

const dialogs: Readonly<Record<PathKind, OpenDialogOptions>> = {
  folder: { title: 'Folder of the job', properties: ['openDirectory', 'createDirectory'] },
  module: {
    title: 'Module with the function',
    properties: ['openFile'],
    filters: [{ name: 'JavaScript and TypeScript', extensions: ['mjs', 'js', 'cjs', 'ts', 'mts'] }],
  },
  csv: { title: 'Table', properties: ['openFile'], filters: [{ name: 'CSV', extensions: ['csv'] }] },
  lines: { title: 'File of lines', properties: ['openFile'] },
  files: { title: 'Files to work on', properties: ['openFile', 'multiSelections'] },
};

/** Asks with the system's dialog; null when nothing was chosen. Several files come one a line. */
export async function choosePath(window: BrowserWindow, kind: PathKind, folder: string): Promise<ChosenPath | null> {
  const { filePaths } = await dialog.showOpenDialog(window, { ...dialogs[kind], defaultPath: folder });
  const [first] = filePaths;
  if (first === undefined) return null;
  if (kind === 'folder') return { folder: first, path: '' };
  // Code must lie below the job's folder, so that the folder follows it; data may lie anywhere.
  const base = kind === 'module' && !isInside(folder, first) ? dirname(first) : folder;
  return { folder: base, path: filePaths.map((path) => shown(base, path)).join('\n') };
}

function shown(folder: string, path: string): string {
  if (!isInside(folder, path)) return path;
  const way = relative(folder, path);
  return sep === '/' ? way : way.replaceAll(sep, '/');
}
