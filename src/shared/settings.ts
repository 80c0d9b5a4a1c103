/** What a person has set for the whole app. Null stands for what the app does by itself. */
export interface Settings {
  /** Worker processes; null: as many as the machine has processors. */
  readonly processes: number | null;
  /** One processor is left to whatever else the machine does. */
  readonly keepCoreFree: boolean;
  /** Nothing begins, and what can be paused is, while the machine lives on its battery. */
  readonly pauseOnBattery: boolean;
  /** Memory of a process where a job says nothing, as job files write it: `2GiB`. */
  readonly memory: string | null;
  /** How long a process may be idle before it ends, as job files write it: `10m`; null: for ever. */
  readonly idleTimeout: string | null;
  readonly theme: Theme;
  /** Tells when the queue is done, or something failed, while the window is not in front. */
  readonly notifications: boolean;
  /** Keeps the machine from going to sleep while jobs run. */
  readonly keepAwake: boolean;
  /** Shows an icon in the tray, where there is one. */
  readonly trayIcon: boolean;
  /** Closing the window leaves the app in the tray. */
  readonly keepInTray: boolean;
  /** Days after which ended runs are removed from the history; null: never. */
  readonly historyDays: number | null;
  /** Absolute path of the folder of new jobs, below which their outputs go. */
  readonly jobFolder: string | null;
}

export type Theme = 'system' | 'light' | 'dark';
export type SettingName = keyof Settings;

export const defaultSettings: Settings = {
  processes: null,
  keepCoreFree: false,
  pauseOnBattery: false,
  memory: null,
  idleTimeout: null,
  theme: 'system',
  notifications: true,
  keepAwake: true,
  trayIcon: true,
  keepInTray: false,
  historyDays: null,
  jobFolder: null,
};

/** A folder whose code the person has agreed to run. */
export interface TrustedFolder {
  readonly folder: string;
  /** Milliseconds since the epoch. */
  readonly agreedAt: number;
}

/** What the settings page needs. */
export interface SettingsStart {
  readonly settings: Settings;
  /** Processors of the machine: the most processes. */
  readonly processors: number;
  /** Whether the desktop has a tray that an icon could be in. */
  readonly hasTray: boolean;
  readonly defaultJobFolder: string;
  readonly dataFolder: string;
  readonly trusted: readonly TrustedFolder[];
}

/** Whether a setting was taken, or why not; then everything is as before. */
export interface SettingAnswer {
  readonly settings: Settings;
  readonly problem: string | null;
}

/** Calls of the settings page. */
export interface SettingsRequests {
  getSettings: () => SettingsStart;
  /** Takes a setting as it was typed: an empty text is null. */
  setSetting: (name: SettingName, typed: string | boolean) => SettingAnswer;
  /** Shows the system's dialog for the folder of new jobs. */
  chooseJobFolder: () => SettingAnswer;
  /** Code of the folder is asked about again. */
  forgetTrust: (folder: string) => readonly TrustedFolder[];
}

export const settingsRequestNames = [
  'getSettings',
  'setSetting',
  'chooseJobFolder',
  'forgetTrust',
] as const satisfies readonly (keyof SettingsRequests)[];
