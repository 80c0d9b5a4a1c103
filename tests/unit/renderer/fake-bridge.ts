import type { Bridge } from '../../../src/shared/ipc';
import { defaultSettings } from '../../../src/shared/settings';

/** A main process that has nothing, save what a test says. */
export const fakeBridge = (answers: Partial<Bridge> = {}): Bridge => ({
  getSnapshot: () => new Promise(() => {}),
  watchJob: async () => {},
  getResult: async () => null,
  getLive: async () => null,
  getRange: async () => null,
  getPiece: async () => null,
  getSelection: async () => null,
  getTimeline: async () => null,
  getLog: async () => null,
  getThroughput: async () => null,
  getItems: async () => null,
  getItem: async () => null,
  getErrors: async () => ({ groups: [], more: 0 }),
  getTablePage: async () => null,
  getTreePage: async () => null,
  searchResult: async () => null,
  copyResult: async () => null,
  runJobs: async () => ({ kind: 'submitted', keys: [] }),
  cancelJobs: async () => {},
  trust: async () => {},
  openFileDialog: async () => null,
  openExamples: async () => null,
  reloadFile: async () => null,
  closeFile: async () => {},
  copyText: async () => {},
  saveText: async () => null,
  getForm: () => new Promise(() => {}),
  checkDraft: () => new Promise(() => {}),
  addDraft: async () => ({ kind: 'wrong', problems: [] }),
  saveDraft: async () => null,
  draftOf: async () => ({ kind: 'refused', message: '' }),
  savePreset: async () => [],
  deletePreset: async () => [],
  choosePath: async () => null,
  getSettings: () => new Promise(() => {}),
  setSetting: async () => ({ settings: defaultSettings, problem: null }),
  chooseJobFolder: async () => ({ settings: defaultSettings, problem: null }),
  forgetTrust: async () => [],
  getRecent: async () => [],
  openRecent: async () => null,
  clearRecent: async () => {},
  onTold: () => () => {},
  onRecent: () => () => {},
  onDelta: () => () => {},
  onCommand: () => () => {},
  onReveal: () => () => {},
  ...answers,
});

/** What the page's `window.procession` answers from now on; the modules that use it have to be imported afterwards. */
export function installBridge(answers: Partial<Bridge> = {}): void {
  Object.assign(window, { procession: fakeBridge(answers) });
}
