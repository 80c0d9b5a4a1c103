import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { AlgorithmProcess } from '../../core/algorithm-process-types';
import type { Patch } from '../../shared/partial';
import { defineTarget } from './define-target';
import { TargetInputError } from './input-error';
import { Pace } from './pace';

/** What the picture is called. */
const title = 'Escape-time counts';

/** More would not fit into one picture that a person looks at, nor into the memory of a small machine. */
const maxPixels = 100_000_000;

const schema = z
  .strictObject({
    width: z.int().min(1).max(32_768).default(1200).describe('Columns of the picture. Its rows are the job’s range.'),
    xMin: z.number().min(-1e6).max(1e6).default(-2).describe('Left edge on the real axis.'),
    xMax: z.number().min(-1e6).max(1e6).default(1).describe('Right edge on the real axis.'),
    yMin: z.number().min(-1e6).max(1e6).default(-1).describe('Lower edge on the imaginary axis.'),
    yMax: z.number().min(-1e6).max(1e6).default(1).describe('Upper edge on the imaginary axis.'),
    maxIterations: z
      .int()
      .min(1)
      .max(65_535)
      .default(256)
      .describe('Steps after which a point counts as inside the set.'),
  })
  .refine(({ xMin, xMax }) => xMin < xMax, { error: '"xMin" must be less than "xMax".' })
  .refine(({ yMin, yMax }) => yMin < yMax, { error: '"yMin" must be less than "yMax".' });

/** Which part of the plane to draw, and how finely. */
export type MandelbrotArgs = z.output<typeof schema>;

/** One rank's rows: `counts` holds `width` values for each row number in `rows`. */
const part = z.object({ rows: z.instanceof(Uint32Array), counts: z.instanceof(Uint16Array) });

/**
 * Escape-time counts of one row of pixels: how many steps of `z -> z*z + c` from 0 begin with `|z| <= 2`.
 *
 * Doubles are multiplied and added in the order written here, which is the order of the reference (numpy), so the
 * counts agree with it bit for bit. The definition is Mandelbrot's (1980); the method is the plain escape-time
 * algorithm, without shortcuts for the cardioid.
 *
 * @param row row number from the top, 0 to `height - 1`; `c` is taken at the pixels' centres
 * @param height rows of the whole picture
 * @param counts where the row's `width` counts go, 0 to `maxIterations` each
 */
export function countRow(row: number, height: number, args: MandelbrotArgs, counts: Uint16Array): void {
  const { width, xMin, xMax, yMin, yMax, maxIterations } = args;
  const cy = yMax - ((row + 0.5) * (yMax - yMin)) / height;
  for (let column = 0; column < width; column++) {
    const cx = xMin + ((column + 0.5) * (xMax - xMin)) / width;
    let x = 0;
    let y = 0;
    let count = 0;
    while (count < maxIterations && x * x + y * y <= 4) {
      const nextX = x * x - y * y + cx;
      y = 2 * x * y + cy;
      x = nextX;
      count++;
    }
    counts[column] = count;
  }
}

