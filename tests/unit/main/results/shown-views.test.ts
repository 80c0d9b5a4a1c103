import { describe, expect, it } from 'vitest';
import { sent, showTable, showView, tablePage } from '../../../../src/main/results/shown-views';

describe('what is small', () => {
  it('is sent as it is', () => {
    const view = { kind: 'text', title: 't', text: 'short' } as const;
    expect(showView(view)).toBe(view);
  });
});

describe('a large image', () => {
  const [width, height] = [4098, 2049];
  const data = Uint16Array.from({ length: width * height }, (_, index) => index % 65_521);
  const shown = showView({ kind: 'image', title: 'i', width, height, data, low: 0, high: 9 });

  it('is sent as every second pixel, and says so', () => {
    if (shown.kind !== 'image') throw new Error('It is an image.');
    expect([shown.width, shown.height, shown.data.length]).toEqual([2049, 1025, 2049 * 1025]);
    expect(shown.data.length).toBeLessThanOrEqual(sent.pixels);
    expect(shown.reduced).toEqual({
      step: 2,
      note: 'One pixel of 2 × 2 is shown: the image has 4,098 × 2,049.',
    });
    // Pixel (x, y) of what is shown is pixel (2x, 2y) of the image.
    expect(shown.data[100 * 2049 + 300]).toBe((200 * width + 600) % 65_521);
  });

  it('keeps the four bytes of a colour together', () => {
    const [side, bytes] = [2900, 2900 * 2900 * 4];
    const colours = new Uint8Array(bytes).map((_, index) => index % 251);
    const small = showView({ kind: 'rgba', title: 'c', width: side, height: side, data: colours });
    if (small.kind !== 'rgba') throw new Error('It is in colours.');
    const at = (8 * small.width + 4) * 4;
    const from = (16 * side + 8) * 4;
    expect([...small.data.subarray(at, at + 4)]).toEqual([...colours.subarray(from, from + 4)]);
  });
});

describe('a plot of very many points', () => {
  const y = Float64Array.from({ length: 3_000_000 }, (_, index) => Math.sin(index / 1000));
  y[1_234_567] = 50;
  y[7] = -50;

  it('keeps its highest and lowest points when it is a line', () => {
    const shown = showView({ kind: 'line', title: 'l', series: [{ name: 'a', y }] });
    if (shown.kind !== 'line') throw new Error('It is a line.');
    const [series] = shown.series;
    const place = series?.y.indexOf(50) ?? -1;
    expect(series?.x?.[place]).toBe(1_234_567);
    expect(series?.y.includes(-50)).toBe(true);
    expect(series?.y.length).toBeLessThanOrEqual(sent.points);
    expect(shown.reduced?.note).toBe('Of every 6 points the lowest and the highest are drawn: there are 3,000,000.');
  });

  it('keeps every third when it is a cloud', () => {
    const shown = showView({ kind: 'scatter', title: 's', series: [{ name: 'a', y }] });
    if (shown.kind !== 'scatter') throw new Error('It is a cloud.');
    expect(shown.series[0]?.y.length).toBe(1_000_000);
    expect(shown.series[0]?.x?.[10]).toBe(30);
  });
});

describe('a table', () => {
  const rows = Array.from({ length: 50_000 }, (_, row) => [row, `name ${row}`]);
  const table = { title: 't', columns: ['n', 'name'], rows };

  it('comes in pages, columns of numbers as typed arrays', () => {
    const shown = showTable(table);
    expect([shown.total, shown.page.offset, shown.page.length]).toEqual([50_000, 0, sent.rows]);
    expect(shown.page.columns[0]).toBeInstanceOf(Float64Array);
    const last = tablePage(table, 40_000);
    expect([last.length, last.columns[1]?.at(-1)]).toEqual([10_000, 'name 49999']);
    expect(tablePage(table, 50_000).length).toBe(0);
  });

  it('has fewer rows in a page when they are long, and never none', () => {
    const long = { title: 't', columns: ['text'], rows: Array.from({ length: 100 }, () => ['x'.repeat(1_000_000)]) };
    expect(tablePage(long, 0).length).toBe(4);
    expect(tablePage({ ...long, rows: [['y'.repeat(9_000_000)]] }, 0).length).toBe(1);
    expect(String(tablePage(long, 0).columns[0]?.[0]).length).toBe(sent.cellCharacters + 1);
  });

  it('takes rows that are too short or too long', () => {
    const page = tablePage({ title: 't', columns: ['a', 'b'], rows: [[1], [1, 2, 3]] }, 0);
    expect(page.columns.map((column) => [...column])).toEqual([
      [1, 1],
      [null, 2],
    ]);
  });
});
