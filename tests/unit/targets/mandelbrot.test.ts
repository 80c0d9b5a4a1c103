import { describe, expect, it } from 'vitest';
import { isPatch } from '../../../src/shared/partial';
import { countRow, definition } from '../../../src/workers/targets/mandelbrot';
import { figure, runInline } from './ranks';

const plane = { width: 6, xMin: -2, xMax: 1, yMin: -1, yMax: 1, maxIterations: 256 };

describe('mandelbrot', () => {
  it('gives the reference picture of 1200 x 800 points for three ranks', () => {
    const { report } = runInline({ definition, range: 800, total: 3 });
    expect(report.data).toEqual({
      width: 1200,
      height: 800,
      maxIterations: 256,
      sum: 67_311_712,
      inside: 243_526,
      sha256: 'e6cff302fce88439a8ed006d68cb0ef5286debe6bf26b58bbe2f4fce72dcee8a',
    });
  });

  it.each([1, 2, 7, 20])('gives the same picture for %i ranks', (total) => {
    const args = { width: 30, maxIterations: 100 };
    const alone = runInline({ definition, range: 20, total: 1, args }).report;
    expect(runInline({ definition, range: 20, total, args }).report).toEqual(alone);
  });

  it('counts steps up to the limit inside the set and few outside', () => {
    const counts = new Uint16Array(6);
    // Pixel centres -1.75, -1.25, -0.75, -0.25, 0.25 and 0.75 on the real axis; from 0.75 it goes 0, 0.75, 1.3125, 2.47….
    countRow(0, 1, plane, counts);
    expect([...counts]).toEqual([256, 256, 256, 256, 256, 3]);
  });

  it('puts the upper edge of the plane into the first row', () => {
    const upper = { ...plane, yMin: 0, yMax: 2 };
    const first = new Uint16Array(6);
    const last = new Uint16Array(6);
    countRow(0, 2, upper, first);
    countRow(1, 2, upper, last);
    expect(Math.max(...first)).toBeLessThan(Math.max(...last));
  });

  it('shows the counts as an image as wide and high as asked for', () => {
    const { report } = runInline({ definition, range: 3, total: 2, args: { width: 4 } });
    const [image] = report.views;
    expect(image).toMatchObject({ kind: 'image', width: 4, height: 3, low: 0, palette: 'fire' });
    const counts = image?.kind === 'image' ? [...image.data] : [];
    expect(counts).toHaveLength(12);
    expect(counts.filter((count) => count === 256)).toHaveLength(Number(figure(report, 'Points inside')));
  });

  it('shows as white what 98 of 100 points outside do not exceed, and any picture of points inside alone as it is', () => {
    expect(runInline({ definition, range: 800, total: 1 }).report.views).toMatchObject([{ high: 40 }]);
    const inside = { xMin: -0.1, xMax: 0.1, yMin: -0.1, yMax: 0.1, width: 2 };
    expect(runInline({ definition, range: 2, total: 1, args: inside }).report.views).toMatchObject([{ high: 256 }]);
  });

  it('refuses a picture too large to hold', () => {
    expect(() => runInline({ definition, range: 100_000_000, total: 100_000_000 })).toThrow(
      'mandelbrot: a picture of 1200 x 100000000 has 120000000000 pixels; at most 100000000 are possible. Make "width" or the range smaller.',
    );
  });

  it('shows all of the picture before its end, whichever rank has which rows', () => {
    const picture = new Uint16Array(60 * 50);
    const args = { width: 60, maxIterations: 300 };
    const onEmit = (_rank: number, value: unknown): void => {
      if (!isPatch(value) || value.view !== 'image') throw new TypeError('Only tiles are shown.');
      expect([value.title, value.width, value.height, value.x]).toEqual(['Escape-time counts', 60, 50, 0]);
      picture.set(value.data, value.y * 60);
    };
    const { report } = runInline({ definition, range: 50, total: 3, args, onEmit });
    const [view] = report.views;
    expect(view?.kind === 'image' && view.data).toEqual(picture);
  });
});
