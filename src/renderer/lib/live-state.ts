import type { LiveChange, LivePoints, LiveTile, LiveUpdate } from '../../shared/live';
import type { Figure, Series } from '../../shared/report';
import type { Reduction } from '../../shared/result';
import { ColumnStore } from '../views/table/column-store';
import type { ArrangedView, Picture } from './arrange-views';

/** A job's partial result as far as it has come. */
export interface LiveState {
  readonly run: number;
  readonly figures: readonly Figure[];
  /** In the order of main's list. */
  readonly cards: readonly ArrangedView[];
  readonly problems: readonly string[];
}

/** The partial result with what is new of it. Pixels are written into the pictures that are there. */
export function withLive(before: LiveState | null, update: LiveUpdate): LiveState {
  const known = new Map((update.fresh || before === null ? [] : before.cards).map((card) => [card.id, card]));
  for (const change of update.changes) known.set(change.id, cardOf(known.get(change.id), change));
  return {
    run: update.run,
    figures: update.figures,
    cards: update.ids.flatMap((id) => known.get(id) ?? []),
    problems: update.problems,
  };
}

function cardOf(before: ArrangedView | undefined, change: LiveChange): ArrangedView {
  const { id, title, note } = change;
  switch (change.kind) {
    case 'image':
    case 'rgba':
      return pictureCard(before, change);
    case 'rows': {
      const { columns, page } = change;
      const total = page.offset + page.length;
      const isFirst = before?.kind !== 'rows' || page.offset === 0;
      const store = isFirst ? ColumnStore.of({ columns, total, page }) : before.store.with(page, total);
      return { id, title, kind: 'rows', store, note };
    }
    case 'points': {
      const old = before?.kind === 'view' && 'series' in before.view ? before.view.series : [];
      const series = withPoints(old, change.series);
      const reduced = note === null ? {} : { reduced: { step: 1, note } };
      return {
        id,
        title,
        kind: 'view',
        place: 0,
        view: { kind: change.plot, title, series, ...change.axes, ...reduced },
      };
    }
    case 'whole': {
      const { view } = change;
      return view.kind === 'image' || view.kind === 'rgba'
        ? { id, title, kind: 'images', images: [view] }
        : { id, title, kind: 'view', place: 0, view };
    }
  }
}

function pictureCard(before: ArrangedView | undefined, change: LiveChange & { kind: 'image' | 'rgba' }): ArrangedView {
  const { id, title, step, note, tiles } = change;
  const { width, height } = change.kind === 'image' ? change.look : change;
  const old = before?.kind === 'images' ? before : null;
  const [shown] = old?.images ?? [];
  const revisions = old?.revisions;
  const goesOn =
    shown?.kind === change.kind && shown.width === width && shown.height === height && revisions !== undefined;
  const latest = goesOn ? revisions.latest + 1 : 1;
  const rows = goesOn ? revisions.rows : new Uint32Array(height);
  const reduced: { reduced?: Reduction } = note === null ? {} : { reduced: { step, note } };
  const data = goesOn ? shown.data : emptyFor(tiles, width * height * (change.kind === 'rgba' ? 4 : 1));
  const channels = change.kind === 'rgba' ? 4 : 1;
  for (const tile of tiles) {
    data.set(tile.data, tile.y * width * channels);
    rows.fill(latest, tile.y, tile.y + tile.height);
  }
  const picture = pictureOf(change, data, reduced, width, height);
  return { id, title, kind: 'images', images: picture === null ? [] : [picture], revisions: { latest, rows } };
}

function pictureOf(
  change: LiveChange & { kind: 'image' | 'rgba' },
  data: LiveTile['data'],
  reduced: { reduced?: Reduction },
  width: number,
  height: number,
): Picture | null {
  if (change.kind === 'rgba')
    return data instanceof Uint8ClampedArray || data instanceof Uint8Array
      ? { kind: 'rgba', title: change.title, width, height, data, ...reduced }
      : null;
  return data instanceof Uint8ClampedArray ? null : { kind: 'image', ...change.look, data, ...reduced };
}

/** Pixels of the kind that tiles have; tiles are whole rows. */
function emptyFor(tiles: readonly LiveTile[], length: number): LiveTile['data'] {
  const [first] = tiles;
  if (first?.data instanceof Uint16Array) return new Uint16Array(length);
  if (first?.data instanceof Int16Array) return new Int16Array(length);
  // What has no value yet is transparent.
  if (first?.data instanceof Float32Array) return new Float32Array(length).fill(Number.NaN);
  return first?.data instanceof Uint8ClampedArray ? new Uint8ClampedArray(length) : new Uint8Array(length);
}

function withPoints(before: readonly Series[], news: readonly LivePoints[]): Series[] {
  const series = [...before];
  for (const { name, from, x, y } of news) {
    const place = series.findIndex((one) => one.name === name);
    const old = series[place];
    const joined = { name, x: append(old?.x, from, x), y: append(old?.y, from, y) };
    if (place < 0) series.push(joined);
    else series[place] = joined;
  }
  return series;
}

function append(before: ArrayLike<number> | undefined, from: number, values: ArrayLike<number>): Float64Array {
  const all = new Float64Array(from + values.length);
  if (before !== undefined)
    for (let index = 0; index < Math.min(from, before.length); index += 1) all[index] = before[index] ?? 0;
  all.set(values, from);
  return all;
}
