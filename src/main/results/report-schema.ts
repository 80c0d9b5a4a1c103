import { z } from 'zod';
import type { Report } from '../shared/report';

/** Largest pictures and tables that are sent to the window. */
const maxPixels = 64_000_000;
const maxViews = 1000;
const maxRows = 10_000;

const text = z.string().max(2000);
const numbers = z.array(z.number()).max(100_000);

const histogram = z
  .object({ kind: z.literal('histogram'), title: text, unit: text.optional(), edges: numbers, counts: numbers })
  .refine(({ edges, counts }) => edges.length === counts.length + 1 && counts.length > 0);

const side = z.number().int().positive().max(maxPixels);
const image = z
  .object({
    kind: z.literal('image'),
    title: text,
    width: side,
    height: side,
    data: z.union([z.instanceof(Uint8Array), z.instanceof(Uint16Array)]),
    low: z.number(),
    high: z.number(),
    palette: z.enum(['grey', 'fire']).optional(),
  })
  .refine(({ width, height, data }) => width * height === data.length && data.length <= maxPixels);

const cell = z.union([z.string(), z.number(), z.null()]);
const table = z.object({
  kind: z.literal('table'),
  title: text,
  columns: z.array(text).max(500),
  rows: z.array(z.array(cell)).transform((rows) => rows.slice(0, maxRows)),
});

const report = z.object({
  kind: z.literal('procession.report'),
  figures: z
    .array(z.object({ label: text, value: z.union([z.number(), z.string(), z.nan()]), unit: text.optional() }))
    .max(1000),
  views: z.array(z.union([histogram, image, table])).max(maxViews),
});

/**
 * The part of a report that the window shows, when it is one: a target of one's own may return anything that looks
 * like a report, and a picture without its pixels must not take the window down.
 */
export function checkedReport(value: unknown): Pick<Report, 'figures' | 'views'> | null {
  const checked = report.safeParse(value);
  return checked.success ? (checked.data as Pick<Report, 'figures' | 'views'>) : null;
}
