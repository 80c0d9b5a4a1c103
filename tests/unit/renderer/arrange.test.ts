import { describe, expect, it } from 'vitest';
import { arrangeViews } from '../../../src/renderer/lib/arrange-views';
import { colorize } from '../../../src/renderer/lib/colorize';
import { plannedRanks } from '../../../src/renderer/lib/planned-ranks';
import type { ShownView } from '../../../src/shared/result';

describe('ranks before they run', () => {
  const parts = (range: number, numProcs: number, workers: number) =>
    plannedRanks(range, numProcs, workers).map(({ index, start, end }) => [index, start, end]);

  it('are cut by the exact floor rule', () => {
    expect(parts(50, 0, 4)).toEqual([
      [0, 0, 12],
      [1, 12, 25],
      [2, 25, 37],
      [3, 37, 50],
    ]);
  });

  it('are never more than items, workers or what was asked for', () => {
    expect(parts(1, 0, 4)).toHaveLength(1);
    expect(parts(50, 9, 4)).toHaveLength(4);
    expect(parts(50, 2, 4)).toHaveLength(2);
    expect(parts(0, 0, 4)).toEqual([]);
    expect(parts(50, 0, 0)).toEqual([]);
  });

  it('cover a huge range without a gap', () => {
    const ranks = plannedRanks(Number.MAX_SAFE_INTEGER, 0, 7);
    expect(ranks.at(-1)?.end).toBe(Number.MAX_SAFE_INTEGER);
    for (const [index, rank] of ranks.entries()) expect(rank.start).toBe(ranks[index - 1]?.end ?? 0);
  });
});

it('images of one size in a row share a card', () => {
  const image = (title: string, width: number): ShownView => ({
    kind: 'image',
    title,
    width,
    height: 1,
    data: new Uint8Array(width),
    low: 0,
    high: 1,
  });
  const text: ShownView = { kind: 'text', title: 't', text: '' };
  const cards = arrangeViews([image('a', 1), image('b', 1), image('c', 2), text, image('d', 2)]);
  expect(
    cards.map((card) => (card.kind === 'images' ? card.images.map(({ title }) => title).join('') : card.id)),
  ).toEqual(['ab', 'c', '3', 'd']);
  expect(cards.map(({ id }) => id)).toEqual(['0', '2', '3', '4']);
});

describe('grey values', () => {
  it('are shown between low and high', () => {
    const pixels = colorize({
      kind: 'image',
      title: '',
      width: 4,
      height: 1,
      data: new Uint16Array([0, 100, 140, 999]),
      low: 100,
      high: 200,
    });
    expect([0, 4, 8, 12].map((index) => [...pixels.slice(index, index + 4)])).toEqual([
      [0, 0, 0, 255],
      [0, 0, 0, 255],
      [102, 102, 102, 255],
      [255, 255, 255, 255],
    ]);
  });

  it('in the fire palette grow brighter from black on', () => {
    const data = Uint8Array.from({ length: 256 }, (_, index) => index);
    const pixels = colorize({
      kind: 'image',
      title: '',
      width: 256,
      height: 1,
      data,
      low: 0,
      high: 255,
      palette: 'fire',
    });
    const brightness = Array.from(data, (_, index) => {
      const [red = 0, green = 0, blue = 0] = pixels.slice(index * 4, index * 4 + 3);
      return 0.3 * red + 0.59 * green + 0.11 * blue;
    });
    expect(brightness[0]).toBe(0);
    expect(brightness.every((value, index) => value >= (brightness[index - 1] ?? 0) - 1)).toBe(true);
  });
});
