import { z } from 'zod';
import type { RequestName, Requests } from '../shared/ipc';

const key = z.number().int().nonnegative();
const keys = z.array(key).max(100_000);

/** What each request may carry. A message that does not fit is refused before its handler sees it. */
export const requestSchemas: { readonly [N in RequestName]: z.ZodType<Parameters<Requests[N]>> } = {
  getSnapshot: z.tuple([]),
  watchJob: z.tuple([key.nullable()]),
  getResult: z.tuple([key]),
  runJobs: z.tuple([keys]),
  cancelJobs: z.tuple([keys]),
  trust: z.tuple([z.array(z.string().max(64)).max(1000)]),
  openFileDialog: z.tuple([]),
  openExamples: z.tuple([]),
  reloadFile: z.tuple([key]),
  closeFile: z.tuple([key]),
  copyText: z.tuple([z.string().max(1_000_000)]),
};
