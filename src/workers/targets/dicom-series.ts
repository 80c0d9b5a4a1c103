import { basename } from 'node:path';
import { z } from 'zod';
import type { AlgorithmProcess } from '../../core/algorithm-process-types';
import type { Patch } from '../../shared/partial';
import type { Report, View } from '../../shared/report';
import { defineTarget } from './define-target';
import {
  binLevels,
  countAtLeast,
  figuresOf,
  LevelCounter,
  type LevelCounts,
  mergeLevels,
  otsuThreshold,
  scaledSquares,
} from './dicom/levels';
import { readSlice, type SliceInfo } from './dicom/read-slice';
import { arrangeSlices, requireOneSeries, type SeriesGeometry } from './dicom/series';
import { summariseTags } from './dicom/tags';
import { sqrtOfRatio } from './exact-math';
import { TargetInputError } from './input-error';
import { Pace } from './pace';

const schema = z.strictObject({
  threshold: z.int().min(-32_768).max(65_535).default(300).describe('Voxels of this value or more are counted.'),
  binWidth: z.int().min(1).max(65_536).default(100).describe('Width of the histogram’s bins.'),
});

const histogramTitle = 'Voxel values';
/** A histogram of more bins is shown at the end only: it would cost more than the work. */
const mostShownBins = 4096;

/** What each rank tells the others after its first pass. */
interface Census {
  readonly n: number;
  readonly sum: number;
  readonly slices: readonly SliceInfo[];
}

const sliceInfo: z.ZodType<SliceInfo> = z.object({
  index: z.number(),
  file: z.string(),
  seriesUid: z.string(),
  instanceUid: z.string(),
  rows: z.number(),
  columns: z.number(),
  position: z.array(z.number()).nullable(),
  orientation: z.array(z.number()).nullable(),
  trailingBytes: z.number(),
  tags: z.array(z.object({ tag: z.string(), keyword: z.string(), value: z.string() })),
});

/** One rank's share of the result. */
interface Part {
  readonly slices: readonly SliceInfo[];
  readonly levels: LevelCounts;
  /** Its squared distances from the mean of the whole series, see {@link scaledSquares}. */
  readonly squares: bigint;
  /** Voxels of the series' middle slice, from the rank that has its file. */
  readonly middle: Int16Array | Uint16Array | null;
}

const part: z.ZodType<Part> = z.object({
  slices: z.array(sliceInfo),
  levels: z.object({ lowest: z.number(), counts: z.instanceof(Float64Array) }),
  squares: z.bigint(),
  middle: z.union([z.instanceof(Int16Array), z.instanceof(Uint16Array), z.null()]),
});

/**
 * Statistics of a DICOM series, one file per slice.
 *
 * Pass 1 reads this rank's files and counts how often each value occurs. The ranks then exchange numbers and sums.
 * Pass 2 adds up the squared distances from the mean of the *whole* series. Counts, sums and squares are integers
 * throughout, so every figure is the same to the last digit for every number of ranks.
 */
