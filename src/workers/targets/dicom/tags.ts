import type { DataSet } from 'dicom-parser';

/** A data element that is worth showing: its tag as dicom-parser writes it, its keyword, and how it is encoded. */
interface ShownTag {
  readonly tag: string;
  readonly keyword: string;
  readonly type: 'text' | 'uint16';
}

/** Elements about the series. None that identifies the patient: a result is shown, saved and sent around. */
const shownTags: readonly ShownTag[] = [
  { tag: 'x00080060', keyword: 'Modality', type: 'text' },
  { tag: 'x0008103e', keyword: 'SeriesDescription', type: 'text' },
  { tag: 'x00080070', keyword: 'Manufacturer', type: 'text' },
  { tag: 'x00081090', keyword: 'ManufacturerModelName', type: 'text' },
  { tag: 'x00080008', keyword: 'ImageType', type: 'text' },
  { tag: 'x00185100', keyword: 'PatientPosition', type: 'text' },
  { tag: 'x00180020', keyword: 'ScanningSequence', type: 'text' },
  { tag: 'x00180080', keyword: 'RepetitionTime', type: 'text' },
  { tag: 'x00180081', keyword: 'EchoTime', type: 'text' },
  { tag: 'x00180060', keyword: 'KVP', type: 'text' },
  { tag: 'x00180050', keyword: 'SliceThickness', type: 'text' },
  { tag: 'x00180088', keyword: 'SpacingBetweenSlices', type: 'text' },
  { tag: 'x00280030', keyword: 'PixelSpacing', type: 'text' },
  { tag: 'x00200037', keyword: 'ImageOrientationPatient', type: 'text' },
  { tag: 'x00280010', keyword: 'Rows', type: 'uint16' },
  { tag: 'x00280011', keyword: 'Columns', type: 'uint16' },
  { tag: 'x00280100', keyword: 'BitsAllocated', type: 'uint16' },
  { tag: 'x00280101', keyword: 'BitsStored', type: 'uint16' },
  { tag: 'x00280103', keyword: 'PixelRepresentation', type: 'uint16' },
  { tag: 'x00280004', keyword: 'PhotometricInterpretation', type: 'text' },
  { tag: 'x00281053', keyword: 'RescaleSlope', type: 'text' },
  { tag: 'x00281052', keyword: 'RescaleIntercept', type: 'text' },
  { tag: 'x00020010', keyword: 'TransferSyntaxUID', type: 'text' },
  { tag: 'x0020000e', keyword: 'SeriesInstanceUID', type: 'text' },
];

/** One element of one file, or of all files of a series. */
export interface TagValue {
  /** As the standard writes it: `(0008,0060)`. */
  readonly tag: string;
  readonly keyword: string;
  readonly value: string;
}

/** The elements worth showing that a file has, in a fixed order. */
export function readTags(dataSet: DataSet): TagValue[] {
  return shownTags.flatMap(({ tag, keyword, type }) => {
    const value = type === 'uint16' ? dataSet.uint16(tag)?.toString() : dataSet.string(tag);
    return value === undefined || value === '' ? [] : [{ tag: `(${tag.slice(1, 5)},${tag.slice(5)})`, keyword, value }];
  });
}

/** One list for a whole series: the common value of each element, or how many different ones there are. */
export function summariseTags(files: readonly (readonly TagValue[])[]): TagValue[] {
  const all = files.flat();
  return shownTags.flatMap(({ keyword }) => {
    const found = all.filter((element) => element.keyword === keyword);
    const [example] = found;
    if (example === undefined) return [];
    const values = new Set(found.map(({ value }) => value));
    return [values.size === 1 ? example : { ...example, value: `${values.size} different values` }];
  });
}
