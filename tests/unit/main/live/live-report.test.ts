import { describe, expect, it } from 'vitest';
import { LiveReport } from '../../../../src/main/live/live-report';
import { type LiveState, withLive } from '../../../../src/renderer/lib/live-state';
import type { Patch } from '../../../../src/shared/partial';

/** A partial result and a window that looks at it. */
class Viewing {
  readonly report = new LiveReport();
  state: LiveState | null = null;

  /** What ranks emit; each patch comes alone. */
  emit(...patches: readonly unknown[]): this {
    for (const patch of patches) this.report.add(0, patch);
    return this;
  }

  /** Fetches until there is nothing new. Returns how often that was. */
  look(fresh = this.state === null): number {
    let times = 0;
    for (let more = true; more; times += 1) {
      const update = this.report.take(1, fresh && times === 0);
      this.state = withLive(this.state, structuredClone(update));
      more = update.more;
    }
    return times;
  }

  card(title: string) {
    return this.state?.cards.find((card) => card.title === title);
  }

  pixels(title: string): number[] {
    const card = this.card(title);
    return card?.kind === 'images' ? Array.from(card.images[0]?.data ?? []) : [];
  }
}

const kind = 'procession.patch';
const tile = (more: Partial<Extract<Patch, { view: 'image' }>> & { data: Uint16Array }): Patch => ({
  kind,
  view: 'image',
  title: 'Picture',
  width: 4,
  height: 3,
  x: 0,
  y: 0,
  low: 0,
  high: 10,
  ...more,
});

describe('tiles of an image', () => {
  it('appear where they belong, in any order', () => {
    const viewing = new Viewing().emit(tile({ y: 2, data: Uint16Array.of(9, 8, 7, 6) }));
    viewing.look();
    expect(viewing.pixels('Picture')).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 9, 8, 7, 6]);
    viewing.emit(tile({ x: 1, y: 0, columns: 2, data: Uint16Array.of(1, 2, 3, 4) }));
    viewing.look();
    expect(viewing.pixels('Picture')).toEqual([0, 1, 2, 0, 0, 3, 4, 0, 9, 8, 7, 6]);
  });

  it('widen the range of values that is shown', () => {
    const viewing = new Viewing().emit(
      tile({ data: Uint16Array.of(1, 1, 1, 1), low: 1, high: 20 }),
      tile({ y: 1, data: Uint16Array.of(1, 1, 1, 1), low: 0, high: 5 }),
    );
    viewing.look();
    const card = viewing.card('Picture');
    expect(card?.kind === 'images' && card.images[0]).toMatchObject({ low: 0, high: 20 });
  });

  it('are known by the row that they changed, so that only those are painted again', () => {
    const viewing = new Viewing().emit(tile({ data: Uint16Array.of(1, 1, 1, 1) }));
    viewing.look();
    viewing.emit(tile({ y: 1, data: Uint16Array.of(2, 2, 2, 2) }));
    viewing.look();
    const card = viewing.card('Picture');
    expect(card?.kind === 'images' && [card.revisions?.latest, ...(card.revisions?.rows ?? [])]).toEqual([2, 1, 2, 0]);
  });

  it('are all there again after the page was loaded anew', () => {
    const viewing = new Viewing().emit(tile({ data: Uint16Array.of(1, 2, 3, 4) }));
    viewing.look();
    viewing.state = null;
    viewing.look();
    expect(viewing.pixels('Picture').slice(0, 4)).toEqual([1, 2, 3, 4]);
  });

  it('of a large picture come in several answers, of a huge one only every n-th pixel', () => {
    const large = { title: 'Large', width: 2000, height: 1500 };
    const row = (y: number) => tile({ ...large, y, data: new Uint16Array(2000).fill(y) });
    const viewing = new Viewing().emit(...Array.from({ length: 1500 }, (_, y) => row(y)));
    expect(viewing.look()).toBe(3);
    expect(viewing.pixels('Large')[1499 * 2000 + 1999]).toBe(1499);

    const huge = { title: 'Huge', width: 20_000, height: 10_000 };
    viewing.emit(tile({ ...huge, x: 500, y: 5000, columns: 1000, data: new Uint16Array(100_000).fill(7) }));
    viewing.look();
    const card = viewing.card('Huge');
    expect(card?.kind === 'images' && card.images[0]).toMatchObject({
      width: 4000,
      height: 2000,
      reduced: { step: 5, note: 'One pixel of 5 × 5 is shown: the image has 20000 × 10000.' },
    });
    const pixels = viewing.pixels('Huge');
    expect([pixels[1000 * 4000 + 99], pixels[1000 * 4000 + 100], pixels[1019 * 4000 + 299]]).toEqual([0, 7, 7]);
  });

  it('may be of colours', () => {
    const data = Uint8ClampedArray.of(1, 2, 3, 4);
    const viewing = new Viewing().emit({ kind, view: 'rgba', title: 'C', width: 2, height: 1, x: 1, y: 0, data });
    viewing.look();
    expect(viewing.pixels('C')).toEqual([0, 0, 0, 0, 1, 2, 3, 4]);
  });
});

