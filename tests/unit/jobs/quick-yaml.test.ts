import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { quickYaml } from '../../../src/jobs/quick-yaml';
import { readSource } from '../../../src/jobs/source';
import { filesOf } from './corpus';

const files = [...filesOf('valid'), ...filesOf('invalid')];

/** Whatever the quick reader takes, the full one must read without a problem, and as the same. */
function compare(text: string): boolean {
  const quick = quickYaml(text);
  if (!quick) return false;
  const full = readSource(text, 'a.yaml');
  expect({ problems: full.problems, value: full.source?.value }).toEqual({ problems: [], value: quick.data });
  return true;
}

describe('the quick reader', () => {
  it.each(files)('reads what the full one reads, or gives up: $name', ({ text }) => {
    compare(text);
    compare(text.replaceAll('\n', '\r\n'));
  });

  it('reads most of the valid files of the corpus', () => {
    const read = filesOf('valid').filter(({ text }) => quickYaml(text) !== undefined);
    expect(read.map(({ name }) => name)).toEqual(
      filesOf('valid')
        .map(({ name }) => name)
        .filter((name) => !['anchors.yaml', 'target.yaml', 'flow.json'].includes(name)),
    );
  });

  it.each([
    ['a: 1\nb:\n- x\n- y: 2\n  z: 3\nc: d', { a: 1, b: ['x', { y: 2, z: 3 }], c: 'd' }],
    ['a:   # note\n  b: c # note\n\n  # note\n  d: "#"\n', { a: { b: 'c', d: '#' } }],
    ['- a\n- [1, {b: c, "d":2, e: }]\n', undefined],
    ["a: 'it''s'\nb: it's, [fine] {too}: no\n", undefined],
    ["a: 'it''s'\nb: it's, [fine] {too}\n", { a: "it's", b: "it's, [fine] {too}" }],
    [
      'a: [1, -2.5, true, ~, "x\\n", y z, http://x/y#z, 10m, -x, 1-5]',
      { a: [1, -2.5, true, null, 'x\n', 'y z', 'http://x/y#z', '10m', '-x', '1-5'] },
    ],
    ['{"a": {"b":[1,\n2]},\n"c":"d"}\n', { a: { b: [1, 2] }, c: 'd' }],
    ['a:\nb: null\n', { a: null, b: null }],
  ])('reads %j', (text, value) => {
    expect(quickYaml(text)?.data).toEqual(value);
    compare(text);
  });

  it.each([
    ...['a: &x 1', 'a: *x', 'a: !t b', 'a: |\n  b', 'a: >\n  b', 'a: b\n  c', 'a: "b\n  c"', 'a: b: c', 'a: 1\na: 2'],
    ...[
      '__proto__: 1',
      'a: {constructor: 1}',
      '--- a',
      'a: 1\n---\nb: 2',
      '%YAML 1.2',
      '\ta: 1',
      'a:\t1',
      'a: [1',
      'a: 1]\n]',
    ],
    ...[
      '? a\n: b',
      '- - a',
      'a: 0x1f',
      'a: 0o7',
      'a: 1e3',
      'a: 007',
      'a: .inf',
      'a: 99999999999999999',
      'a: [b: c]',
      'a: {b}',
    ],
    ...[
      'a:\n  b\n',
      ' a: 1\nb: 2',
      'a:\n    b: 1\n  c: 2',
      'a: {b:c}',
      'null: 1',
      'a: "\\x41"',
      '',
      '# nothing',
      'text',
      'a: @b',
    ],
  ])('leaves %j to the full one', (text) => {
    expect(quickYaml(text)).toBeUndefined();
  });

  it('never reads anything else than the full one, however a valid value is written', () => {
    const key = fc.oneof(fc.stringMatching(/^[a-z][\w.-]{0,8}$/), fc.string({ maxLength: 5 }));
    const value = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 4, withCrossShrink: true },
        fc.oneof(
          fc.string(),
          fc.integer(),
          fc.double({ noNaN: true, noDefaultInfinity: true }),
          fc.boolean(),
          fc.constant(null),
        ),
        fc.array(tie('value'), { maxLength: 4 }),
        fc.dictionary(key, tie('value'), { maxKeys: 4, noNullPrototype: true }),
      ),
    })).value;
    let taken = 0;
    fc.assert(
      fc.property(
        fc.dictionary(key, value, { noNullPrototype: true }),
        fc.boolean(),
        fc.constantFrom(20, 80, 0),
        (data, isFlow, lineWidth) => {
          const text = isFlow ? JSON.stringify(data, null, lineWidth === 0 ? 2 : 0) : stringify(data, { lineWidth });
          if (compare(text)) taken += 1;
        },
      ),
      { numRuns: 1000 },
    );
    expect(taken).toBeGreaterThan(100);
  });

  it('never reads what the full one refuses, however a file is damaged', () => {
    const piece = fc.constantFrom(
      ...[
        '',
        ' ',
        '  ',
        '\n',
        '\n  ',
        '\n- ',
        ': ',
        ':',
        ',',
        '#',
        ' #',
        '[',
        ']',
        '{',
        '}',
        '"',
        "'",
        '-',
        '- ',
        '? ',
        '&a ',
        '*a',
        '!',
        '|',
        '>',
        '%',
        '@',
        '`',
      ],
      ...['\t', '\r', '0', '.', '~', 'null', 'x', 'é', '\u00a0', '\u2028', '\\', '---', '...', '_'],
    );
    const texts = filesOf('valid').map(({ text }) => text);
    fc.assert(
      fc.property(
        fc.constantFrom(...texts),
        fc.array(fc.tuple(fc.nat(), fc.nat(3), piece), { minLength: 1, maxLength: 3 }),
        (text, edits) => {
          const damaged = edits.reduce((sofar, [at, length, insert]) => {
            const place = at % (sofar.length + 1);
            return sofar.slice(0, place) + insert + sofar.slice(place + length);
          }, text);
          compare(damaged);
        },
      ),
      { numRuns: 3000 },
    );
  });
});
