import type { Cell, Numbers, Pixels, Series, View, ViewOf } from '../../shared/report';
import type { ColumnValues, ShownTable, ShownView, TablePage } from '../../shared/result';

/** What is sent to the window at once. */
export const sent = {
  pixels: 8_388_608,
  points: 1_000_000,
  rows: 20_000,
  cells: 200_000,
  characters: 4_000_000,
  cellCharacters: 10_000,
  textCharacters: 8_000_000,
} as const;

/** What has rows: a table of a report, or one that was made of a plain value. */
export interface RowSource {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

/** A view in the form in which it travels: whole when it is small, else a part of it that says so. */
export function showView(view: View): ShownView {
  switch (view.kind) {
    case 'image':
    case 'rgba':
      return reduceImage(view);
    case 'table':
      return showTable(view);
    case 'line':
    case 'scatter':
      return reducePlot(view);
    case 'text':
      return reduceText(view);
    case 'histogram':
    case 'mesh':
      return view;
  }
}

/** A table with its first rows. */
export const showTable = (source: RowSource): ShownTable => ({
  kind: 'table',
  title: source.title,
  columns: source.columns,
  total: source.rows.length,
  page: tablePage(source, 0),
});

/** The rows of a table from `offset` on, as many as are sent at once; at least one while there are any. */
export function tablePage({ rows, columns }: RowSource, offset: number): TablePage {
  const most = Math.max(1, Math.min(sent.rows, Math.floor(sent.cells / Math.max(1, columns.length))));
  let length = 0;
  for (let characters = 0; length < most && offset + length < rows.length && characters < sent.characters; length += 1)
    for (const cell of rows[offset + length] ?? []) characters += typeof cell === 'string' ? cell.length : 0;
  const part = rows.slice(offset, offset + length);
  return { offset, length, columns: columns.map((_, column) => columnOf(part, column)) };
}

function columnOf(rows: readonly (readonly Cell[])[], column: number): ColumnValues {
  if (rows.every((row) => typeof row[column] === 'number'))
    return Float64Array.from(rows, (row) => Number(row[column]));
  return rows.map((row) => {
    const cell = row[column] ?? null;
    return typeof cell === 'string' && cell.length > sent.cellCharacters
      ? `${cell.slice(0, sent.cellCharacters)}…`
      : cell;
  });
}

interface Size {
  readonly width: number;
  readonly height: number;
}

function reduceImage(view: ViewOf<'image' | 'rgba'>): ShownView {
  const pixels = view.width * view.height;
  if (pixels <= sent.pixels) return view;
  const step = Math.ceil(Math.sqrt(pixels / sent.pixels));
  const note = `One pixel of ${step} × ${step} is shown: the image has ${count(view.width)} × ${count(view.height)}.`;
  const smaller = {
    width: Math.ceil(view.width / step),
    height: Math.ceil(view.height / step),
    reduced: { step, note },
  };
  return view.kind === 'image'
    ? { ...view, ...smaller, data: pick(view.data, view, step, 1) }
    : { ...view, ...smaller, data: pick(view.data, view, step, 4) };
}

/** Every `step`-th pixel of every `step`-th row: values that the image really has, which a mean would not be. */
function pick<T extends Pixels | Uint8ClampedArray>(
  data: T,
  { width, height }: Size,
  step: number,
  perPixel: number,
): T {
  const picked = data.slice(0, Math.ceil(width / step) * Math.ceil(height / step) * perPixel) as T;
  let to = 0;
  for (let y = 0; y < height; y += step) {
    for (let x = 0; x < width; x += step) {
      const from = (y * width + x) * perPixel;
      for (let channel = 0; channel < perPixel; channel += 1) picked[to++] = data[from + channel] ?? 0;
    }
  }
  return picked;
}

function reducePlot(view: ViewOf<'line' | 'scatter'>): ShownView {
  const points = view.series.reduce((sum, { y }) => sum + y.length, 0);
  if (points <= sent.points) return view;
  const step = Math.ceil(points / sent.points);
  const series = view.series.map((one) => (view.kind === 'line' ? extremes(one, 2 * step) : everyNth(one, step)));
  const note =
    view.kind === 'line'
      ? `Of every ${count(2 * step)} points the lowest and the highest are drawn: there are ${count(points)}.`
      : `One point of ${count(step)} is drawn: there are ${count(points)}.`;
  return { ...view, series, reduced: { step, note } };
}

function everyNth({ name, x, y }: Series, step: number): Series {
  const length = Math.ceil(y.length / step);
  const take = (values: Numbers | undefined): Float64Array =>
    Float64Array.from({ length }, (_, index) => values?.[index * step] ?? index * step);
  return { name, x: take(x), y: take(y) };
}

/** The lowest and the highest point of every `size`, in their order: the line keeps its outline. */
function extremes({ name, x, y }: Series, size: number): Series {
  const places: number[] = [];
  for (let from = 0; from < y.length; from += size) {
    let low = from;
    let high = from;
    for (let index = from; index < Math.min(from + size, y.length); index += 1) {
      if ((y[index] ?? 0) < (y[low] ?? 0)) low = index;
      if ((y[index] ?? 0) > (y[high] ?? 0)) high = index;
    }
    places.push(Math.min(low, high));
    if (low !== high) places.push(Math.max(low, high));
  }
  return {
    name,
    x: Float64Array.from(places, (place) => x?.[place] ?? place),
    y: Float64Array.from(places, (place) => y[place] ?? Number.NaN),
  };
}

function reduceText(view: ViewOf<'text'>): ShownView {
  const { length } = view.text;
  if (length <= sent.textCharacters) return view;
  const note = `The first ${count(sent.textCharacters)} of ${count(length)} characters are shown.`;
  return { ...view, text: view.text.slice(0, sent.textCharacters), reduced: { step: 1, note } };
}

const numbers = new Intl.NumberFormat('en-US');
const count = (value: number): string => numbers.format(value);
