import { readFileSync } from 'node:fs';
import { type DataSet, type Element, parseDicom, readPart10Header } from 'dicom-parser';
import { TargetInputError } from '../input-error';
import { readTags, type TagValue } from './tags';

/** What the ranks need to know of one file besides its voxels. Plain data: it is exchanged between them. */
export interface SliceInfo {
  /** Index of the file in the job's range, which orders slices whatever rank has read them. */
  readonly index: number;
  readonly file: string;
  readonly seriesUid: string;
  /** Distinguishes images; empty when the file has none. */
  readonly instanceUid: string;
  readonly rows: number;
  readonly columns: number;
  /** Position of the first voxel's centre, three numbers in mm; null when the file does not say. */
  readonly position: readonly number[] | null;
  /** Direction cosines of a row and of a column, six numbers; null when the file does not say. */
  readonly orientation: readonly number[] | null;
  /** Bytes after the voxels that belong to nothing. */
  readonly trailingBytes: number;
  readonly tags: readonly TagValue[];
}

/** One file: `rows * columns` stored values, row by row, before any rescale slope and intercept. */
export interface Slice {
  readonly info: SliceInfo;
  readonly voxels: Int16Array | Uint16Array;
}

const pixelDataTag = 'x7fe00010';

/** Transfer syntaxes whose voxels are plain little-endian numbers. */
const plainSyntaxes: ReadonlySet<string> = new Set(['1.2.840.10008.1.2', '1.2.840.10008.1.2.1']);

const otherSyntaxes: ReadonlyMap<string, string> = new Map([
  ['1.2.840.10008.1.2.1.99', 'deflated'],
  ['1.2.840.10008.1.2.2', 'big-endian'],
  ['1.2.840.10008.1.2.5', 'RLE compressed'],
  ['1.2.840.10008.1.2.4.50', 'JPEG baseline compressed'],
  ['1.2.840.10008.1.2.4.51', 'JPEG extended compressed'],
  ['1.2.840.10008.1.2.4.57', 'JPEG lossless compressed'],
  ['1.2.840.10008.1.2.4.70', 'JPEG lossless compressed'],
  ['1.2.840.10008.1.2.4.80', 'JPEG-LS compressed'],
  ['1.2.840.10008.1.2.4.81', 'JPEG-LS compressed'],
  ['1.2.840.10008.1.2.4.90', 'JPEG 2000 compressed'],
  ['1.2.840.10008.1.2.4.91', 'JPEG 2000 compressed'],
]);

/**
 * Reads one uncompressed DICOM image with one 16-bit value per voxel.
 *
 * @param file path of the file
 * @param index its index in the job's range
 * @throws TargetInputError when the file cannot be read, is not DICOM, is cut off, or is of a kind that is not handled
 */
export function readSlice(file: string, index: number): Slice {
  return parseSlice(readBytes(file), file, index);
}

/** {@link readSlice} for bytes that are in memory already; `file` is for messages. */
export function parseSlice(bytes: Buffer, file: string, index: number): Slice {
  if (bytes.toString('latin1', 128, 132) !== 'DICM') {
    throw new TargetInputError(
      'ERR_NOT_DICOM',
      `${file} is not a DICOM file: it has no "DICM" at byte 128. Leave it out of the range, for example with a narrower pattern.`,
    );
  }
  return explainFailure(file, () => parseImage(bytes, file, index));
}

function parseImage(bytes: Buffer, file: string, index: number): Slice {
  const { dataSet, pixelData } = parseHeader(bytes, file);
  const rows = requireNumber(dataSet, 'x00280010', 'Rows', file);
  const columns = requireNumber(dataSet, 'x00280011', 'Columns', file);
  const { voxels, end } = readVoxels(dataSet, pixelData, bytes, rows * columns, file);
  const info: SliceInfo = {
    index,
    file,
    seriesUid: requireText(dataSet, 'x0020000e', 'SeriesInstanceUID', file),
    instanceUid: dataSet.string('x00080018') ?? '',
    rows,
    columns,
    position: readNumbers(dataSet, 'x00200032', 3),
    orientation: readNumbers(dataSet, 'x00200037', 6),
    trailingBytes: bytes.length - end,
    tags: readTags(dataSet),
  };
  return { info, voxels };
}

function readBytes(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new TargetInputError('ERR_FILE_READ', `${file} cannot be read: ${reason}`, { cause });
  }
}

/** Everything before the voxels. The transfer syntax is looked at first, since it says how to read the rest. */
function parseHeader(bytes: Buffer, file: string): { dataSet: DataSet; pixelData: Element } {
  const syntax = readPart10Header(bytes).string('x00020010');
  if (syntax === undefined) throw damagedHeader(file);
  if (!plainSyntaxes.has(syntax)) {
    const kind = otherSyntaxes.get(syntax) ?? 'of an unknown or compressed kind';
    throw new TargetInputError(
      'ERR_DICOM_UNSUPPORTED',
      `${file} is ${kind} (transfer syntax ${syntax}); only uncompressed little-endian images are read. Convert it first, for example with dcmdjpeg or dcmconv of DCMTK.`,
    );
  }
  const dataSet = parseDicom(bytes, { untilTag: pixelDataTag });
  const pixelData = dataSet.elements[pixelDataTag];
  if (pixelData === undefined) {
    throw new TargetInputError(
      'ERR_DICOM_DAMAGED',
      `${file} has no pixel data: it is cut off after its header, or it is not an image. Copy it again, or leave it out of the range.`,
    );
  }
  return { dataSet, pixelData };
}

