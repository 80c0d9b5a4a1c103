import { z } from 'zod';
import { isReport, type Numbers, type Report } from '../../shared/report';

/** What the window can show at all; less than that may be sent at once, see `shown-views.ts`. */
export const limits = {
  views: 1000,
  figures: 1000,
  pixels: 256_000_000,
  bins: 100_000,
  points: 100_000_000,
  series: 64,
  columns: 500,
  triangles: 2_000_000,
  characters: 64_000_000,
} as const;

const title = z.string().max(2000, 'must be at most 2,000 characters long');
const label = z.string().max(200, 'must be at most 200 characters long').optional();
const finite = z.number({ error: 'must be a finite number' });

/** Typed arrays whose elements are numbers. */
export const isNumberArray = (value: unknown): value is Exclude<Numbers, readonly number[]> =>
  ArrayBuffer.isView(value) &&
  !(value instanceof DataView) &&
  !(value instanceof BigInt64Array) &&
  !(value instanceof BigUint64Array);

const isNumbers = (value: unknown): value is Numbers =>
  isNumberArray(value) || (Array.isArray(value) && value.every((item) => typeof item === 'number'));

const numbers = z.custom<Numbers>(isNumbers, 'must be a list of numbers or a typed array');

const oneOf = (...kinds: readonly (new () => ArrayBufferView)[]) =>
  z.custom<ArrayBufferView>(
    (value) => kinds.some((Kind) => value instanceof Kind),
    `must be a ${kinds.map((Kind) => Kind.name).join(', a ')}`,
  );

const kind = <Name extends string>(name: Name) => z.literal(name);
const side = z.number().int().positive('must be at least 1').max(limits.pixels);
const palette = z.enum(['grey', 'fire', 'viridis'], 'must be "grey", "fire" or "viridis"').optional();

/** Says what does not fit together; null when everything does. */
type Rule<T> = (value: T) => string | null;

const fits =
  <T>(...rules: readonly Rule<T>[]) =>
  (value: T, context: z.core.$RefinementCtx<T>): void => {
    const message = rules.map((rule) => rule(value)).find((found) => found !== null);
    if (message !== undefined) context.addIssue({ code: 'custom', message });
  };

const histogram = z
  .object({ kind: kind('histogram'), title, unit: label, edges: numbers, counts: numbers })
  .superRefine(
    fits(
      ({ counts }) => most(counts.length, limits.bins, 'bins'),
      ({ edges, counts }) =>
        edges.length === counts.length + 1 && counts.length > 0
          ? null
          : `it needs at least one count, and one edge more than counts: it has ${edges.length} edges and ${counts.length} counts`,
      ({ edges }) => (ascends(edges, true) ? null : 'it has edges that do not ascend'),
    ),
  );

interface Sized {
  readonly width: number;
  readonly height: number;
  readonly data: ArrayBufferView;
}

const pixelRules = (perPixel: number): Rule<Sized>[] => [
  ({ width, height }) => most(width * height, limits.pixels, 'pixels'),
  ({ width, height, data }) => {
    const length = 'length' in data && typeof data.length === 'number' ? data.length : 0;
    const wanted = width * height * perPixel;
    return length === wanted
      ? null
      : `an image of ${width} x ${height} needs ${wanted} values in data, and this has ${length}`;
  },
];

const image = z
  .object({
    kind: kind('image'),
    title,
    width: side,
    height: side,
    data: oneOf(Uint8Array, Uint16Array, Int16Array, Float32Array),
    low: finite,
    high: finite,
    palette,
  })
  .superRefine(fits<Sized>(...pixelRules(1)));

const rgba = z
  .object({ kind: kind('rgba'), title, width: side, height: side, data: oneOf(Uint8Array, Uint8ClampedArray) })
  .superRefine(fits<Sized>(...pixelRules(4)));

const isCell = (value: unknown): boolean =>
  value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';

const rows = z.custom<readonly (readonly unknown[])[]>(
  (value) => Array.isArray(value) && value.every((row) => Array.isArray(row) && row.every(isCell)),
  'must be a list of lists of texts, numbers, booleans and null',
);

const table = z.object({
  kind: kind('table'),
  title,
  columns: z.array(title).max(limits.columns, `must be at most ${limits.columns}`),
  rows,
});

const series = z
  .array(z.object({ name: title, x: numbers.optional(), y: numbers }))
  .max(limits.series, `must be at most ${limits.series}`);

const pointRules: Rule<{ series: readonly { name: string; x?: Numbers | undefined; y: Numbers }[] }>[] = [
  (plot) =>
    most(
      plot.series.reduce((sum, { y }) => sum + y.length, 0),
      limits.points,
      'points',
    ),
  (plot) => {
    const uneven = plot.series.find(({ x, y }) => x !== undefined && x.length !== y.length);
    return uneven === undefined
      ? null
      : `it has a series "${uneven.name}" with ${uneven.x?.length ?? 0} values of x and ${uneven.y.length} of y`;
  },
];

const axes = {
  title,
  xLabel: label,
  xUnit: label,
  yLabel: label,
  yUnit: label,
  yScale: z.enum(['linear', 'log'], 'must be "linear" or "log"').optional(),
};

