import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDocument } from 'yaml';
import { parseJobFile } from '../../../src/jobs/parse';
import { builtins, check, filesOf, textOf } from './corpus';
import { schemaAccepts } from './json-schema';

const invalid = filesOf('invalid');
const valid = filesOf('valid');
const schema: unknown = JSON.parse(
  readFileSync(join(import.meta.dirname, '..', '..', '..', 'schema', 'job-file.schema.json'), 'utf8'),
);

describe('each invalid job file', () => {
  it('is one of a corpus that nobody has emptied', () => {
    expect(invalid.length).toBeGreaterThanOrEqual(140);
  });

  it.each(invalid)('gets exactly the text that a person should read: $name', async ({ text, path, expected }) => {
    expect(await textOf(text, path)).toBe(expected);
  });

  it.each(invalid)('gets the same with Windows line ends: $name', async ({ text, path, expected }) => {
    expect(await textOf(text.replaceAll('\n', '\r\n'), path)).toBe(expected);
  });
});

describe('each valid job file', () => {
  it.each(valid)('comes to exactly its plan: $name', async ({ text, path, expected }) => {
    expect(await textOf(text, path)).toBe(expected);
  });

  it.each(valid)('comes to the same with Windows line ends and a byte order mark: $name', async (file) => {
    const windows = `\ufeff${file.text.replaceAll('\n', '\r\n')}`;
    expect(await check(windows, file.path)).toEqual(await check(file.text, file.path));
  });
});

describe('the published JSON Schema and the parser', () => {
  /**
   * What no schema can say: about syntax and what lies on disk, about several values together, and about what stands
   * inside of a text.
   */
  const onlyForTheParser = new Set([
    'alias-bomb',
    'alias-none',
    'all-off',
    'args-items',
    'bigint',
    'builtin-arg',
    'builtin-name',
    'circle',
    'colon',
    'csv-broken',
    'csv-column',
    'csv-header',
    'csv-not-there',
    'cwd-not-there',
    'dup-id',
    'ending',
    'flow',
    'glob-braces',
    'glob-nothing',
    'infinity',
    'key-twice',
    'lines-broken',
    'map-builtin',
    'matrix-args',
    'matrix-builtin',
    'matrix-many',
    'matrix-output',
    'matrix-twice',
    'needs-circle',
    'needs-circles',
    'needs-items-count',
    'needs-items-target',
    'needs-off',
    'needs-self',
    'needs-twice',
    'needs-unknown',
    'nested-101-deep',
    'no-use',
    'output-ending',
    'output-input',
    'output-items-same',
    'output-outside',
    'output-row-outside',
    'output-rows-same',
    'output-run-format',
    'output-run-one',
    'output-run-png',
    'output-self',
    'output-template-outside',
    'partition-map',
    'partition-number',
    'partition-unknown',
    'placeholder-args',
    'placeholder-attempt',
    'placeholder-cwd',
    'placeholder-default',
    'placeholder-item-of-row',
    'placeholder-matrix',
    'placeholder-out',
    'placeholder-path',
    'placeholder-row',
    'placeholder-unknown',
    'placeholder',
    'proto',
    'quote',
    'range-from-none',
    'range-map-many',
    'range-numbers-many',
    'range-spec-descends',
    'range-spec-overlap',
    'range-spec-step',
    'same-output',
    'tabs',
    'target-ext',
    'target-outside',
    'two-docs',
  ]);

  const dataOf = (text: string): unknown => {
    const document = parseDocument(text, {
      version: '1.2',
      schema: 'core',
      prettyErrors: false,
      uniqueKeys: false,
      logLevel: 'error',
    });
    return document.errors.length > 0 ? undefined : document.toJS({ maxAliasCount: 1000 });
  };

  it.each(invalid)('agree about what is wrong: $name', ({ name, text }) => {
    let data: unknown;
    try {
      data = dataOf(text);
    } catch {
      data = undefined;
    }
    const refuses = data !== undefined && !schemaAccepts(schema, data);
    expect(refuses).toBe(!onlyForTheParser.has(name.replace('.yaml', '')));
  });

  it.each(valid)('agree about what is right: $name', ({ text, path }) => {
    expect(schemaAccepts(schema, dataOf(text))).toBe(true);
    expect(parseJobFile(text, path, { builtins }).ok).toBe(true);
  });

  it('agree about files that are changed anywhere: what the schema refuses, the parser refuses too', () => {
    const junk = fc.constantFrom<unknown>(
      ...[null, true, 0, -1, 1.5, 7, 1e9, '', 'x', '3%', 'exit:75', '10m', '512MiB', '1-5', 'static', 'continue'],
      ...[[], [1], ['a'], [[]], {}, { x: 1 }, { kind: 'dynamic' }, { max: 1 }, { secret: 'A' }, { job: 'first' }],
    );
    const datas = valid.map(({ text }) => dataOf(text));
    fc.assert(
      fc.property(fc.nat(datas.length - 1), fc.infiniteStream(fc.nat(50)), junk, (index, choices, value) => {
        const data = changed(datas[index], choices[Symbol.iterator](), value);
        const parsed = parseJobFile(JSON.stringify(data), '/w/changed.json', { builtins });
        if (parsed.ok) expect(schemaAccepts(schema, data)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});

/** A copy with one value, found by chance, replaced; or with a key more or less. */
function changed(data: unknown, choices: Iterator<number>, value: unknown): unknown {
  const choose = (): number => choices.next().value as number;
  const entries = typeof data === 'object' && data !== null ? Object.entries(data) : [];
  if (entries.length === 0 || choose() < 8) return value;
  const at = choose() % (entries.length + 1);
  const list = entries.flatMap(([key, inner], place): [string, unknown][] => {
    if (place !== at) return [[key, inner]];
    return choose() < 5 ? [] : [[key, changed(inner, choices, value)]];
  });
  if (at === entries.length) list.push(['range', value]);
  return Array.isArray(data) ? list.map(([, inner]) => inner) : Object.fromEntries(list);
}
