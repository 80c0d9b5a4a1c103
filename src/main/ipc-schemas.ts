import { z } from 'zod';
import { isActionId } from '../shared/actions';
import type { RequestName, Requests } from '../shared/ipc';
import { appPlaces } from '../shared/ipc-desktop';
import { itemFilters } from '../shared/items';
import { defaultSettings, type SettingName } from '../shared/settings';
import { draftSchema, presetName } from './form/draft-schema';
import { historySchemas } from './history/history-schemas';

const settingName = z.string().refine((name): name is SettingName => Object.hasOwn(defaultSettings, name));
const actionId = z.string().max(64).refine(isActionId);
const filePath = z.string().min(1).max(10_000);
const key = z.number().int().nonnegative();
const keys = z.array(key).max(200_000);
const tickets = z.array(z.string().max(64)).max(1000);
const ref = z.strictObject({ key, run: key, item: key.optional() });
const rangeView = z.strictObject({ from: z.number(), to: z.number(), cells: key });
const path = z.array(key).max(10_000);
/** Largest text that a person may copy or save from the window. */
const largeText = z.string().max(64_000_000);

/** What each request may carry. A message that does not fit is refused before its handler sees it. */
export const requestSchemas: { readonly [N in RequestName]: z.ZodType<Parameters<Requests[N]>> } = {
  getSnapshot: z.tuple([]),
  watchJob: z.tuple([key.nullable()]),
  getResult: z.tuple([ref]),
  getLive: z.tuple([ref, z.boolean()]),
  getRange: z.tuple([ref, rangeView, z.boolean()]),
  getPiece: z.tuple([ref, key]),
  getSelection: z.tuple([ref, key, key]),
  getTimeline: z.tuple([ref, z.number(), z.number()]),
  getLog: z.tuple([ref, key]),
  getThroughput: z.tuple([ref]),
  getItems: z.tuple([
    ref,
    z.strictObject({
      filter: z.enum(itemFilters),
      order: z.enum(['index', 'slowest']),
      text: z.string().max(1000),
      offset: key,
    }),
  ]),
  getItem: z.tuple([ref, key]),
  getErrors: z.tuple([ref]),
  getTablePage: z.tuple([ref, key, key]),
  getTreePage: z.tuple([ref, path, key, key]),
  searchResult: z.tuple([ref, z.string().max(1000)]),
  copyResult: z.tuple([ref, path, z.enum(['path', 'value'])]),
  runJobs: z.tuple([keys]),
  cancelJobs: z.tuple([keys]),
  trust: z.tuple([tickets]),
  setScriptArgs: z.tuple([key, z.array(z.string().max(100_000)).max(1000)]),
  refuseTrust: z.tuple([tickets]),
  pauseJobs: z.tuple([keys]),
  resumeJobs: z.tuple([keys]),
  resumeLeft: z.tuple([]),
  keepLeft: z.tuple([]),
  setQueuePaused: z.tuple([z.boolean()]),
  retryFailed: z.tuple([keys]),
  duplicateJobs: z.tuple([keys]),
  moveJobs: z.tuple([keys, z.union([z.enum(['first', 'last']), z.strictObject({ before: key })])]),
  setPriority: z.tuple([keys, z.number().int().min(-1000).max(1000)]),
  removeJobs: z.tuple([keys]),
  dismissNotice: z.tuple([key]),
  openFileDialog: z.tuple([]),
  openExamples: z.tuple([]),
  reloadFile: z.tuple([key]),
  closeFile: z.tuple([key]),
  copyText: z.tuple([largeText]),
  saveText: z.tuple([z.string().min(1).max(200), largeText]),
  getForm: z.tuple([]),
  checkDraft: z.tuple([draftSchema]),
  addDraft: z.tuple([draftSchema]),
  saveDraft: z.tuple([draftSchema]),
  draftOf: z.tuple([key]),
  savePreset: z.tuple([presetName, draftSchema]),
  deletePreset: z.tuple([presetName]),
  choosePath: z.tuple([z.enum(['folder', 'module', 'csv', 'lines', 'files']), z.string().max(10_000)]),
  ...historySchemas,
  getSettings: z.tuple([]),
  setSetting: z.tuple([settingName, z.union([z.string().max(10_000), z.boolean()])]),
  chooseJobFolder: z.tuple([]),
  forgetTrust: z.tuple([filePath]),
  getRecent: z.tuple([]),
  openRecent: z.tuple([filePath]),
  clearRecent: z.tuple([]),
  getAbout: z.tuple([]),
  openPlace: z.tuple([z.enum(appPlaces)]),
  getExamples: z.tuple([]),
  openExample: z.tuple([z.string().min(1).max(200)]),
  setEnabled: z.tuple([z.array(actionId).max(200)]),
  getDataFolder: z.tuple([]),
  chooseDataFolder: z.tuple([]),
  resetDataFolder: z.tuple([]),
  restart: z.tuple([]),
  openDropped: z.tuple([z.array(filePath).max(1000)]),
};
