import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { LiveReport } from '../../../src/main/live/live-report';
import { definition } from '../../../src/workers/targets/dicom-series';
import { TargetInputError } from '../../../src/workers/targets/input-error';
import {
  brainFile,
  brainFiles,
  brainFilesWith,
  brainSeries,
  makeFolder,
  replaceText,
  setUint16,
  writeChanged,
} from './dicom-files';
import { figure, type InlineResult, runInline } from './ranks';

const folder = makeFolder();
afterAll(() => rmSync(folder, { recursive: true }));

function read(items: readonly string[], total = 1, args: Record<string, unknown> = {}): InlineResult {
  return runInline({ definition, range: items.length, total, args, items });
}

describe('dicom-series on the brain series', () => {
  it.each([1, 2, 3, 20, 23])('gives the reference figures for %i ranks', (total) => {
    const { report } = read(brainFiles, total);
    expect(report.data).toMatchObject({
      slices: 20,
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
      binWidth: 100,
      histogram: {
        edges: [0, 100, 200, 300, 400, 500, 600, 700, 800, 900, 1000, 1100],
        counts: [804_251, 47_323, 57_896, 82_590, 204_698, 78_713, 16_982, 14_987, 3203, 74, 3],
      },
    });
    expect(figure(report, 'Slice spacing by position')).toBeCloseTo(7.0005, 4);
  });

  it('shows all voxels before its end: the counts add up to those of the result', () => {
    const live = new LiveReport();
    const onEmit = (rank: number, value: unknown): void => void live.add(rank, value);
    runInline({ definition, range: 20, total: 3, items: brainFiles, onEmit });
    const { figures, changes, problems } = live.take(1, true);
    expect([figures, problems]).toEqual([[{ label: 'Voxels', value: 1_310_720 }], []]);
    expect(changes).toMatchObject([
      {
        kind: 'whole',
        view: {
          title: 'Voxel values',
          edges: [0, 100, 200, 300, 400, 500, 600, 700, 800, 900, 1000, 1100],
          counts: [804_251, 47_323, 57_896, 82_590, 204_698, 78_713, 16_982, 14_987, 3203, 74, 3],
        },
      },
    ]);
  });

  it('gives the same report for the files in another order', () => {
    const { report } = read(brainFiles, 2);
    const reversed = read([...brainFiles].reverse(), 3).report;
    expect(reversed.figures).toEqual(report.figures);
    expect(reversed.data).toEqual(report.data);
    expect(reversed.views).toEqual(report.views);
  });

  it('shows the histogram, the middle slice, the tags and what is odd about the files', () => {
    const { report } = read(brainFiles, 2);
    expect(report.views.map(({ kind, title }) => [kind, title])).toEqual([
      ['histogram', 'Voxel values'],
      ['image', 'Slice 11 of 20: brain_011.dcm'],
      ['table', 'Tags'],
      ['table', 'Notes'],
    ]);
    expect(report.views[1]).toMatchObject({ width: 256, height: 256, low: 0, high: 1059 });
  });

  it('lists the tags as they stand in the files, wrong ones too, but none that tells who the patient is', () => {
    const { report } = read(brainFiles);
    const tags = report.views.find(({ title }) => title === 'Tags');
    const rows = tags?.kind === 'table' ? tags.rows : [];
    expect(rows).toContainEqual(['(0008,0060)', 'Modality', 'MR']);
    expect(rows).toContainEqual(['(0018,0088)', 'SpacingBetweenSlices', '2.00000']);
    expect(rows).toContainEqual(['(0028,0010)', 'Rows', '256']);
    expect(rows).toContainEqual(['(0020,000e)', 'SeriesInstanceUID', brainSeries]);
    expect(rows.filter(([tag]) => String(tag).startsWith('(0010'))).toEqual([]);
  });

  it('logs that the first file goes on after its pixel data', () => {
    expect(read(brainFiles).logs).toEqual([
      `${brainFile(1)} goes on for 2490368 bytes after its pixel data; they are ignored.`,
    ]);
  });

  it('counts and bins by its arguments', () => {
    const { report } = read(brainFiles, 2, { threshold: 1059, binWidth: 1000 });
    expect(report.data).toMatchObject({ atOrAbove: 1, histogram: { edges: [0, 1000, 2000], counts: [1_310_717, 3] } });
  });

  it('reports a slice that is missing between two others', () => {
    const { logs } = read(brainFiles.filter((_, i) => i !== 9));
    expect(logs[1]).toMatch(
      /^The slices are not evenly spaced: 14\.\d+ mm between .*brain_009\.dcm and .*brain_011\.dcm/,
    );
  });

  it('has no spacing for a single slice', () => {
    expect(figure(read([brainFile(2)]).report, 'Slice spacing by position')).toBe('unknown');
  });

  it('shows negative values relative to the lowest one', () => {
    const dark = writeChanged(folder, 'dark.dcm', (bytes) => {
      const changed = Buffer.from(bytes);
      changed.writeInt16LE(-24, bytes.length - 2);
      return changed;
    });
    const { report } = read([dark]);
    expect(figure(report, 'Minimum')).toBe(-24);
    const image = report.views.find(({ kind }) => kind === 'image');
    expect(image).toMatchObject({ low: 0 });
    expect(image?.kind === 'image' ? image.data[65_535] : undefined).toBe(0);
  });

  it('reads unsigned voxels and ignores bits above the stored ones', () => {
    const noisy = writeChanged(folder, 'noisy.dcm', (bytes) => {
      const changed = setUint16(0x28, 0x103, 0)(setUint16(0x28, 0x102, 11)(setUint16(0x28, 0x101, 12)(bytes)));
      for (let at = changed.length - 131_072; at < changed.length; at += 2)
        changed.writeUInt16LE(changed.readUInt16LE(at) | 0xf000, at);
      return changed;
    });
    expect(read([noisy]).report.data).toMatchObject({ min: 0, max: 874 });
  });
});

