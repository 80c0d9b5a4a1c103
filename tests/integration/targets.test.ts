import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { checkResultMap, isReport, listResults, ProcessServer, type Report } from 'procession';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseJobFile } from '../../src/jobs/parse';
import {
  brainFile,
  brainFiles,
  brainFilesWith,
  brainSeries,
  makeFolder,
  replaceText,
  writeChanged,
} from '../unit/targets/dicom-files';

const folder = makeFolder();
let server: ProcessServer;

beforeAll(() => {
  server = new ProcessServer({ numProcs: 3, allowOversubscribe: true }).start();
});

afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true });
});

/** Ranks to ask for: one in a worker process, one on a thread of this process, two, three, and 0 for all. */
const ways = [
  { name: '1 process', numProcs: 1, isolation: 'process' },
  { name: '1 thread of the own process', numProcs: 1, isolation: 'auto' },
  { name: '2 processes', numProcs: 2, isolation: 'auto' },
  { name: '3 processes', numProcs: 3, isolation: 'auto' },
  { name: 'all processes', numProcs: 0, isolation: 'auto' },
] as const;

type Way = (typeof ways)[number];
const all: Way = ways[4];

interface Call {
  readonly target: string;
  readonly range: number;
  readonly args?: Readonly<Record<string, unknown>>;
  readonly items?: readonly string[];
}

/** Runs a target and its `combine`, as a job file's job does. */
async function run({ target, range, args = {}, items }: Call, way: Way): Promise<unknown> {
  const kwargs = items === undefined ? { ...args } : { ...args, items, partitionArgs: ['items'] };
  const options = { isolation: way.isolation };
  const parts = await server.callProcessFunc(range, way.numProcs, null, target, [], kwargs, options);
  checkResultMap(parts);
  const combined = await server.callProcessFunc(1, 1, null, `${target}.combine`, [listResults(parts), args]);
  checkResultMap(combined);
  return combined.get(0);
}

async function report(call: Call, way: Way): Promise<Report> {
  const result = await run(call, way);
  if (!isReport(result)) throw new TypeError('The target did not give a report.');
  return result;
}

const series = (items: readonly string[]): Call => ({ target: 'builtin:dicom-series', range: items.length, items });

describe('mandelbrot', () => {
  it.each(ways)('gives the reference picture with $name', async (way) => {
    const { data, views } = await report({ target: 'builtin:mandelbrot', range: 800 }, way);
    expect(data).toEqual({
      width: 1200,
      height: 800,
      maxIterations: 256,
      sum: 67_311_712,
      inside: 243_526,
      sha256: 'e6cff302fce88439a8ed006d68cb0ef5286debe6bf26b58bbe2f4fce72dcee8a',
    });
    expect(views).toMatchObject([{ kind: 'image', width: 1200, height: 800 }]);
  });

  it('refuses a wrong argument with a message for the person who wrote it', async () => {
    await expect(report({ target: 'builtin:mandelbrot', range: 8, args: { widht: 3 } }, all)).rejects.toMatchObject({
      name: 'TargetInputError',
      code: 'ERR_TARGET_ARGS',
      message: expect.stringContaining('mandelbrot: Unknown argument "widht".') as unknown,
    });
  });
});

