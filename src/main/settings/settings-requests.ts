import { type BrowserWindow, dialog } from 'electron';
import type { SettingsRequests } from '../../shared/settings';
import type { RequestHandlers } from '../ipc';
import type { TrustedCode } from '../trusted/trusted-code';
import { processors } from './settings-schema';
import type { SettingsService } from './settings-service';

export interface SettingsHost {
  readonly settings: SettingsService;
  readonly trusted: TrustedCode;
  readonly window: () => BrowserWindow | null;
  readonly dataFolder: string;
  readonly defaultJobFolder: string;
  /** Whether the desktop has a tray, looked for again. */
  readonly hasTray: () => Promise<boolean>;
}

/** The calls of the settings page, answered. */
export function settingsRequests(host: SettingsHost): Pick<RequestHandlers, keyof SettingsRequests> {
  const { settings, trusted, window, dataFolder, defaultJobFolder, hasTray } = host;
  return {
    getSettings: async () => ({
      settings: settings.value,
      processors,
      hasTray: await hasTray(),
      defaultJobFolder,
      dataFolder,
      trusted: trusted.folders,
    }),
    setSetting: (name, typed) => settings.set(name, typed),
    chooseJobFolder: async () => {
      const owner = window();
      const { filePaths } =
        owner === null
          ? { filePaths: [] }
          : await dialog.showOpenDialog(owner, {
              title: 'Folder of new jobs',
              defaultPath: settings.value.jobFolder ?? defaultJobFolder,
              properties: ['openDirectory', 'createDirectory'],
            });
      const [folder] = filePaths;
      return folder === undefined ? { settings: settings.value, problem: null } : settings.set('jobFolder', folder);
    },
    forgetTrust: (folder) => {
      trusted.forget(folder);
      return trusted.folders;
    },
  };
}
