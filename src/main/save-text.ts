import { type BrowserWindow, dialog } from 'electron';
import { replaceFile } from '../jobs/replace-file';

/**
 * Asks where to save a text and writes it there.
 *
 * @param name what the file is called unless the person says otherwise
 * @returns path of the file; null when none was chosen
 */
export async function saveText(window: BrowserWindow, name: string, text: string): Promise<string | null> {
  // Only a name: where it goes is for the person to say.
  const defaultPath = name.replaceAll(/[\\/:*?"<>|\p{Cc}]+/gu, '_');
  const { filePath, canceled } = await dialog.showSaveDialog(window, { defaultPath });
  // Electron gives '' or undefined for no path.
  if (canceled || !filePath) return null;
  await replaceFile(filePath, text);
  return filePath;
}