/** The parser throws strings and objects, also while values are read; a person gets a sentence, and those as its cause. */
function explainFailure<T>(file: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw cause instanceof TargetInputError ? cause : damagedHeader(file, { cause });
  }
}

function damagedHeader(file: string, options?: ErrorOptions): TargetInputError {
  const message = `${file} is cut off or damaged: its header cannot be read to the end. Copy it again, or leave it out of the range.`;
  return new TargetInputError('ERR_DICOM_DAMAGED', message, options);
}

function readVoxels(
  dataSet: DataSet,
  pixelData: Element,
  bytes: Buffer,
  count: number,
  file: string,
): { voxels: Int16Array | Uint16Array; end: number } {
  requireKind(dataSet, file);
  if (pixelData.hadUndefinedLength === true) {
    throw new TargetInputError(
      'ERR_DICOM_UNSUPPORTED',
      `${file} has pixel data in fragments, as compressed images have, though it says it is uncompressed. Convert it first, or leave it out of the range.`,
    );
  }
  const { dataOffset, length } = pixelData;
  const needed = count * 2;
  const present = Math.min(length, bytes.length - dataOffset);
  if (present < needed) {
    throw new TargetInputError(
      'ERR_DICOM_DAMAGED',
      `${file} is cut off: ${needed} bytes of pixel data are needed, ${present} are there. Copy it again, or leave it out of the range.`,
    );
  }
  // A copy, because a typed array must begin at an even address. All platforms that this runs on are little-endian.
  const memory = new Uint8Array(bytes.subarray(dataOffset, dataOffset + needed)).buffer;
  const bitsStored = dataSet.uint16('x00280101') ?? 16;
  const isSigned = dataSet.uint16('x00280103') === 1;
  const voxels = isSigned ? new Int16Array(memory) : new Uint16Array(memory);
  if (bitsStored < 16) clearUnusedBits(voxels, bitsStored, isSigned);
  return { voxels, end: Math.min(bytes.length, dataOffset + length) };
}

/** Bits above the stored ones may hold anything, such as overlays in old files. */
function clearUnusedBits(voxels: Int16Array | Uint16Array, bitsStored: number, isSigned: boolean): void {
  const shift = 32 - bitsStored;
  for (let i = 0; i < voxels.length; i++) {
    const lifted = (voxels[i] ?? 0) << shift;
    voxels[i] = isSigned ? lifted >> shift : lifted >>> shift;
  }
}

/** One frame, one grey value per voxel, of 16 bits, the stored ones at the low end. */
function requireKind(dataSet: DataSet, file: string): void {
  const bitsStored = dataSet.uint16('x00280101') ?? 16;
  const rules: readonly (readonly [name: string, value: number, wanted: number])[] = [
    ['BitsAllocated', dataSet.uint16('x00280100') ?? 0, 16],
    ['SamplesPerPixel', dataSet.uint16('x00280002') ?? 1, 1],
    ['BitsStored', bitsStored, Math.min(Math.max(bitsStored, 1), 16)],
    ['HighBit', dataSet.uint16('x00280102') ?? bitsStored - 1, bitsStored - 1],
    ['NumberOfFrames', dataSet.intString('x00280008') ?? 1, 1],
  ];
  for (const [name, value, wanted] of rules) {
    if (value === wanted) continue;
    throw new TargetInputError(
      'ERR_DICOM_UNSUPPORTED',
      `${file} has ${name} ${value}; only images with ${name} ${wanted} are read (one frame of 16-bit grey values). Leave it out of the range.`,
    );
  }
}

function requireNumber(dataSet: DataSet, tag: string, name: string, file: string): number {
  const value = dataSet.uint16(tag);
  if (value === undefined || value === 0) throw missing(name, file);
  return value;
}

function requireText(dataSet: DataSet, tag: string, name: string, file: string): string {
  const value = dataSet.string(tag);
  if (value === undefined || value === '') throw missing(name, file);
  return value;
}

function missing(name: string, file: string): TargetInputError {
  return new TargetInputError(
    'ERR_DICOM_UNSUPPORTED',
    `${file} has no ${name}: it is not an image of a series. Leave it out of the range.`,
  );
}

function readNumbers(dataSet: DataSet, tag: string, count: number): number[] | null {
  const values = (dataSet.string(tag) ?? '').split('\\').map(Number.parseFloat);
  return values.length === count && values.every(Number.isFinite) ? values : null;
}
