import { join } from 'node:path';
import { app, type BrowserWindow } from 'electron';
import type { FormRequests } from '../shared/ipc-form';
import type { OpeningRequests, PreloadRequests, RecentFile, Told } from '../shared/ipc-opening';
import type { SettingsRequests } from '../shared/settings';
import { formRequests } from './form/form-requests';
import { FormService } from './form/form-service';
import type { RequestHandlers } from './ipc';
import type { JobList } from './job-list';
import { Opening } from './opening/opening';
import { RecentFiles } from './opening/recent-files';
import { settingsRequests } from './settings/settings-requests';
import { SettingsService } from './settings/settings-service';
import { TrustedCode } from './trusted/trusted-code';

export interface UserDataParts {
  readonly list: JobList;
  readonly window: () => BrowserWindow | null;
  /** The list has changed. */
  readonly changed: () => void;
  readonly tell: (told: Told) => void;
  readonly onRecent: (files: readonly RecentFile[]) => void;
  readonly hasTray: () => Promise<boolean>;
  /** A file was opened by the person: show it. */
  readonly reveal: (fileKey: number) => void;
}

/** What belongs to the person rather than to a job: settings, the form, recent files, trusted code. */
export class UserData {
  readonly settings: SettingsService;
  readonly trusted: TrustedCode;
  readonly recent: RecentFiles;
  readonly opening: Opening;
  readonly #form: FormService;
  readonly #parts: UserDataParts;
  readonly folder = app.getPath('userData');
  readonly #defaultJobFolder = join(app.getPath('home'), 'Procession');

  constructor(parts: UserDataParts) {
    const { list, changed, tell } = parts;
    this.#parts = parts;
    this.settings = new SettingsService(this.folder);
    this.trusted = new TrustedCode(this.folder);
    this.recent = new RecentFiles(this.folder, () => parts.onRecent(this.recent.all));
    this.opening = new Opening({ list, changed, tell, recent: this.recent });
    this.#form = new FormService({ dataFolder: this.folder, defaultFolder: () => this.#jobFolder, list });
  }

  /** Resolves when everything is on disk. */
  async flush(): Promise<void> {
    await Promise.all([this.settings.flush(), this.trusted.flush(), this.recent.flush(), this.#form.flush()]);
  }

  /** What the window can ask of it. */
  requests(): Pick<
    RequestHandlers,
    keyof FormRequests | keyof SettingsRequests | keyof OpeningRequests | keyof PreloadRequests
  > {
    const { window, changed, reveal, hasTray } = this.#parts;
    const open = (path: string): Promise<number | null> => this.opening.open([path], true);
    return {
      ...formRequests({
        form: this.#form,
        window,
        changed,
        defaultFolder: () => this.#jobFolder,
        openFile: open,
      }),
      ...settingsRequests({
        settings: this.settings,
        trusted: this.trusted,
        window,
        dataFolder: this.folder,
        defaultJobFolder: this.#defaultJobFolder,
        hasTray,
      }),
      getRecent: () => this.recent.all,
      // The page names a file that it was told of, not any that it likes.
      openRecent: (path) => (this.recent.has(path) ? open(path) : null),
      clearRecent: () => this.recent.clear(),
      openDropped: async (paths) => {
        const key = await this.opening.open(paths, true);
        if (key !== null) reveal(key);
      },
    };
  }

  get #jobFolder(): string {
    return this.settings.value.jobFolder ?? this.#defaultJobFolder;
  }
}