describe('a histogram', () => {
  const counts = (edges: readonly number[], values: readonly number[]): Patch => ({
    kind,
    view: 'histogram',
    title: 'H',
    edges,
    counts: values,
  });
  const shown = (viewing: Viewing): unknown => {
    viewing.look();
    const card = viewing.card('H');
    return card?.kind === 'view' && card.view.kind === 'histogram' ? [card.view.edges, card.view.counts] : null;
  };

  it('adds up, and grows to both sides by its step', () => {
    const viewing = new Viewing().emit(counts([0, 10, 20], [1, 2]), counts([0, 10, 20], [5, 5]));
    expect(shown(viewing)).toEqual([
      [0, 10, 20],
      [6, 7],
    ]);
    viewing.emit(counts([40, 50], [3]), counts([-10, 0], [1]));
    expect(shown(viewing)).toEqual([
      [-10, 0, 10, 20, 30, 40, 50],
      [1, 6, 7, 0, 0, 3],
    ]);
  });

  it('refuses bins that do not fit, and says so once', () => {
    const viewing = new Viewing().emit(counts([0, 10, 20], [1, 2]), counts([5, 15], [1]), counts([5, 15], [1]));
    expect(shown(viewing)).toEqual([
      [0, 10, 20],
      [1, 2],
    ]);
    expect(viewing.state?.problems).toEqual([
      '“H” is not shown: its bins do not fit those before: they have other edges, and not multiples of one step.',
    ]);
  });
});

describe('a table', () => {
  const rows = (...values: readonly (readonly (string | number)[])[]): Patch => ({
    kind,
    view: 'table',
    title: 'T',
    columns: ['a', 'b'],
    rows: values,
  });

  it('gets the rows that are new', () => {
    const viewing = new Viewing().emit(rows([1, 'x'], [2, 'y']));
    viewing.look();
    viewing.emit(rows([3, 'z']));
    viewing.look();
    const card = viewing.card('T');
    if (card?.kind !== 'rows') throw new Error('It is a table.');
    expect([card.store.loaded, card.store.cell(0, 0), card.store.cell(2, 1)]).toEqual([3, 1, 'z']);
    expect(viewing.report.take(1, false).changes).toEqual([]);
  });

  it('keeps so many rows and counts the others', () => {
    const viewing = new Viewing().emit(rows(...Array.from({ length: 100_005 }, (_, index) => [index, 'x'] as const)));
    viewing.look();
    const card = viewing.card('T');
    expect(card?.kind === 'rows' && [card.store.loaded, card.note]).toEqual([
      100_000,
      '5 further rows are not kept while the job runs: the result will have them.',
    ]);
  });
});

describe('a plot', () => {
  const points = (view: 'line' | 'scatter', x: readonly number[], y: readonly number[]): Patch => ({
    kind,
    view,
    title: 'P',
    xUnit: 's',
    series: [{ name: 'a', x, y }],
  });
  const shown = (viewing: Viewing) => {
    viewing.look();
    const card = viewing.card('P');
    return card?.kind === 'view' && 'series' in card.view ? card.view : null;
  };

  it('gets the points that are new', () => {
    const viewing = new Viewing().emit(points('line', [0, 1], [5, 6]));
    viewing.look();
    viewing.emit(points('line', [1, 2], [7, 8]));
    const view = shown(viewing);
    expect(view).toMatchObject({ kind: 'line', xUnit: 's' });
    expect([...(view?.series[0]?.x ?? [])]).toEqual([0, 1, 1, 2]);
    expect([...(view?.series[0]?.y ?? [])]).toEqual([5, 6, 7, 8]);
  });

  it('that is a line refuses to go back', () => {
    const viewing = new Viewing().emit(points('line', [5], [1]), points('line', [4], [1]));
    viewing.look();
    expect(viewing.state?.problems).toEqual(['“P” is not shown: the x of its series "a" goes back from 5 to 4.']);
  });

  it('of very many points keeps every second, fourth and so on, from the first to the last', () => {
    const viewing = new Viewing();
    for (let block = 0; block < 300; block += 1) {
      const x = Array.from({ length: 1000 }, (_, index) => block * 1000 + index);
      viewing.emit(points('scatter', x, x));
      if (block % 50 === 0) viewing.look();
    }
    const view = shown(viewing);
    const x = [...(view?.series[0]?.x ?? [])];
    expect(x.length).toBe(75_000);
    expect([x[0], x[1], x.at(-1)]).toEqual([0, 4, 299_996]);
    expect(view?.reduced?.note).toBe('One point of 4 is kept while the job runs.');
  });
});

