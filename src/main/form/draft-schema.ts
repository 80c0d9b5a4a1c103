import { z } from 'zod';
import { draftFields, type JobDraft, type Preset } from '../../shared/job-draft';

const typed = z.string().max(200_000);
const field = z.enum(draftFields);

/** A draft as it comes from the window or from disk: all of its fields, each a text. */
export const draftSchema: z.ZodType<JobDraft> = z.strictObject({
  kind: z.enum(['builtin', 'target', 'map', 'run']),
  rangeKind: z.enum(['count', 'span', 'numbers', 'files', 'list', 'csv', 'lines', 'once']),
  fields: z.record(field, typed),
  builtinArgs: z.record(z.string().max(200), typed),
  argv: z.array(typed).max(1000),
});

/** What a preset may be called. */
export const presetName = z.string().trim().min(1).max(100);

export const presetsSchema: z.ZodType<readonly Preset[]> = z
  .array(z.strictObject({ name: presetName, draft: draftSchema }))
  .max(1000);
