import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { insertFields, renderFields } from '../../../scripts/lib/job-file-fields.mjs';
import { loadJobFile } from '../../../src/jobs/load-job-file';
import { parseJobFile, problemCodes } from '../../../src/jobs/parse';
import { defaultsKeys, jobFileJsonSchema, jobFileKeys, jobKeys } from '../../../src/shared/job-file';
import { parseDuration } from '../../../src/shared/job-units';
import { builtinTargets } from '../../../src/workers/targets';

const full = `# everything that acts
version: 1
name: Everything
description: All fields of the simple part.
x-owner: me
jobs:
  - id: first
    label: The first
    target: ./count.mjs#count
    range: { files: ["a/*.dcm", b/*.dcm], exclude: a/9.dcm, x-note: ignored }
    numProcs: auto
    args: { names: [a, b], x-mine: kept, nested: { deep: [1, null, true] } }
    partitionArgs: [names]
    priority: -3
    timeout: 1h30m
    output: { path: out/first.dat, format: npy, x-note: ignored }
    x-note: [ignored]
  - target: builtin:mandelbrot
    range: 800
`;

describe('a valid job file', () => {
  it('comes out as written, without what begins with x- outside of args', () => {
    const parsed = parseJobFile(full, '/data/jobs/full.yaml');
    expect(parsed.ok && parsed.jobFile.jobFile).toEqual({
      version: 1,
      name: 'Everything',
      description: 'All fields of the simple part.',
      jobs: [
        {
          id: 'first',
          label: 'The first',
          target: './count.mjs#count',
          range: { files: ['a/*.dcm', 'b/*.dcm'], exclude: 'a/9.dcm' },
          numProcs: 'auto',
          args: { names: ['a', 'b'], 'x-mine': 'kept', nested: { deep: [1, null, true] } },
          partitionArgs: ['names'],
          priority: -3,
          timeout: '1h30m',
          output: { path: 'out/first.dat', format: 'npy' },
        },
        { target: 'builtin:mandelbrot', range: 800 },
      ],
    });
    expect(parsed.ok && parsed.jobFile.folder).toBe('/data/jobs');
  });

  it('may begin with a byte order mark, have Windows line ends, or repeat a value by an alias', () => {
    expect(parseJobFile(`\ufeff${full.replaceAll('\n', '\r\n')}`, 'a.yaml').ok).toBe(true);
    expect(
      parseJobFile('version: 1\njobs:\n  - &job { target: "builtin:mandelbrot", range: 8 }\n  - *job\n', 'a.yaml').ok,
    ).toBe(true);
  });

  it('is valid however it is written down', () => {
    const value: fc.Arbitrary<unknown> = fc.jsonValue({ maxDepth: 3, stringUnit: 'grapheme-ascii' });
    const job = fc.record(
      {
        label: fc.string({ minLength: 1, maxLength: 50 }),
        target: fc.constantFrom('builtin:mandelbrot', './a b/c.mjs#fn', 'x.ts#$1'),
        range: fc.oneof(
          fc.integer({ min: 1 }),
          fc.record({ list: fc.array(fc.oneof(fc.string(), fc.integer()), { minLength: 1 }) }),
        ),
        numProcs: fc.oneof(fc.constant('auto'), fc.integer({ min: 1, max: 1024 })),
        args: fc.dictionary(
          fc.stringMatching(/^[a-z]{1,8}$/).filter((key) => !['items', 'constructor', 'prototype'].includes(key)),
          value,
        ),
        priority: fc.integer(),
        timeout: fc
          .tuple(fc.integer({ min: 1, max: 20 }), fc.constantFrom('ms', 's', 'm', 'h', 'd'))
          .map(([n, unit]) => `${n}${unit}`),
      },
      { requiredKeys: ['target', 'range'] },
    );
    fc.assert(
      fc.property(fc.array(job, { minLength: 1, maxLength: 5 }), fc.boolean(), (jobs, asJson) => {
        const file = { version: 1, jobs };
        fc.pre(!/"(?:__proto__|constructor|prototype)"/.test(JSON.stringify(file)));
        const text = asJson ? JSON.stringify(file, null, 2) : stringify(file);
        const parsed = parseJobFile(text, asJson ? 'a.json' : 'a.yaml');
        expect(parsed.ok ? [] : parsed.problems).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });

  it('or an invalid one never makes the parser throw', () => {
    const noise = fc.array(
      fc.constantFrom(
        'version: 1\n',
        'jobs:',
        '\n',
        '  - ',
        'range',
        ': ',
        '{',
        '}',
        '[',
        ']',
        '*a',
        '&a ',
        '"',
        '\t',
        '# ',
        '---\n',
        'é',
        '? ',
        '| ',
        '\u0000',
      ),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(noise, (parts) => {
        const parsed = parseJobFile(parts.join(''), 'noise.yaml');
        if (parsed.ok) return;
        expect(parsed.problems.length).toBeGreaterThan(0);
        for (const { line, column, length } of parsed.problems)
          expect(Math.min(line, column, length)).toBeGreaterThanOrEqual(1);
      }),
      { numRuns: 500 },
    );
  });
});

describe('the examples', () => {
  const folder = join(import.meta.dirname, '..', '..', '..', 'examples');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.endsWith('.yaml') || name.endsWith('script.ts'),
  );

  it.each(files)('are valid and find what they name: %s', async (name) => {
    const loaded = await loadJobFile(join(folder, name), builtinTargets);
    expect(loaded.ok ? [] : loaded.problems).toEqual([]);
    const text = readFileSync(join(folder, name), 'utf8');
    const schema = /\$schema=(\S+)/.exec(text)?.[1];
    if (schema !== undefined) expect(existsSync(join(folder, name, '..', schema))).toBe(true);
  });
});

describe('a duration', () => {
  it.each([
    ['90s', 90_000],
    ['10m', 600_000],
    ['1.5h', 5_400_000],
    ['1h30m', 5_400_000],
    ['500ms', 500],
    ['2d', 172_800_000],
  ])('is understood: %s', (text, ms) => expect(parseDuration(text)).toBe(ms));
  it.each(['', '30', 's', '10 s', '-1s', '0s', '1e3s', '25d', '1h 30m', '1w', `${'9'.repeat(60)}s`])(
    'is refused: %j',
    (text) => {
      expect(parseDuration(text)).toBeUndefined();
    },
  );
});

describe('the JSON Schema', () => {
  it('allows x- keys and nothing unknown in each object of the format, and describes each field', () => {
    const strict = { additionalProperties: false, patternProperties: { '^x-': {} } };
    const described = (keys: readonly string[]) =>
      Object.fromEntries(keys.map((key) => [key, { description: expect.stringMatching(/\.$/) as string }]));
    const job = {
      ...strict,
      oneOf: [{ required: ['target'] }, { required: ['map'] }, { required: ['run'] }],
      properties: described(jobKeys),
    };
    expect(jobFileJsonSchema()).toMatchObject({
      ...strict,
      required: ['version', 'jobs'],
      properties: {
        ...described(jobFileKeys),
        defaults: { ...strict, properties: described(defaultsKeys) },
        jobs: { items: job },
      },
    });
  });

  it('is in the package and in the documentation as it is in the source', () => {
    const root = join(import.meta.dirname, '..', '..', '..');
    const schema = jobFileJsonSchema();
    expect(JSON.parse(readFileSync(join(root, 'schema', 'job-file.schema.json'), 'utf8'))).toEqual(
      JSON.parse(JSON.stringify(schema)),
    );
    const docs = readFileSync(join(root, 'docs', 'job-files.md'), 'utf8');
    expect(insertFields(docs, renderFields(schema))).toBe(docs);
  });
});

describe('the documentation', () => {
  const text = readFileSync(join(import.meta.dirname, '..', '..', '..', 'docs', 'job-files.md'), 'utf8');

  it('shows a valid file and names every field', () => {
    const examples = [...text.matchAll(/```yaml\n(version[^]*?)```/g)].map(([, example = '']) => example);
    expect(examples).toHaveLength(2);
    for (const example of examples) expect(parseJobFile(example, 'docs.yaml')).toMatchObject({ ok: true });
    expect(jobKeys.filter((key) => !text.includes(`| \`${key}\` |`))).toEqual([]);
  });

  it('lists every code with what it is about', () => {
    for (const [code, about] of Object.entries(problemCodes)) expect(text).toContain(`| ${code} | ${about} |\n`);
  });
});
