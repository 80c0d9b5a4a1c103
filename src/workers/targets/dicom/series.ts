import { TargetInputError } from '../input-error';
import type { SliceInfo } from './read-slice';

/** Where the slices of a series lie. */
export interface SeriesGeometry {
  /** The slices along the normal of their plane; in the order of the files where positions are missing. */
  readonly ordered: readonly SliceInfo[];
  /** Mean distance of neighbouring slices in mm, by their positions; null when it cannot be told. */
  readonly spacing: number | null;
  /** What a person should know before trusting the figures. */
  readonly notes: readonly string[];
}

/** Gaps that differ by more than this factor are not rounding: a slice is missing or stands twice. */
const unevenGap = 1.5;

/** Two direction cosines this close are the same; files carry five to six digits. */
const directionTolerance = 1e-4;

/**
 * Refuses files that do not belong together.
 *
 * The series that most files belong to counts as the right one, so that one stray file is blamed and not the
 * others. Only the rank that holds the first stray file throws: the job then has one failure, on the rank that a
 * person has to look at, and the same one for every number of ranks.
 *
 * @param all the files of all ranks
 * @param isMine whether this rank holds a file
 * @throws TargetInputError `ERR_DICOM_SERIES` for a file of another series, or an image that is there twice
 */
export function requireOneSeries(all: readonly SliceInfo[], isMine: (slice: SliceInfo) => boolean): void {
  const slices = sortedByIndex(all);
  const groups = new Map<string, SliceInfo[]>();
  for (const slice of slices) groups.set(slice.seriesUid, [...(groups.get(slice.seriesUid) ?? []), slice]);
  const [main] = [...groups.values()].sort((a, b) => b.length - a.length);
  const [example] = main ?? [];
  if (main === undefined || example === undefined) return;

  const stray = slices.find((slice) => slice.seriesUid !== example.seriesUid);
  if (stray !== undefined && isMine(stray)) {
    throw new TargetInputError(
      'ERR_DICOM_SERIES',
      `${stray.file} belongs to series ${stray.seriesUid}, but ${main.length} of the ${slices.length} files belong to series ${example.seriesUid} (${example.file} is one). Run one series at a time: leave the other's files out of the range.`,
    );
  }
  const seen = new Map<string, SliceInfo>();
  for (const slice of slices) {
    const twin = seen.get(slice.instanceUid);
    if (twin !== undefined && slice.instanceUid !== '' && isMine(slice)) {
      throw new TargetInputError(
        'ERR_DICOM_SERIES',
        `${slice.file} and ${twin.file} are the same image (${slice.instanceUid}), which would count twice. Leave one of them out of the range.`,
      );
    }
    if (twin === undefined) seen.set(slice.instanceUid, slice);
  }
}

/**
 * Orders slices by their place in the patient and measures their distance.
 *
 * Positions are projected on the normal of the slices' plane (DICOM PS3.3, C.7.6.2.1.1: ImagePositionPatient and
 * ImageOrientationPatient). SliceThickness and SpacingBetweenSlices are what someone has typed or configured and are
 * not used: in practice they are often not the distance.
 *
 * @param slices the files of one series, in any order
 */
export function arrangeSlices(slices: readonly SliceInfo[]): SeriesGeometry {
  const byIndex = sortedByIndex(slices);
  const notes = describeOddities(byIndex);
  const normal = commonNormal(byIndex);
  if (normal === null) {
    return {
      ordered: byIndex,
      spacing: null,
      notes: [
        ...notes,
        'Position or orientation is missing or differs between slices: they are shown in the order of the files, their distance is unknown.',
      ],
    };
  }
  const placed = byIndex
    .map((slice) => ({ slice, depth: dot(slice.position ?? [], normal) }))
    .sort((a, b) => a.depth - b.depth || a.slice.index - b.slice.index);
  const ordered = placed.map(({ slice }) => slice);
  const gaps = placed.slice(1).map(({ depth }, i) => depth - (placed[i]?.depth ?? depth));
  if (gaps.length === 0) return { ordered, spacing: null, notes };
  const widest = Math.max(...gaps);
  const where = gaps.indexOf(widest);
  if (widest > unevenGap * Math.min(...gaps)) {
    notes.push(
      `The slices are not evenly spaced: ${widest.toFixed(3)} mm between ${ordered[where]?.file} and ${ordered[where + 1]?.file}, ${Math.min(...gaps).toFixed(3)} mm elsewhere. A slice may be missing.`,
    );
  }
  const depths = placed.map(({ depth }) => depth);
  return { ordered, spacing: ((depths.at(-1) ?? 0) - (depths[0] ?? 0)) / gaps.length, notes };
}

function sortedByIndex(slices: readonly SliceInfo[]): SliceInfo[] {
  return [...slices].sort((a, b) => a.index - b.index);
}

function describeOddities(slices: readonly SliceInfo[]): string[] {
  const notes = slices
    .filter(({ trailingBytes }) => trailingBytes > 0)
    .map(
      ({ file, trailingBytes }) => `${file} goes on for ${trailingBytes} bytes after its pixel data; they are ignored.`,
    );
  const hasRescale = slices.some(({ tags }) =>
    tags.some(({ keyword, value }) => isRescaling(keyword, Number.parseFloat(value))),
  );
  if (hasRescale)
    notes.push('The files have a rescale slope or intercept; all figures are of the stored values, before it.');
  return notes;
}

function isRescaling(keyword: string, value: number): boolean {
  return (keyword === 'RescaleSlope' && value !== 1) || (keyword === 'RescaleIntercept' && value !== 0);
}

/** The unit normal that all slices share, or null. */
function commonNormal(slices: readonly SliceInfo[]): readonly number[] | null {
  const axes = slices[0]?.orientation;
  if (axes === undefined || axes === null) return null;
  const agrees = slices.every(
    ({ position, orientation }) =>
      position !== null && orientation?.every((cosine, i) => Math.abs(cosine - (axes[i] ?? 0)) < directionTolerance),
  );
  if (!agrees) return null;
  const [ax = 0, ay = 0, az = 0, bx = 0, by = 0, bz = 0] = axes;
  const normal = [ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx];
  const length = Math.hypot(...normal);
  return length > 0 ? normal.map((component) => component / length) : null;
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, component, i) => sum + component * (b[i] ?? 0), 0);
}
