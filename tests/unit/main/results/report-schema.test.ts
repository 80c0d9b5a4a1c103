import { describe, expect, it } from 'vitest';
import { checkReport } from '../../../../src/main/results/report-schema';

const report = (...views: readonly unknown[]) => ({ kind: 'procession.report', figures: [], views });
const problem = (view: unknown): string | null => {
  const checked = checkReport(report(view));
  return checked === null || checked.ok ? null : checked.problem;
};

const image = { kind: 'image', title: 'i', width: 2, height: 1, data: new Uint8Array([0, 1]), low: 0, high: 1 };
const line = { kind: 'line', title: 'l', series: [{ name: 'a', x: [0, 1, 1], y: [1, 2, 3] }] };
const mesh = { kind: 'mesh', title: 'm', positions: new Float32Array(9), triangles: Uint32Array.of(0, 1, 2) };

it('takes views of every kind, with lists or typed arrays', () => {
  const views = [
    image,
    { ...image, data: Float32Array.of(0, Number.NaN), palette: 'viridis' },
    { kind: 'rgba', title: 'c', width: 1, height: 1, data: new Uint8ClampedArray(4) },
    { kind: 'histogram', title: 'h', edges: Float64Array.of(0, 1, 3), counts: [2, 5] },
    { kind: 'table', title: 't', columns: ['a'], rows: [[1], ['x'], [null], [true], [Number.NaN]] },
    line,
    { kind: 'scatter', title: 's', yScale: 'log', series: [{ name: 'b', x: Int16Array.of(3, 1), y: [1, 2] }] },
    mesh,
    { kind: 'text', title: 'x', text: '' },
  ];
  expect(checkReport(report(...views))).toMatchObject({ ok: true, report: { views } });
});

it('passes over what does not say that it is a report', () => {
  for (const value of [null, 1, 'report', [], { views: [] }]) expect(checkReport(value)).toBeNull();
});

describe('says what is wrong, and where', () => {
  it.each([
    [
      'an image without its pixels',
      { ...image, title: 'Torn', data: new Uint8Array(1) },
      'views[0] ("Torn"): an image of 2 x 1 needs 2 values in data, and this has 1',
    ],
    [
      'an image far too large',
      { ...image, width: 20_000, height: 20_000 },
      'views[0] ("i"): it has 400000000 pixels; at most 256000000 can be shown',
    ],
    [
      'an unknown palette',
      { ...image, palette: 'pink' },
      'views[0].palette ("i"): must be "grey", "fire" or "viridis"',
    ],
    [
      'a histogram with too few edges',
      { kind: 'histogram', title: 'h', edges: [0], counts: [1] },
      'views[0] ("h"): it needs at least one count, and one edge more than counts: it has 1 edges and 1 counts',
    ],
    [
      'edges that go back',
      { kind: 'histogram', title: 'h', edges: [0, 2, 2], counts: [1, 1] },
      'views[0] ("h"): it has edges that do not ascend',
    ],
    [
      'cells that are objects',
      { kind: 'table', title: 't', columns: ['a'], rows: [[{}]] },
      'views[0].rows ("t"): must be a list of lists of texts, numbers, booleans and null',
    ],
    [
      'a line that goes back',
      { ...line, series: [{ name: 'a', x: [1, 0], y: [0, 0] }] },
      'views[0] ("l"): it has a series "a" whose x decreases; sort it, or make the view a "scatter"',
    ],
    [
      'points without a partner',
      { ...line, kind: 'scatter', series: [{ name: 'a', x: [1], y: [0, 0] }] },
      'views[0] ("l"): it has a series "a" with 1 values of x and 2 of y',
    ],
    [
      'a triangle without its corners',
      { ...mesh, triangles: Uint32Array.of(0, 1, 3) },
      'views[0] ("m"): it has triangles with vertices that are not there: there are 3',
    ],
    [
      'positions in a plain list',
      { ...mesh, positions: [0, 0, 0] },
      'views[0].positions ("m"): must be a Float32Array or a Float64Array',
    ],
    [
      'a view of no known kind',
      { kind: 'hologram' },
      'views[0].kind: must be an object whose kind is one of histogram, image, rgba, table, line, scatter, mesh, text',
    ],
  ])('%s', (_, view, said) => {
    expect(problem(view)).toBe(said);
  });

  it('a figure that is no figure', () => {
    const checked = checkReport({ kind: 'procession.report', figures: [{ label: 'n', value: {} }], views: [] });
    expect(checked?.ok === false && checked.problem).toMatch(/^figures\[0\]\.value: /);
  });
});
