import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseSlice } from '../../../src/workers/targets/dicom/read-slice';
import { TargetInputError } from '../../../src/workers/targets/input-error';
import { brainFile, brainSeries } from './dicom-files';

const bytes = readFileSync(brainFile(2));
const headerBytes = bytes.length - 256 * 256 * 2;

/** The code of the refusal, or `read`; anything else that is thrown is a fault of ours. */
function outcome(changed: Buffer): string {
  try {
    parseSlice(changed, 'x.dcm', 0);
    return 'read';
  } catch (error) {
    if (error instanceof TargetInputError) return error.code;
    throw error;
  }
}

describe('parseSlice', () => {
  it('reads what an image is and where it lies', () => {
    const { info, voxels } = parseSlice(bytes, 'x.dcm', 1);
    expect(info).toMatchObject({
      index: 1,
      file: 'x.dcm',
      seriesUid: brainSeries,
      rows: 256,
      columns: 256,
      position: [-110.5, -79.3063, -65.7575],
      orientation: [1, 0, 0, 0, 0.99096, 0.134158],
      trailingBytes: 0,
    });
    expect(voxels).toHaveLength(65_536);
    expect(Math.max(...voxels)).toBe(874);
  });

  it('refuses a file that is cut off at any byte of its header, as not DICOM or as damaged', () => {
    const outcomes = Array.from({ length: headerBytes + 1 }, (_, length) => outcome(bytes.subarray(0, length)));
    expect(new Set(outcomes.slice(0, 132))).toEqual(new Set(['ERR_NOT_DICOM']));
    expect(new Set(outcomes.slice(132))).toEqual(new Set(['ERR_DICOM_DAMAGED']));
  });

  it('reads or refuses a file with damaged bytes in its header, in its own words', () => {
    const damage = fc.array(
      fc.tuple(fc.integer({ min: 132, max: headerBytes - 1 }), fc.integer({ min: 0, max: 255 })),
      { minLength: 1, maxLength: 4 },
    );
    fc.assert(
      fc.property(damage, (changes) => {
        const changed = Buffer.from(bytes);
        for (const [at, value] of changes) changed[at] = value;
        expect(outcome(changed)).toMatch(/^(read|ERR_DICOM_\w+)$/);
      }),
      { numRuns: 2000 },
    );
  });
});