const line = z.object({ kind: kind('line'), ...axes, series }).superRefine(
  fits(...pointRules, (plot) => {
    const back = plot.series.find(({ x }) => x !== undefined && !ascends(x, false));
    return back === undefined
      ? null
      : `it has a series "${back.name}" whose x decreases; sort it, or make the view a "scatter"`;
  }),
);

const scatter = z.object({ kind: kind('scatter'), ...axes, series }).superRefine(fits(...pointRules));

const coordinates = z.union([z.instanceof(Float32Array), z.instanceof(Float64Array)], {
  error: 'must be a Float32Array or a Float64Array',
});

const mesh = z
  .object({
    kind: kind('mesh'),
    title,
    positions: coordinates,
    triangles: z
      .union([z.instanceof(Uint16Array), z.instanceof(Uint32Array)], {
        error: 'must be a Uint16Array or a Uint32Array',
      })
      .optional(),
    values: coordinates.optional(),
    low: finite.optional(),
    high: finite.optional(),
    unit: label,
    palette,
  })
  .superRefine(
    fits(
      ({ positions }) => (positions.length % 3 === 0 ? null : 'it needs three positions for each vertex: x, y and z'),
      ({ positions, triangles }) => {
        const corners = triangles?.length ?? positions.length / 3;
        return corners % 3 === 0
          ? most(corners / 3, limits.triangles, 'triangles')
          : 'it needs three corners for each triangle';
      },
      ({ positions, triangles }) =>
        triangles?.some((vertex) => vertex >= positions.length / 3) === true
          ? `it has triangles with vertices that are not there: there are ${positions.length / 3}`
          : null,
      ({ positions, values }) =>
        values === undefined || values.length === positions.length / 3
          ? null
          : `it needs one value for each vertex: there are ${positions.length / 3} vertices and ${values.length} values`,
    ),
  );

const text = z.object({
  kind: kind('text'),
  title,
  text: z.string().max(limits.characters, `must be at most ${limits.characters} characters long`),
});

const views = { histogram, image, rgba, table, line, scatter, mesh, text };
const view = z.discriminatedUnion('kind', [histogram, image, rgba, table, line, scatter, mesh, text], {
  error: `must be an object whose kind is one of ${Object.keys(views).join(', ')}`,
});

const figure = z.object({ label: title, value: z.union([z.number(), z.string(), z.nan()]), unit: label });

const report = z.object({
  kind: kind('procession.report'),
  figures: z.array(figure).max(limits.figures, `must be at most ${limits.figures}`),
  views: z.array(view).max(limits.views, `must be at most ${limits.views}`),
});

/** What can be shown of a report, or why nothing can. */
export type CheckedReport =
  | { readonly ok: true; readonly report: Pick<Report, 'figures' | 'views'> }
  | { readonly ok: false; readonly problem: string };

/**
 * Checks what says that it is a report: a target of one's own may return anything that looks like one, and a picture
 * without its pixels must not take the window down.
 *
 * @returns null for values that do not say so
 */
export function checkReport(value: unknown): CheckedReport | null {
  if (!isReport(value)) return null;
  const checked = report.safeParse(value);
  if (checked.success) return { ok: true, report: checked.data as Pick<Report, 'figures' | 'views'> };
  return { ok: false, problem: describe(checked.error.issues[0], value) };
}

/** Checks one view of what a rank shows while it works. Throws a TypeError that says what is wrong with it. */
export function requireView(name: 'histogram' | 'table' | 'line' | 'scatter', value: object): void {
  const checked = views[name].safeParse({ ...value, kind: name });
  if (!checked.success) throw new TypeError(describe(checked.error.issues[0], value));
}

/** Checks one figure. Throws a TypeError that says what is wrong with it. */
export function requireFigure(value: unknown): void {
  const checked = figure.safeParse(value);
  if (!checked.success) throw new TypeError(describe(checked.error.issues[0], value));
}

/** `views[2] ("Slice"): an image of 20 x 10 needs 200 values in data, and this has 1` */
function describe(issue: z.core.$ZodIssue | undefined, value: unknown): string {
  if (issue === undefined) return 'it is not understood';
  const path = issue.path.reduce<string>(
    (path, key) => (typeof key === 'number' ? `${path}[${key}]` : path === '' ? String(key) : `${path}.${String(key)}`),
    '',
  );
  const named = titleAt(value, issue.path);
  const where = path === '' ? '' : `${path}${named === undefined ? '' : ` (${JSON.stringify(named)})`}: `;
  return `${where}${issue.message.slice(0, 400)}`;
}

/** The title of the view that a path leads into. */
function titleAt(value: unknown, path: readonly PropertyKey[]): string | undefined {
  let inner: unknown = value;
  for (const key of path.slice(0, 2))
    inner = typeof inner === 'object' && inner !== null ? Reflect.get(inner, key) : null;
  if (typeof inner !== 'object' || inner === null || !('title' in inner)) return undefined;
  return typeof inner.title === 'string' ? inner.title.slice(0, 80) : undefined;
}

const most = (count: number, limit: number, what: string): string | null =>
  count <= limit ? null : `it has ${count} ${what}; at most ${limit} can be shown`;

function ascends(values: Numbers, strictly: boolean): boolean {
  for (let index = 1; index < values.length; index += 1) {
    const [before = 0, now = 0] = [values[index - 1], values[index]];
    if (now < before || (strictly && !(now > before))) return false;
  }
  return true;
}
