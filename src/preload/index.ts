import { contextBridge, ipcRenderer } from 'electron';
import { type Bridge, channelOf, type EventName, type Events, type RequestName, type Requests } from '../shared/ipc';
import { hearDrops } from './drops';

const call =
  <N extends RequestName>(name: N) =>
  (...args: Parameters<Requests[N]>): Promise<ReturnType<Requests[N]>> =>
    ipcRenderer.invoke(channelOf(name), ...args);

const on =
  <N extends EventName>(name: N) =>
  (listener: (payload: Events[N]) => void): (() => void) => {
    const forward = (_event: unknown, payload: Events[N]): void => listener(payload);
    ipcRenderer.on(channelOf(name), forward);
    return () => ipcRenderer.removeListener(channelOf(name), forward);
  };

const bridge: Bridge = {
  getSnapshot: call('getSnapshot'),
  watchJob: call('watchJob'),
  getResult: call('getResult'),
  getLive: call('getLive'),
  getRange: call('getRange'),
  getPiece: call('getPiece'),
  getSelection: call('getSelection'),
  getTimeline: call('getTimeline'),
  getLog: call('getLog'),
  getThroughput: call('getThroughput'),
  getItems: call('getItems'),
  getItem: call('getItem'),
  getErrors: call('getErrors'),
  getTablePage: call('getTablePage'),
  getTreePage: call('getTreePage'),
  searchResult: call('searchResult'),
  copyResult: call('copyResult'),
  runJobs: call('runJobs'),
  cancelJobs: call('cancelJobs'),
  trust: call('trust'),
  openFileDialog: call('openFileDialog'),
  openExamples: call('openExamples'),
  reloadFile: call('reloadFile'),
  closeFile: call('closeFile'),
  copyText: call('copyText'),
  saveText: call('saveText'),
  getForm: call('getForm'),
  checkDraft: call('checkDraft'),
  addDraft: call('addDraft'),
  saveDraft: call('saveDraft'),
  draftOf: call('draftOf'),
  savePreset: call('savePreset'),
  deletePreset: call('deletePreset'),
  choosePath: call('choosePath'),
  watchHistory: call('watchHistory'),
  searchHistory: call('searchHistory'),
  getHistoryLines: call('getHistoryLines'),
  getHistoryFacets: call('getHistoryFacets'),
  getHistoryRun: call('getHistoryRun'),
  getHistoryJob: call('getHistoryJob'),
  rerunHistory: call('rerunHistory'),
  resumeHistory: call('resumeHistory'),
  listHistoryRun: call('listHistoryRun'),
  deleteHistory: call('deleteHistory'),
  exportHistory: call('exportHistory'),
  exportTrace: call('exportTrace'),
  pauseJobs: call('pauseJobs'),
  resumeJobs: call('resumeJobs'),
  resumeLeft: call('resumeLeft'),
  keepLeft: call('keepLeft'),
  setQueuePaused: call('setQueuePaused'),
  retryFailed: call('retryFailed'),
  duplicateJobs: call('duplicateJobs'),
  moveJobs: call('moveJobs'),
  setPriority: call('setPriority'),
  removeJobs: call('removeJobs'),
  refuseTrust: call('refuseTrust'),
  dismissNotice: call('dismissNotice'),
  setScriptArgs: call('setScriptArgs'),
  getSettings: call('getSettings'),
  setSetting: call('setSetting'),
  chooseJobFolder: call('chooseJobFolder'),
  forgetTrust: call('forgetTrust'),
  getRecent: call('getRecent'),
  openRecent: call('openRecent'),
  clearRecent: call('clearRecent'),
  getAbout: call('getAbout'),
  openPlace: call('openPlace'),
  getExamples: call('getExamples'),
  openExample: call('openExample'),
  setEnabled: call('setEnabled'),
  getDataFolder: call('getDataFolder'),
  chooseDataFolder: call('chooseDataFolder'),
  resetDataFolder: call('resetDataFolder'),
  restart: call('restart'),
  onDelta: on('delta'),
  onCommand: on('command'),
  onReveal: on('reveal'),
  onTold: on('told'),
  onCost: on('cost'),
  onRecent: on('recent'),
  onHistory: on('history'),
};

contextBridge.exposeInMainWorld('procession', bridge);
hearDrops(call('openDropped'));
