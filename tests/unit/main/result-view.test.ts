import { describe, expect, it } from 'vitest';
import { toResultView } from '../../../src/main/result-view';

const textOf = (value: unknown): unknown => {
  const view = toResultView(value);
  return view.kind === 'json' ? JSON.parse(view.text) : view;
};

describe('a result that is no report', () => {
  it('is shown as JSON', () => {
    expect(textOf([1, 'two', null, { three: 3 }])).toEqual([1, 'two', null, { three: 3 }]);
  });

  it('names what JSON has no word for', () => {
    expect(
      textOf({
        big: 10n,
        nan: Number.NaN,
        none: undefined,
        when: new Date(0),
        map: new Map([[1, 'a']]),
        set: new Set([2]),
      }),
    ).toEqual({
      big: '10n',
      nan: 'NaN',
      none: null,
      when: '1970-01-01T00:00:00.000Z',
      map: { 1: 'a' },
      set: [2],
    });
    expect(textOf(new Float64Array([0.5, 1]))).toEqual({ 'Float64Array(2)': [0.5, 1] });
    const circular: { self?: unknown } = {};
    circular.self = circular;
    expect(textOf(circular)).toEqual({ self: '[circular]' });
  });

  it('is cut where it is long, and says so', () => {
    const view = toResultView(Array.from({ length: 1000 }, (_, index) => index));
    expect(view).toMatchObject({ kind: 'json', truncated: true });
    expect(textOf(Array.from({ length: 1000 }, () => 0))).toHaveLength(201);
    const deep = toResultView(Array.from({ length: 200 }, () => Array.from({ length: 200 }, () => 'x'.repeat(5000))));
    expect(deep.kind === 'json' && deep.text.length).toBeLessThan(12_000_000);
  });

  it('cannot reach the prototype of anything', () => {
    const hostile: unknown = JSON.parse('{"__proto__": {"polluted": true}}');
    toResultView(hostile);
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
  });
});

describe('a report', () => {
  const image = { kind: 'image', title: 'i', width: 2, height: 1, data: new Uint8Array([0, 1]), low: 0, high: 1 };

  it('is passed on without its data', () => {
    const report = { kind: 'procession.report', figures: [{ label: 'n', value: 1 }], views: [image], data: 'large' };
    expect(toResultView(report)).toEqual({ kind: 'report', figures: report.figures, views: [image] });
  });

  it.each([
    ['an image without its pixels', { ...image, data: new Uint8Array(1) }],
    ['an image that is far too large', { ...image, width: 1e9, height: 1e9 }],
    ['a histogram with too few edges', { kind: 'histogram', title: 'h', edges: [0], counts: [1] }],
    ['a view of no known kind', { kind: 'mesh' }],
  ])('with %s is shown as plain data', (_, view) => {
    expect(toResultView({ kind: 'procession.report', figures: [], views: [view] }).kind).toBe('json');
  });
});