describe('dicom-series refuses', () => {
  const refusals: readonly (readonly [what: string, make: () => string, code: string, message: RegExp])[] = [
    ['a file that is not there', () => join(folder, 'gone.dcm'), 'ERR_FILE_READ', /gone\.dcm cannot be read: ENOENT/],
    ['a folder', () => folder, 'ERR_FILE_READ', /cannot be read: EISDIR/],
    [
      'a text',
      () => writeChanged(folder, 'notes.txt', () => Buffer.from('nothing medical')),
      'ERR_NOT_DICOM',
      /notes\.txt is not a DICOM file: it has no "DICM" at byte 128/,
    ],
    [
      'an empty file',
      () => writeChanged(folder, 'empty.dcm', () => Buffer.alloc(0)),
      'ERR_NOT_DICOM',
      /empty\.dcm is not a DICOM file/,
    ],
    [
      'a file cut off in its pixel data',
      () => writeChanged(folder, 'cut.dcm', (bytes) => bytes.subarray(0, 100_000)),
      'ERR_DICOM_DAMAGED',
      /cut\.dcm is cut off: 131072 bytes of pixel data are needed, 98158 are there/,
    ],
    [
      'a file cut off in its header',
      () => writeChanged(folder, 'head.dcm', (bytes) => bytes.subarray(0, 700)),
      'ERR_DICOM_DAMAGED',
      /head\.dcm is cut off or damaged|head\.dcm has no pixel data/,
    ],
    [
      'a file cut off in its first element',
      () => writeChanged(folder, 'stub.dcm', (bytes) => bytes.subarray(0, 140)),
      'ERR_DICOM_DAMAGED',
      /stub\.dcm is cut off or damaged/,
    ],
    [
      'a compressed image',
      () => writeChanged(folder, 'rle.dcm', replaceText('1.2.840.10008.1.2.1\0', '1.2.840.10008.1.2.5\0')),
      'ERR_DICOM_UNSUPPORTED',
      /rle\.dcm is RLE compressed \(transfer syntax 1\.2\.840\.10008\.1\.2\.5\); only uncompressed/,
    ],
    [
      'a compressed image that says it is not',
      () =>
        writeChanged(folder, 'lie.dcm', (bytes) => {
          const changed = Buffer.from(bytes);
          changed.writeUInt32LE(0xffff_ffff, bytes.length - 131_072 - 4);
          return changed;
        }),
      'ERR_DICOM_UNSUPPORTED',
      /lie\.dcm has pixel data in fragments/,
    ],
    [
      'an image with impossible bits',
      () => writeChanged(folder, 'impossible.dcm', setUint16(0x28, 0x101, 20)),
      'ERR_DICOM_UNSUPPORTED',
      /impossible\.dcm has BitsStored 20; only images with BitsStored 16 are read/,
    ],
    [
      'a big-endian image',
      () => writeChanged(folder, 'big.dcm', replaceText('1.2.840.10008.1.2.1\0', '1.2.840.10008.1.2.2\0')),
      'ERR_DICOM_UNSUPPORTED',
      /big\.dcm is big-endian/,
    ],
    [
      'an image of 8 bits',
      () => writeChanged(folder, 'bits.dcm', setUint16(0x28, 0x100, 8)),
      'ERR_DICOM_UNSUPPORTED',
      /bits\.dcm has BitsAllocated 8; only images with BitsAllocated 16 are read/,
    ],
    [
      'a colour image',
      () => writeChanged(folder, 'colour.dcm', setUint16(0x28, 0x2, 3)),
      'ERR_DICOM_UNSUPPORTED',
      /colour\.dcm has SamplesPerPixel 3/,
    ],
  ];

  it.each(refusals)('%s, naming it', (_what, make, code, message) => {
    const refusal = refusalOf(() => read(brainFilesWith(4, make()), 2));
    expect(refusal.code).toBe(code);
    expect(refusal.message).toMatch(message);
  });

  const foreignSeries = brainSeries.replace('.8811.', '.9999.');
  const foreign = (): string => writeChanged(folder, 'foreign.dcm', replaceText(brainSeries, foreignSeries));

  it.each([1, 2, 3, 20])('a file of another series, naming both, for %i ranks', (total) => {
    const file = foreign();
    const message = `${file} belongs to series ${foreignSeries}, but 19 of the 20 files belong to series ${brainSeries} (${brainFile(1)} is one). Run one series at a time: leave the other's files out of the range.`;
    expect(() => read(brainFilesWith(2, file), total)).toThrow(
      expect.objectContaining({ code: 'ERR_DICOM_SERIES', message }),
    );
  });

  it('a file of another series also when it comes first', () => {
    expect(() => read(brainFilesWith(1, foreign()), 3)).toThrow(
      `but 19 of the 20 files belong to series ${brainSeries} (${brainFile(2)} is one)`,
    );
  });

  it('the same image twice', () => {
    const copy = writeChanged(folder, 'copy.dcm', (bytes) => bytes);
    expect(() => read([...brainFiles, copy], 2)).toThrow(`${copy} and ${brainFile(2)} are the same image`);
  });

  it('an empty list', () => {
    expect(() => runInline({ definition, range: 0, total: 1, items: [] })).toThrow(
      expect.objectContaining({ code: 'ERR_NO_FILES' }),
    );
  });
});

function refusalOf(attempt: () => unknown): TargetInputError {
  try {
    attempt();
  } catch (error) {
    if (error instanceof TargetInputError) return error;
    throw error;
  }
  throw new Error('It was not refused.');
}
