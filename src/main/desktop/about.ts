import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { arch, cpus, release, type as systemType } from 'node:os';
import { dirname, join } from 'node:path';
import { app, type BrowserWindow, dialog, shell } from 'electron';
import {
  chooseDataFolder,
  chosenDataFolder,
  dataFolder,
  makePrivateFolder,
  usualDataFolder,
} from '../../history/data-folder';
import type { AboutInfo, AppPlace, DataFolder, DataFolderAnswer, DesktopRequests } from '../../shared/ipc-desktop';
import type { RequestHandlers } from '../ipc';

export interface AboutParts {
  readonly window: () => BrowserWindow | null;
  readonly settingsFolder: string;
  /** File that the app notes its own troubles in. */
  readonly log: string;
  readonly restart: () => void;
}

type AboutRequestName = Exclude<keyof DesktopRequests, 'getExamples' | 'openExample' | 'setEnabled'>;

/** The calls of the window about the app itself and its folders, answered. */
export function aboutRequests({
  window,
  settingsFolder,
  log,
  restart,
}: AboutParts): Pick<RequestHandlers, AboutRequestName> {
  // Where the data of this start is; what is chosen now is for the next one.
  const folder = dataFolder();
  const dataOf = (): DataFolder => {
    const isGiven = Boolean(process.env.PROCESSION_DATA);
    const chosen = chosenDataFolder();
    return { folder, next: isGiven || chosen === folder ? null : chosen, usual: usualDataFolder(), isGiven };
  };
  const choose = (next: string | null): DataFolderAnswer => {
    try {
      if (next !== null) makePrivateFolder(next);
      chooseDataFolder(next);
      return { data: dataOf(), problem: null };
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return { data: dataOf(), problem: `${next ?? usualDataFolder()} cannot be used: ${reason}` };
    }
  };
  const places: Readonly<Record<AppPlace, string>> = {
    data: folder,
    settings: settingsFolder,
    logs: dirname(log),
    docs: docsFolder(),
  };
  return {
    getAbout: () => aboutInfo(folder, log),
    openPlace: async (place) => {
      const path = places[place];
      // Those of the app itself are there once something was put into them.
      if (place !== 'docs') mkdirSync(path, { recursive: true });
      if (!existsSync(path)) return `${path} is not there.`;
      const problem = await shell.openPath(path);
      return problem === '' ? null : `${path} cannot be shown: ${problem}`;
    },
    getDataFolder: dataOf,
    chooseDataFolder: async () => {
      const owner = window();
      const answer = { data: dataOf(), problem: null };
      if (owner === null || answer.data.isGiven) return answer;
      const { filePaths } = await dialog.showOpenDialog(owner, {
        title: 'Folder of queue and history',
        defaultPath: answer.data.next ?? folder,
        properties: ['openDirectory', 'createDirectory'],
      });
      const [path] = filePaths;
      return path === undefined ? answer : choose(path);
    },
    resetDataFolder: () => choose(null),
    restart,
  };
}

function aboutInfo(folder: string, log: string): AboutInfo {
  return {
    version: app.getVersion(),
    electron: process.versions.electron,
    chrome: process.versions.chrome,
    node: process.versions.node,
    // What stands behind the number tells who has built it.
    system: `${systemType()} ${release().split('-')[0]} ${arch()}`,
    processors: cpus().length,
    licence: licenceText(),
    dataFolder: folder,
    log,
  };
}

function licenceText(): string {
  try {
    return readFileSync(join(app.getAppPath(), 'LICENSE'), 'utf8');
  } catch {
    return 'MIT';
  }
}

/** A package has the pages that users read beside the app, where the system can open them. */
function docsFolder(): string {
  const packaged = join(process.resourcesPath, 'docs');
  return existsSync(packaged) ? packaged : join(app.getAppPath(), 'docs');
}