/** The Mandelbrot set as a picture: a range of rows whose cost differs a hundredfold from one to the next. */
export const definition = defineTarget({
  name: 'mandelbrot',
  title: 'Mandelbrot set',
  description: 'Draws the Mandelbrot set. Each index of the range is one row of the picture, from the top.',
  schema,
  defaultRange: 800,
  rangeUnit: 'rows',
  part,

  run(proc, args) {
    const pixels = args.width * proc.maxVal;
    if (pixels > maxPixels) {
      throw new TargetInputError(
        'ERR_TARGET_ARGS',
        `mandelbrot: a picture of ${args.width} x ${proc.maxVal} has ${pixels} pixels; at most ${maxPixels} are possible. Make "width" or the range smaller.`,
      );
    }
    const rows: number[] = [];
    const lines: Uint16Array[] = [];
    const preview = new Preview(proc, args);
    for (const row of proc.pRange()) {
      const line = new Uint16Array(args.width);
      countRow(row, proc.maxVal, args, line);
      rows.push(row);
      lines.push(line);
      preview.add(row, line);
    }
    preview.flush();
    const counts = new Uint16Array(rows.length * args.width);
    for (const [i, line] of lines.entries()) counts.set(line, i * args.width);
    return { rows: Uint32Array.from(rows), counts };
  },

  combine(_proc, parts, { width, maxIterations }) {
    const height = parts.reduce((sum, { rows }) => sum + rows.length, 0);
    const picture = new Uint16Array(width * height);
    // Rows are placed by their number and not by their rank: no schedule and no number of ranks changes the picture.
    for (const { rows, counts } of parts) {
      for (const [i, row] of rows.entries()) picture.set(counts.subarray(i * width, (i + 1) * width), row * width);
    }
    let sum = 0;
    const occurrences = new Float64Array(maxIterations + 1);
    for (const count of picture) {
      sum += count;
      occurrences[count] = (occurrences[count] ?? 0) + 1;
    }
    const inside = occurrences[maxIterations] ?? 0;
    const sha256 = sha256OfUint16(picture);
    return {
      kind: 'procession.report',
      figures: [
        { label: 'Sum of counts', value: sum },
        { label: 'Points inside', value: inside },
        { label: 'SHA-256 of counts', value: sha256 },
      ],
      views: [
        {
          kind: 'image',
          title,
          width,
          height,
          data: picture,
          low: 0,
          high: whitePoint(occurrences),
          palette: 'fire',
        },
      ],
      data: { width, height, maxIterations, sum, inside, sha256 },
    };
  },
});

/** Shows a rank's rows as they are done, neighbours together. */
class Preview {
  readonly #proc: AlgorithmProcess;
  readonly #args: MandelbrotArgs;
  readonly #pace = new Pace();
  readonly #occurrences: Float64Array;
  #first = 0;
  #lines: Uint16Array[] = [];

  constructor(proc: AlgorithmProcess, args: MandelbrotArgs) {
    this.#proc = proc;
    this.#args = args;
    this.#occurrences = new Float64Array(args.maxIterations + 1);
  }

  add(row: number, line: Uint16Array): void {
    if (row !== this.#first + this.#lines.length) this.flush();
    if (this.#lines.length === 0) this.#first = row;
    this.#lines.push(line);
    for (const count of line) this.#occurrences[count] = (this.#occurrences[count] ?? 0) + 1;
    if (this.#pace.isDue()) this.flush();
  }

  flush(): void {
    if (this.#lines.length === 0) return;
    const { width } = this.#args;
    const data = new Uint16Array(width * this.#lines.length);
    for (const [index, line] of this.#lines.entries()) data.set(line, index * width);
    const tile: Patch = {
      kind: 'procession.patch',
      view: 'image',
      title,
      width,
      height: this.#proc.maxVal,
      x: 0,
      y: this.#first,
      data,
      low: 0,
      high: whitePoint(this.#occurrences),
      palette: 'fire',
    };
    this.#proc.emit(tile);
    this.#lines = [];
  }
}

/**
 * The count to show as white: that which 98% of the points outside do not exceed, since the few that escape late would
 * leave all others black. Points inside are above it.
 *
 * @param occurrences how many points have each count, the last of them inside
 */
function whitePoint(occurrences: Float64Array): number {
  const outside = occurrences.subarray(0, -1);
  const enough = 0.98 * outside.reduce((sum, points) => sum + points, 0);
  let points = 0;
  for (const [count, some] of outside.entries()) {
    points += some;
    if (points > 0 && points >= enough) return count;
  }
  return occurrences.length - 1;
}

/** SHA-256 of the values as 16-bit little-endian integers, on machines of either byte order. */
function sha256OfUint16(values: Uint16Array): string {
  const bytes = new DataView(new ArrayBuffer(values.length * 2));
  for (const [i, value] of values.entries()) bytes.setUint16(i * 2, value, true);
  return createHash('sha256').update(bytes).digest('hex');
}