describe('dicom-series', () => {
  it.each(ways)('gives the reference figures of the brain series with $name', async (way) => {
    const { data } = await report(series(brainFiles), way);
    expect(data).toMatchObject({
      n: 1_310_720,
      min: 0,
      max: 1059,
      sum: 219_593_921,
      mean: 167.53686599731446,
      std: 214.71913829836316,
      zeros: 340_357,
      threshold: 300,
      atOrAbove: 401_250,
      otsu: 237,
      sliceSpacing: expect.closeTo(7.0005, 4) as unknown,
      histogram: { counts: [804_251, 47_323, 57_896, 82_590, 204_698, 78_713, 16_982, 14_987, 3203, 74, 3] },
    });
  });

  it('works with fewer files than processes', async () => {
    const { data } = await report(series([brainFile(2), brainFile(3)]), ways[3]);
    expect(data).toMatchObject({ slices: 2, n: 131_072 });
  });

  it('fails with the file of another series named, and runs the next job', async () => {
    const foreignSeries = brainSeries.replace('.8811.', '.9999.');
    const foreign = writeChanged(folder, 'foreign.dcm', replaceText(brainSeries, foreignSeries));
    await expect(report(series(brainFilesWith(7, foreign)), ways[3])).rejects.toMatchObject({
      code: 'ERR_DICOM_SERIES',
      message: `${foreign} belongs to series ${foreignSeries}, but 19 of the 20 files belong to series ${brainSeries} (${brainFile(1)} is one). Run one series at a time: leave the other's files out of the range.`,
    });
    await expect(report(series([brainFile(2)]), ways[0])).resolves.toMatchObject({ data: { max: 874 } });
  });

  it('fails on the rank that has a truncated file, while the others are released from their exchange', async () => {
    const cut = writeChanged(folder, 'cut.dcm', (bytes) => bytes.subarray(0, 100_000));
    const { target, range, items } = series(brainFilesWith(20, cut));
    const kwargs = { items, partitionArgs: ['items'] };
    const parts = await server.callProcessFunc(range, 3, null, target, [], kwargs);
    expect(parts.get(2)).toMatchObject({
      code: 'ERR_DICOM_DAMAGED',
      message: `${cut} is cut off: 131072 bytes of pixel data are needed, 98158 are there. Copy it again, or leave it out of the range.`,
    });
    expect([parts.get(0), parts.get(1)]).toMatchObject([
      { code: 'ERR_SIBLING_FAILED' },
      { code: 'ERR_SIBLING_FAILED' },
    ]);
    expect(() => checkResultMap(parts)).toThrow('cut.dcm is cut off');
  });

  it('refuses a file that is not DICOM', async () => {
    const text = writeChanged(folder, 'notes.dcm', () => Buffer.from('nothing medical'));
    await expect(report(series(brainFilesWith(1, text)), ways[2])).rejects.toMatchObject({ code: 'ERR_NOT_DICOM' });
  });

  it('refuses the files of an empty folder: there are none', async () => {
    const empty = resolve(folder, 'empty');
    mkdirSync(empty);
    await expect(report(series(readdirSync(empty)), all)).rejects.toMatchObject({
      code: 'ERR_NO_FILES',
      message: expect.stringContaining('there was no file to read') as unknown,
    });
  });
});

describe('the examples', () => {
  it('are all valid job files', () => {
    const files = readdirSync('examples').filter((name) => name.endsWith('.yaml'));
    expect(files).toEqual(['brain-histogram.yaml', 'heat.yaml', 'mandelbrot.yaml', 'primes.yaml']);
    for (const name of files) {
      const file = resolve('examples', name);
      expect(parseJobFile(readFileSync(file, 'utf8'), file)).toMatchObject({ ok: true });
    }
  });

  it.each(ways)('count the primes below a million with $name', async (way) => {
    const target = `${resolve('examples/primes.ts')}#countPrimes`;
    await expect(run({ target, range: 1_000_000 }, way)).resolves.toBe(78_498);
  });

  it('spread heat to the same last digit for every number of processes', async () => {
    const call = { target: `${resolve('examples/heat.ts')}#spreadHeat`, range: 101, args: { steps: 40 } };
    const alone = await run(call, ways[0]);
    const rod = Array.isArray(alone) ? alone.map(Number) : [];
    expect(rod).toHaveLength(101);
    // After n steps that give each neighbour a quarter, the middle has C(2n, n) / 4^n of the heat.
    expect(rod[50]).toBeCloseTo(0.088_927_878_773_907, 14);
    for (const way of ways.slice(1)) await expect(run(call, way)).resolves.toEqual(alone);
  });
});
