import { describe, expect, it } from 'vitest';
import { ResultSource } from '../../../../src/main/results/result-source';

const ref = { key: 1, run: 1 };
const sourceOf = (value: unknown): ResultSource =>
  new ResultSource(({ run }) => (run === 1 ? { value, nameOf: (index) => `item ${index}` } : undefined));
const kindsOf = (value: unknown) =>
  sourceOf(value)
    .view(ref)
    ?.views.map(({ kind, title }) => [kind, title]);

describe('a result', () => {
  it('that is a report is shown with its figures and views', () => {
    const report = {
      kind: 'procession.report',
      figures: [{ label: 'n', value: 1 }],
      views: [{ kind: 'text', title: 't', text: 'x' }],
      data: { large: 'value' },
    };
    expect(sourceOf(report).view(ref)).toMatchObject({
      form: 'report',
      problem: null,
      figures: report.figures,
      views: report.views,
    });
  });

  it('that is a report of which nothing can be shown is a plain value that says why', () => {
    const view = sourceOf({ kind: 'procession.report', figures: [], views: [{ kind: 'text' }] }).view(ref);
    expect(view).toMatchObject({ form: 'value', views: [], tree: { kind: 'object', size: 3 } });
    expect(view?.problem).toMatch(/^views\[0\]\.title: /);
  });

  it('that is numbers is also a plot', () => {
    expect(kindsOf([1, 2, 3])).toEqual([['line', 'Values']]);
    expect(kindsOf(Float64Array.of(1, 2))).toEqual([['line', 'Values']]);
    expect(kindsOf([Float64Array.of(1, 2), Float64Array.of(3, 4)])).toEqual([['line', 'Values']]);
    expect(kindsOf(5)).toEqual([]);
  });

  it('that is a list of records or lists is also a table', () => {
    expect(kindsOf([{ a: 1 }, { a: 2, b: { deep: true } }])).toEqual([['table', 'Rows']]);
    const table = sourceOf([{ a: 1 }, { a: 2, b: { deep: true } }]).view(ref)?.views[0];
    expect(table).toMatchObject({
      columns: ['a', 'b'],
      total: 2,
      page: { columns: [expect.anything(), [null, '{…}']] },
    });
  });

  it('that is a text of several lines is also a text', () => {
    expect(kindsOf('one\ntwo')).toEqual([['text', 'Text']]);
    expect(kindsOf('short')).toEqual([]);
  });

  it('of another run is not there', () => {
    const source = sourceOf([1, 2]);
    const other = { key: 1, run: 2 };
    expect([source.view(other), source.tablePage(other, 0, 0), source.treePage(other, [], 0, 10)]).toEqual([
      null,
      null,
      null,
    ]);
  });
});

it('rows of a table can be asked for without its view', () => {
  const rows = Array.from({ length: 30_000 }, (_, index) => ({ index }));
  expect(sourceOf(rows).tablePage(ref, 0, 29_999)).toMatchObject({ offset: 29_999, length: 1 });
  expect(sourceOf(rows).tablePage(ref, 1, 0)).toBeNull();
});

describe('copying', () => {
  const value = { text: 'as it is', plain: { a: [1, null, true] }, odd: { nan: Number.NaN, big: 5n } };
  const copy = (path: readonly number[], what: 'path' | 'value' = 'value') => sourceOf(value).copy(ref, path, what);

  it('gives texts as they are, JSON where that says all, and source text where it does not', () => {
    expect(copy([0])).toEqual({ ok: true, text: 'as it is' });
    expect(copy([1])).toEqual({ ok: true, text: '{\n  "a": [\n    1,\n    null,\n    true\n  ]\n}' });
    expect(copy([2])).toEqual({ ok: true, text: '{ nan: NaN, big: 5n }' });
    expect(copy([1, 0, 2], 'path')).toEqual({ ok: true, text: 'result.plain.a[2]' });
  });

  it('says why not', () => {
    expect(copy([9])).toMatchObject({ ok: false, problem: 'This value is not there any more.' });
    const long = sourceOf('x'.repeat(40_000_000)).copy(ref, [], 'value');
    expect(!long.ok && long.problem).toContain('too large');
  });
});