describe('figures and reports', () => {
  it('are replaced, or added up', () => {
    const viewing = new Viewing().emit(
      { kind, view: 'figure', label: 'Best', value: 3 },
      { kind, view: 'figure', label: 'Best', value: 2, unit: 'mm' },
      [
        { kind, view: 'figure', label: 'Done', value: 5, add: true },
        { kind, view: 'figure', label: 'Done', value: 6, add: true },
      ],
    );
    viewing.look();
    expect(viewing.state?.figures).toEqual([
      { label: 'Best', value: 2, unit: 'mm' },
      { label: 'Done', value: 11 },
    ]);
  });

  it('of each rank stand side by side, the latest of each', () => {
    const viewing = new Viewing();
    const report = (text: string) => ({
      kind: 'procession.report',
      figures: [{ label: 'n', value: text.length }],
      views: [{ kind: 'text', title: 'Note', text }],
    });
    viewing.report.add(1, report('one'));
    viewing.report.add(0, report('zero'));
    viewing.report.add(1, report('eleven'));
    viewing.look();
    expect(viewing.state?.cards.map(({ title }) => title)).toEqual(['Rank 0: Note', 'Rank 1: Note']);
    expect(viewing.state?.figures).toEqual([
      { label: 'Rank 0: n', value: 4 },
      { label: 'Rank 1: n', value: 6 },
    ]);
    expect(viewing.report.take(1, false).changes).toEqual([]);
  });

  it('that are nothing to show are left alone', () => {
    const report = new LiveReport();
    for (const value of [undefined, 1, 'text', [], {}, [1], new Map()]) expect(report.add(0, value)).toBe(false);
    expect([report.version, report.isEmpty]).toEqual([0, true]);
  });
});

describe('what cannot be shown', () => {
  it.each<[string, unknown, string]>([
    ['an unknown view', { kind, view: 'mesh', title: 'X' }, '“X” is not shown: there is no view "mesh" that grows.'],
    [
      'a tile beside the picture',
      tile({ x: 4, data: new Uint16Array(4) }),
      '“Picture” is not shown: x must be a whole number from 0 to 3, not 4.',
    ],
    [
      'a tile without its pixels',
      tile({ columns: 2, rows: 2, data: new Uint16Array(3) }),
      '“Picture” is not shown: a tile of 2 x 2 needs 4 values in data, and has 3.',
    ],
    [
      'a picture that is too large',
      tile({ width: 1e5, height: 1e5, data: new Uint16Array(1) }),
      '“Picture” is not shown: it has 10000000000 pixels; at most 256000000 can be shown.',
    ],
    [
      'rows that are none',
      { kind, view: 'table', title: 'T', columns: ['a'], rows: [1] },
      '“T” is not shown: rows: must be a list of lists of texts, numbers, booleans and null.',
    ],
    [
      'a report without its views',
      { kind: 'procession.report', figures: [] },
      '“the report of rank 0” is not shown: views: Invalid input: expected array, received undefined.',
    ],
  ])('%s is named with the reason', (_, value, problem) => {
    const viewing = new Viewing().emit(value);
    viewing.look();
    expect(viewing.state?.problems).toEqual([problem]);
  });

  it('is a picture that changes its size, or its kind of pixels', () => {
    const viewing = new Viewing().emit(
      tile({ data: new Uint16Array(4) }),
      tile({ width: 5, data: new Uint16Array(5) }),
      { ...tile({ data: new Uint16Array(4) }), data: new Uint8Array(4) },
    );
    viewing.look();
    expect(viewing.state?.problems).toEqual([
      '“Picture” is not shown: its width was 4, and is 5 now.',
      '“Picture” is not shown: its pixels were a Uint16Array, and are a Uint8Array now.',
    ]);
  });

  it('is bounded: so many views, so much memory', () => {
    const viewing = new Viewing();
    for (let index = 0; index < 70; index += 1)
      viewing.emit({ kind, view: 'table', title: `T${index}`, columns: ['a'], rows: [] });
    for (let index = 0; index < 10; index += 1)
      viewing.report.add(index, {
        kind: 'procession.report',
        figures: [],
        views: [{ kind: 'text', title: 't', text: 'x'.repeat(12_000_000) }],
      });
    viewing.look();
    expect(viewing.state?.cards.filter(({ title }) => title.startsWith('T')).length).toBe(64);
    expect(viewing.state?.problems).toContain('“T64” is not shown: a job shows at most 64 views while it runs.');
    expect(viewing.state?.problems).toContain(
      '“the report of rank 5” is not shown: it takes more memory than there is for it.',
    );
  });
});
