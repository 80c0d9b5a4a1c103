import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decode } from 'fast-png';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeOutput } from '../../../src/jobs/output';
import { toCsv } from '../../../src/jobs/output-csv';
import { toJson, toNdjson, toPlain } from '../../../src/jobs/output-json';
import { toNpy } from '../../../src/jobs/output-npy';
import { toPng } from '../../../src/jobs/output-png';
import type { Report } from '../../../src/shared/report';

const image: Report = {
  kind: 'procession.report',
  figures: [{ label: 'Sum', value: 6, unit: 'mm' }],
  views: [
    {
      kind: 'image',
      title: 'Picture',
      width: 3,
      height: 2,
      data: Uint16Array.of(0, 50, 100, 150, 200, 255),
      low: 0,
      high: 200,
    },
    { kind: 'histogram', title: 'Bins', edges: [0, 10, 20], counts: [4, 2] },
  ],
};

describe('json', () => {
  it('holds what JSON itself cannot', () => {
    const result = {
      map: new Map([['a', 1n]]),
      pairs: new Map([[1, 'x']]),
      set: new Set([1]),
      date: new Date(0),
      odd: [Number.NaN, Number.POSITIVE_INFINITY, undefined],
      array: Float64Array.of(0.5, Number.NaN),
      error: new RangeError('no'),
    };
    expect(JSON.parse(toJson(result))).toEqual({
      map: { a: '1' },
      pairs: [[1, 'x']],
      set: [1],
      date: '1970-01-01T00:00:00.000Z',
      odd: [null, null, null],
      array: [0.5, null],
      error: { name: 'RangeError', message: 'no' },
    });
  });

  it('writes a large typed array as base64, and tells its length only where asked to', () => {
    const large = Uint16Array.from({ length: 2000 }, (_, index) => index);
    const plain = JSON.parse(toJson({ large })) as { large: { type: string; length: number; base64: string } };
    expect(plain.large).toMatchObject({ type: 'Uint16Array', length: 2000 });
    expect(Buffer.from(plain.large.base64, 'base64').readUInt16LE(1999 * 2)).toBe(1999);
    expect(toPlain({ large }, 'length')).toEqual({ large: { type: 'Uint16Array', length: 2000 } });
  });

  it('writes the data of a report, or its figures and views', () => {
    expect(JSON.parse(toJson({ ...image, data: { sum: 6 } }))).toEqual({ sum: 6 });
    expect(JSON.parse(toJson(image))).toMatchObject({
      figures: [{ label: 'Sum', value: 6, unit: 'mm' }],
      views: [{ data: [0, 50, 100, 150, 200, 255] }, {}],
    });
  });

  it('refuses a circle, but not the same object twice', () => {
    const circle: unknown[] = [];
    circle.push(circle);
    expect(() => toJson(circle)).toThrow('it contains itself.');
    const shared = { a: 1 };
    expect(toJson([shared, shared])).toBe('[\n  {\n    "a": 1\n  },\n  {\n    "a": 1\n  }\n]\n');
  });

  it('as ndjson has a line for each element', () => {
    expect(toNdjson([{ a: 1 }, 2, 'x\ny'])).toBe('{"a":1}\n2\n"x\\ny"\n');
    expect(toNdjson({ a: 1 })).toBe('{"a":1}\n');
  });
});

describe('csv', () => {
  it.each<[string, unknown, string]>([
    [
      'objects',
      [
        { a: 1, b: 'x' },
        { a: 2, c: true },
      ],
      'a,b,c\n1,x,\n2,,true\n',
    ],
    ['lists', [[1, 2], [3]], '0,1\n1,2\n3\n'],
    ['values', ['p', 5], 'index,value\n0,p\n1,5\n'],
    ['a typed array', Uint8Array.of(7, 8), 'index,value\n0,7\n1,8\n'],
    ['a histogram', image, 'from,to,count\n0,10,4\n10,20,2\n'],
    ['figures', { ...image, views: [] }, 'figure,value,unit\nSum,6,mm\n'],
  ])('has rows for %s', (_name, result, csv) => expect(toCsv(result)).toBe(csv));

  it('quotes what would break a row, and what a spreadsheet would run', () => {
    expect(toCsv([['a,b', 'say "hi"', 'two\nlines', '=1+1', '+x', '-x', '@x', -1]])).toBe(
      '0,1,2,3,4,5,6,7\n"a,b","say ""hi""","two\nlines","\'=1+1","\'+x","\'-x","\'@x",-1\n',
    );
  });

  it('refuses what has no rows', () => expect(() => toCsv({ a: 1 })).toThrow('neither a report nor a list'));
});

