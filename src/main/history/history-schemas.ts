import { z } from 'zod';
import { exportKinds, type HistoryRequests, historySorts } from '../../shared/ipc-history';

const run = z.number().int().nonnegative();
const runs = z.array(run).max(2_000_000);
const text = z.string().max(10_000);
const time = z.number().nullable();
const state = z.enum(['queued', 'running', 'interrupted', 'paused', 'done', 'failed', 'cancelled']);

const query = z.strictObject({
  text: z.string().max(1000),
  states: z.array(state).max(7),
  since: time,
  until: time,
  target: text.nullable(),
  file: text.nullable(),
  endedBefore: time,
  sort: z.enum(historySorts),
  descending: z.boolean(),
});

/** What each request about the history may carry. */
export const historySchemas: { readonly [N in keyof HistoryRequests]: z.ZodType<Parameters<HistoryRequests[N]>> } = {
  watchHistory: z.tuple([z.boolean()]),
  searchHistory: z.tuple([query]),
  getHistoryLines: z.tuple([z.array(run).max(1000)]),
  getHistoryFacets: z.tuple([]),
  getHistoryRun: z.tuple([run]),
  getHistoryJob: z.tuple([run, text]),
  rerunHistory: z.tuple([z.array(run).max(1000)]),
  resumeHistory: z.tuple([z.array(run).max(1000)]),
  listHistoryRun: z.tuple([run]),
  deleteHistory: z.tuple([runs]),
  exportHistory: z.tuple([z.enum(exportKinds), runs]),
  exportTrace: z.tuple([z.strictObject({ key: run, run, item: run.optional() })]),
};
