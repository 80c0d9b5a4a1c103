import type { ActionId } from './actions';

/*
 * What the window and the main process say to each other about the app itself and its place on the desktop: part of the
 * contract in ipc.ts.
 */

/** What belongs to the app. */
export interface AboutInfo {
  readonly version: string;
  readonly electron: string;
  readonly chrome: string;
  readonly node: string;
  /** Operating system, number of its version, kind of processor. */
  readonly system: string;
  readonly processors: number;
  /** Text of the licence. */
  readonly licence: string;
  /** Where queue and history lie. */
  readonly dataFolder: string;
  /** File that the app notes its own starts and troubles in. */
  readonly log: string;
}

/** A folder of the app that can be shown in the system's file manager. */
export type AppPlace = 'data' | 'settings' | 'logs' | 'docs';

export const appPlaces: readonly AppPlace[] = ['data', 'settings', 'logs', 'docs'];

/** A job file that came with the app. */
export interface Example {
  /** Name of its file. */
  readonly name: string;
  readonly title: string;
  /** What it shows. */
  readonly text: string;
  /** Number of indices of its first job. */
  readonly items: number;
}

/** Where queue and history lie, and where from the next start on. */
export interface DataFolder {
  readonly folder: string;
  /** Null when it stays. */
  readonly next: string | null;
  /** The usual place of the system. */
  readonly usual: string;
  /** It was named when the app was started, so it cannot be chosen here. */
  readonly isGiven: boolean;
}

/** The folder, or why the chosen one cannot be taken. */
export interface DataFolderAnswer {
  readonly data: DataFolder;
  readonly problem: string | null;
}

export interface DesktopRequests {
  getAbout: () => AboutInfo;
  /** Shows a folder of the app; resolves to why not, or null. */
  openPlace: (place: AppPlace) => string | null;
  getExamples: () => readonly Example[];
  /** Opens one of the examples by its name; resolves to its key. */
  openExample: (name: string) => number | null;
  /** Which actions can be done now: the menu shows the others as not available. */
  setEnabled: (actions: readonly ActionId[]) => void;
  getDataFolder: () => DataFolder;
  /** Asks for a folder with the system's dialog, which queue and history are in from the next start on. */
  chooseDataFolder: () => DataFolderAnswer;
  /** From the next start on queue and history are in the usual place. */
  resetDataFolder: () => DataFolderAnswer;
  /** Ends the app as quitting does, and starts it again. */
  restart: () => void;
}

export const desktopRequestNames = [
  'getAbout',
  'openPlace',
  'getExamples',
  'openExample',
  'setEnabled',
  'getDataFolder',
  'chooseDataFolder',
  'resetDataFolder',
  'restart',
] as const satisfies readonly (keyof DesktopRequests)[];