describe('npy', () => {
  it('has NumPy 1.0 headers that end on 64 bytes, then the numbers', () => {
    const bytes = Buffer.from(toNpy(Int16Array.of(1, -2)));
    expect(bytes.subarray(0, 8).toString('latin1')).toBe('\u0093NUMPY\u0001\u0000');
    expect(bytes.readUInt16LE(8)).toBe(118);
    expect(bytes.subarray(10, 128).toString('latin1')).toBe(
      `${"{'descr': '<i2', 'fortran_order': False, 'shape': (2,), }".padEnd(117)}\n`,
    );
    expect([...bytes.subarray(128)]).toEqual([1, 0, 254, 255]);
  });

  it('joins the ranks in order, takes lists of numbers as doubles and images by rows', () => {
    const shapeOf = (result: unknown): string =>
      /'descr': '(...)'.*'shape': (\([^)]*\))/
        .exec(Buffer.from(toNpy(result)).toString('latin1'))
        ?.slice(1)
        .join(' ') ?? '';
    expect(shapeOf([Uint8Array.of(1), Uint8Array.of(2, 3)])).toBe('|u1 (3,)');
    expect(shapeOf([1, 2.5])).toBe('<f8 (2,)');
    expect(shapeOf(image)).toBe('<u2 (2, 3)');
    expect(shapeOf({ ...image, data: new Float32Array(7) })).toBe('<f4 (7,)');
  });

  it('refuses mixed kinds and other things', () => {
    expect(() => toNpy([Uint8Array.of(1), Int8Array.of(1)])).toThrow('arrays of different kinds (|u1, |i1)');
    expect(() => toNpy({ a: 1 })).toThrow('neither a typed array');
  });
});

describe('png', () => {
  it('spreads low to high over the shades and cuts off what lies outside', () => {
    const { width, height, channels, data } = decode(toPng(image));
    expect({ width, height, channels, data: [...data] }).toEqual({
      width: 3,
      height: 2,
      channels: 1,
      data: [0, 64, 128, 191, 255, 255],
    });
  });

  it('paints in the colours of the palette', () => {
    const fire: Report = {
      ...image,
      views: [
        {
          kind: 'image',
          title: '',
          width: 3,
          height: 1,
          data: Uint8Array.of(0, 50, 255),
          low: 0,
          high: 255,
          palette: 'fire',
        },
      ],
    };
    expect([...decode(toPng(fire)).data]).toEqual([0, 0, 0, 211, 65, 46, 253, 246, 214]);
  });

  it('refuses what has no image, or one of another size than it says', () => {
    expect(() => toPng([1])).toThrow('it is not a report with an image.');
    expect(() => toPng({ ...image, views: [{ ...image.views[0], width: 4 }] })).toThrow(
      'its image says 4 x 2, but has 6 values.',
    );
  });
});

describe('writing', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'procession-output-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('makes the folders and leaves nothing but the file', async () => {
    await writeOutput({ path: join(folder, 'a', 'b', 'x.json'), format: 'json' }, { n: 1 });
    expect(readdirSync(join(folder, 'a', 'b'))).toEqual(['x.json']);
    expect(readFileSync(join(folder, 'a', 'b', 'x.json'), 'utf8')).toBe('{\n  "n": 1\n}\n');
  });

  it('replaces an older file, and a link rather than what it leads to', async () => {
    writeFileSync(join(folder, 'elsewhere.json'), 'keep me');
    symlinkSync(join(folder, 'elsewhere.json'), join(folder, 'x.json'));
    await writeOutput({ path: join(folder, 'x.json'), format: 'json' }, 2);
    expect(readFileSync(join(folder, 'elsewhere.json'), 'utf8')).toBe('keep me');
    expect(readFileSync(join(folder, 'x.json'), 'utf8')).toBe('2\n');
  });

  it.each<[string, unknown, AbortSignal | undefined, string, string]>([
    ['the result does not fit the format', { a: 1 }, undefined, 'png', 'ERR_OUTPUT'],
    ['it is cancelled', 3, AbortSignal.abort(), 'json', 'ERR_JOB_CANCELLED'],
  ])('keeps the older file and removes its own when %s', async (_name, result, signal, format, code) => {
    writeFileSync(join(folder, 'x.out'), 'old');
    const output = { path: join(folder, 'x.out'), format: format === 'png' ? ('png' as const) : ('json' as const) };
    await expect(writeOutput(output, result, signal)).rejects.toMatchObject({ code });
    expect(readdirSync(folder)).toEqual(['x.out']);
    expect(readFileSync(join(folder, 'x.out'), 'utf8')).toBe('old');
  });

  it('says which file cannot be written', async () => {
    mkdirSync(join(folder, 'x.json'));
    await expect(writeOutput({ path: join(folder, 'x.json'), format: 'json' }, 1)).rejects.toThrow(
      `${folder}/x.json cannot be written: `,
    );
    expect(readdirSync(folder)).toEqual(['x.json']);
  });
});
