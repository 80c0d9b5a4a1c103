import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { centred, fit, pan, pixelAt, showing, toImage, zoom } from '../../../../src/renderer/views/image/viewport';
import { findLines, linesOf, splitAround } from '../../../../src/renderer/views/lines/text-lines';
import { binAt } from '../../../../src/renderer/views/plot/histogram-view';
import {
  extentOfX,
  extentOfY,
  hasWholeX,
  nearestPlace,
  padded,
  placesBetween,
  pointsOf,
} from '../../../../src/renderer/views/plot/plot-data';

describe('the view of an image', () => {
  const image = { width: 100, height: 50 };
  const canvas = { width: 400, height: 400 };

  it('fits all of it into the middle', () => {
    expect(fit(image, canvas)).toEqual({ scale: 4, left: 0, top: -25 });
    expect(pixelAt(fit(image, canvas), image, { x: 0, y: 100 })).toEqual({ x: 0, y: 0 });
    expect(pixelAt(fit(image, canvas), image, { x: 399, y: 299 })).toEqual({ x: 99, y: 49 });
    expect(pixelAt(fit(image, canvas), image, { x: 200, y: 99 })).toBeNull();
  });

  it('keeps what lies under the pointer there when it zooms', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 100, max: 300, noNaN: true }),
        fc.double({ min: 150, max: 250, noNaN: true }),
        fc.double({ min: 1, max: 8, noNaN: true }),
        (x, y, factor) => {
          const before = fit(image, canvas);
          const after = zoom(before, image, canvas, factor, { x, y });
          expect(toImage(after, { x, y }).x).toBeCloseTo(toImage(before, { x, y }).x, 6);
          expect(toImage(after, { x, y }).y).toBeCloseTo(toImage(before, { x, y }).y, 6);
        },
      ),
    );
  });

  it('never loses the image, however far it is moved', () => {
    const far = pan(centred(image, canvas, 4), image, canvas, { x: 1e6, y: -1e6 });
    const middle = toImage(far, { x: 200, y: 200 });
    expect([middle.x, middle.y]).toEqual([0, 50]);
  });

  it('zooms within bounds', () => {
    let view = fit(image, canvas);
    for (let step = 0; step < 50; step += 1) view = zoom(view, image, canvas, 2, { x: 200, y: 200 });
    expect(view.scale).toBe(64);
    for (let step = 0; step < 50; step += 1) view = zoom(view, image, canvas, 0.5, { x: 200, y: 200 });
    expect(view.scale).toBe(0.25);
  });

  it('moves just far enough to show a pixel', () => {
    const view = { scale: 10, left: 20, top: 10 };
    expect(showing(view, canvas, { x: 30, y: 20 })).toEqual(view);
    expect(showing(view, canvas, { x: 60, y: 9 })).toEqual({ scale: 10, left: 21, top: 9 });
  });
});

describe('points of a plot', () => {
  const [line] = pointsOf([{ name: 'l', x: Float64Array.of(0, 1, 1, 4, 9), y: [5, -1, Number.NaN, 7, 0] }]);
  const [cloud] = pointsOf([{ name: 'c', x: [3, 1, 2], y: [30, 10, 20] }]);
  if (line === undefined || cloud === undefined) throw new Error('There are two series.');

  it('are marked between whole numbers only when one of them stands there', () => {
    expect(hasWholeX([line, cloud])).toBe(true);
    expect(hasWholeX([line, ...pointsOf([{ name: 'h', x: [0, 0.5], y: [1, 2] }])])).toBe(false);
  });

  it('without an x stand over their places', () => {
    expect(Array.from(pointsOf([{ name: 'p', y: [4, 4, 4] }])[0]?.x ?? [])).toEqual([0, 1, 2]);
  });

  it('have an extent that leaves out what is not finite', () => {
    expect(extentOfX([line, cloud])).toEqual([0, 9]);
    expect(extentOfY([line], -Infinity, Infinity, false)).toEqual([-1, 7]);
    expect(extentOfY([line], -Infinity, Infinity, true)).toEqual([5, 7]);
    expect(extentOfY([cloud], 1.5, 2.5, false)).toEqual([20, 20]);
    expect(extentOfX([])).toBeNull();
  });

  it('between two values come with their neighbours, so that lines reach the edge', () => {
    expect(placesBetween(line, 1, 4)).toEqual([0, 5]);
    expect(placesBetween(line, 2, 3)).toEqual([2, 4]);
    expect(placesBetween(cloud, 2, 2)).toEqual([0, 3]);
  });

  it('nearest to a value', () => {
    expect([-5, 0.4, 0.6, 2.4, 2.6, 100].map((x) => nearestPlace(line, x))).toEqual([0, 0, 1, 2, 3, 4]);
    expect(nearestPlace({ ...line, x: [], y: [] }, 1)).toBe(-1);
  });

  it('get some room around them', () => {
    expect(padded([0, 10], 0.1)).toEqual([-1, 11]);
    expect(padded([5, 5], 0.1)).toEqual([4.5, 5.5]);
    expect(padded([0, 0], 0.1)).toEqual([-1, 1]);
  });
});

describe('the bin of a value', () => {
  it('takes its lower edge and not its upper one', () => {
    const edges = [0, 1, 2, 4, 8];
    expect([-0.1, 0, 0.99, 1, 3, 7.9, 8, Number.NaN].map((value) => binAt(edges, value))).toEqual([
      null,
      0,
      0,
      1,
      2,
      3,
      null,
      null,
    ]);
  });
});

describe('a text', () => {
  it('is cut at line ends of every kind, and very long lines into pieces', () => {
    expect(linesOf('a\r\nb\rc\n\nd\n').map(({ number, text }) => [number, text])).toEqual([
      [1, 'a'],
      [2, 'b'],
      [3, 'c'],
      [4, ''],
      [5, 'd'],
    ]);
    expect(linesOf('x'.repeat(9000)).map(({ number, text }) => [number, text.length])).toEqual([
      [1, 4000],
      [null, 4000],
      [null, 1000],
    ]);
  });

  it('is searched without regard to case', () => {
    expect(findLines(linesOf('One\ntwo\nALONE'), 'one')).toEqual([0, 2]);
    expect(splitAround('One, one!', 'ONE')).toEqual(['', 'One', ', ', 'one', '!']);
    expect(splitAround('none', '')).toEqual(['none']);
  });
});