export const definition = defineTarget({
  name: 'dicom-series',
  title: 'DICOM series',
  description:
    'Statistics, histogram, Otsu threshold, slice spacing and tags of the images of one DICOM series. Each index of the range is one file.',
  schema,
  defaultRange: { files: '*.dcm' },
  rangeUnit: 'files',
  part,

  run(proc, { binWidth }, items): Part {
    const slices: SliceInfo[] = [];
    const pace = new Pace();
    /** What has been shown, and what has been counted since. */
    let levels: LevelCounts = { lowest: 0, counts: new Float64Array(0) };
    let counter = new LevelCounter();
    const show = (): void => {
      const recent = counter.result();
      counter = new LevelCounter();
      levels = mergeLevels([levels, recent]);
      emitLevels(proc, recent, binWidth);
    };
    for (const index of proc.pRange()) {
      const { info, voxels } = readSlice(items[index - proc.startVal] ?? '', index);
      counter.add(voxels);
      slices.push(info);
      if (pace.isDue()) show();
    }
    show();
    const figures = figuresOf(levels);
    const own: Census = { n: figures.n, sum: figures.sum, slices };
    const all = [own, ...proc.shareObject('census', own).values()];
    const allSlices = all.flatMap((census) => census.slices);
    requireOneSeries(allSlices, (slice) => slices.includes(slice));

    const n = all.reduce((total, census) => total + census.n, 0);
    const sum = all.reduce((total, census) => total + census.sum, 0);
    const middle = middleOf(arrangeSlices(allSlices).ordered);
    return {
      slices,
      levels,
      squares: scaledSquares(levels, n, sum),
      // Reading one file again costs less than to keep all voxels until the middle is known.
      middle: middle !== undefined && slices.includes(middle) ? readSlice(middle.file, middle.index).voxels : null,
    };
  },

  combine(proc, parts, { threshold, binWidth }): Report {
    const slices = parts.flatMap((rank) => rank.slices);
    if (slices.length === 0) {
      throw new TargetInputError(
        'ERR_NO_FILES',
        'dicom-series: there was no file to read. Check the pattern of the range and the folder that it is relative to.',
      );
    }
    const geometry = arrangeSlices(slices);
    for (const note of geometry.notes) proc.log(note);
    const levels = mergeLevels(parts.map((rank) => rank.levels));
    const { n, min, max, sum, mean, zeros } = figuresOf(levels);
    const squares = parts.reduce((total, rank) => total + rank.squares, 0n);
    const std = sqrtOfRatio(squares, BigInt(n) ** 3n);
    const atOrAbove = countAtLeast(levels, threshold);
    const otsu = otsuThreshold(levels);
    const histogram = binLevels(levels, binWidth);
    const tags = summariseTags(geometry.ordered.map((slice) => slice.tags));
    const { spacing } = geometry;
    return {
      kind: 'procession.report',
      figures: [
        { label: 'Slices', value: slices.length },
        { label: 'Voxels', value: n },
        { label: 'Minimum', value: min },
        { label: 'Maximum', value: max },
        { label: 'Sum', value: sum },
        { label: 'Mean', value: mean },
        { label: 'Standard deviation (population)', value: std },
        { label: 'Zeros', value: zeros },
        { label: `Voxels of ${threshold} or more`, value: atOrAbove },
        { label: 'Otsu threshold', value: otsu },
        spacing === null
          ? { label: 'Slice spacing by position', value: 'unknown' }
          : { label: 'Slice spacing by position', value: spacing, unit: 'mm' },
      ],
      views: [
        { kind: 'histogram', title: histogramTitle, ...histogram },
        ...middleView(geometry, parts, min, max),
        {
          kind: 'table',
          title: 'Tags',
          columns: ['Tag', 'Name', 'Value'],
          rows: tags.map(({ tag, keyword, value }) => [tag, keyword, value]),
        },
        ...notesView(geometry),
      ],
      data: {
        ...{
          slices: slices.length,
          n,
          min,
          max,
          sum,
          mean,
          std,
          zeros,
          threshold,
          atOrAbove,
          otsu,
          sliceSpacing: spacing,
          binWidth,
          histogram,
        },
        files: geometry.ordered.map(({ file }) => basename(file)),
        tags: Object.fromEntries(tags.map(({ keyword, value }) => [keyword, value])),
        notes: geometry.notes,
      },
    };
  },
});

/** Shows what has been counted: the histogram and the number of voxels grow by it. */
function emitLevels(proc: AlgorithmProcess, levels: LevelCounts, binWidth: number): void {
  if (levels.counts.length === 0) return;
  const patches: Patch[] = [
    { kind: 'procession.patch', view: 'figure', label: 'Voxels', value: figuresOf(levels).n, add: true },
  ];
  if (levels.counts.length / binWidth <= mostShownBins)
    patches.push({
      kind: 'procession.patch',
      view: 'histogram',
      title: histogramTitle,
      ...binLevels(levels, binWidth),
    });
  proc.emit(patches);
}

/** The slice to show; of an even number the upper one of the two in the middle. */
function middleOf(ordered: readonly SliceInfo[]): SliceInfo | undefined {
  return ordered[Math.floor(ordered.length / 2)];
}

function middleView(geometry: SeriesGeometry, parts: readonly Part[], min: number, max: number): View[] {
  const slice = middleOf(geometry.ordered);
  const voxels = parts.find((rank) => rank.middle !== null)?.middle;
  if (slice === undefined || voxels === undefined || voxels === null) return [];
  // A picture has no negative values: shown relative to the lowest one of the series when that is below zero.
  const offset = Math.min(0, min);
  return [
    {
      kind: 'image',
      title: `Slice ${geometry.ordered.indexOf(slice) + 1} of ${geometry.ordered.length}: ${basename(slice.file)}`,
      width: slice.columns,
      height: slice.rows,
      data: Uint16Array.from(voxels, (value) => value - offset),
      low: min - offset,
      high: max - offset,
      palette: 'grey',
    },
  ];
}

function notesView({ notes }: SeriesGeometry): View[] {
  return notes.length === 0
    ? []
    : [{ kind: 'table', title: 'Notes', columns: ['Note'], rows: notes.map((note) => [note]) }];
}
