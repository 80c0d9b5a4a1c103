import type { Picture, Revisions } from '../../lib/arrange-views';
import { colorize } from '../../lib/colorize';
import type { Point, Viewport } from './viewport';

/** A part of a picture, in pixels of it. */
interface Region {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Largest enlargement at which pixels are still blended with their neighbours. */
const smoothBelow = 1;
/** From here on there are lines between the pixels. */
const gridFrom = 14;

/** A picture in colours, ready to be drawn at any scale. */
export class Surface {
  readonly #canvas = document.createElement('canvas');
  #picture: Picture;
  /** The revision of its rows that has been painted. */
  #revision = 0;

  private constructor(picture: Picture, revisions: Revisions | undefined) {
    this.#picture = picture;
    this.#canvas.width = picture.width;
    this.#canvas.height = picture.height;
    if (revisions === undefined) this.#paint({ x: 0, y: 0, width: picture.width, height: picture.height });
    // Rows that have not come yet stay transparent: they have no values.
    else this.#paintSince(revisions);
  }

  /**
   * A surface with a picture on it. The one from before is used again for the same picture, and for one that only went
   * on since: the same pixels, of which some rows have changed.
   */
  static next(before: Surface | null, picture: Picture, revisions: Revisions | undefined): Surface {
    if (before !== null && before.#picture === picture) return before;
    const goesOn =
      revisions !== undefined &&
      before !== null &&
      before.#picture.data === picture.data &&
      looksAlike(before.#picture, picture);
    if (!goesOn) return new Surface(picture, revisions);
    before.#picture = picture;
    before.#paintSince(revisions);
    return before;
  }

  /** Draws what a viewport shows. */
  draw(canvas: HTMLCanvasElement, view: Viewport, marked: Point | null, markColor: string): void {
    const context = canvas.getContext('2d');
    if (context === null) return;
    const { width, height } = canvas;
    const { scale, left, top } = view;
    context.clearRect(0, 0, width, height);
    context.imageSmoothingEnabled = scale < smoothBelow;
    context.imageSmoothingQuality = 'high';
    context.setTransform(scale, 0, 0, scale, -left * scale, -top * scale);
    context.drawImage(this.#canvas, 0, 0);
    context.setTransform(1, 0, 0, 1, 0, 0);
    if (scale >= gridFrom) drawGrid(context, view, this.#picture);
    if (marked !== null) {
      context.strokeStyle = markColor;
      context.lineWidth = 2;
      const side = Math.max(scale, 8);
      const middle = { x: (marked.x + 0.5 - left) * scale, y: (marked.y + 0.5 - top) * scale };
      context.strokeRect(middle.x - side / 2 - 1, middle.y - side / 2 - 1, side + 2, side + 2);
    }
  }

  /** Paints the rows that have changed, neighbours together. */
  #paintSince({ rows, latest }: Revisions): void {
    const { width, height } = this.#picture;
    for (let y = 0; y < height; y += 1) {
      const from = y;
      while (y < height && (rows[y] ?? 0) > this.#revision) y += 1;
      if (y > from) this.#paint({ x: 0, y: from, width, height: y - from });
    }
    this.#revision = latest;
  }

  #paint({ x, y, width, height }: Region): void {
    if (width === 0 || height === 0) return;
    const context = this.#canvas.getContext('2d');
    const pixels = new ImageData(colorsOf(this.#picture, { x, y, width, height }), width, height);
    context?.putImageData(pixels, x, y);
  }
}

const looksAlike = (a: Picture, b: Picture): boolean =>
  a.kind === 'image' && b.kind === 'image' ? a.low === b.low && a.high === b.high && a.palette === b.palette : true;

function colorsOf(picture: Picture, region: Region): Uint8ClampedArray<ArrayBuffer> {
  if (picture.kind === 'image') return colorize(picture, region);
  const colors = new Uint8ClampedArray(region.width * region.height * 4);
  for (let row = 0; row < region.height; row += 1) {
    const from = ((region.y + row) * picture.width + region.x) * 4;
    colors.set(picture.data.subarray(from, from + region.width * 4), row * region.width * 4);
  }
  return colors;
}

function drawGrid(context: CanvasRenderingContext2D, { scale, left, top }: Viewport, picture: Picture): void {
  const { width, height } = context.canvas;
  context.strokeStyle = 'rgb(128 128 128 / 35%)';
  context.lineWidth = 1;
  context.beginPath();
  const from = { x: Math.max(0, Math.ceil(left)), y: Math.max(0, Math.ceil(top)) };
  const to = { x: Math.min(picture.width, left + width / scale), y: Math.min(picture.height, top + height / scale) };
  for (let x = from.x; x <= to.x; x += 1) {
    const at = Math.round((x - left) * scale) + 0.5;
    context.moveTo(at, Math.max(0, -top * scale));
    context.lineTo(at, Math.min(height, (picture.height - top) * scale));
  }
  for (let y = from.y; y <= to.y; y += 1) {
    const at = Math.round((y - top) * scale) + 0.5;
    context.moveTo(Math.max(0, -left * scale), at);
    context.lineTo(Math.min(width, (picture.width - left) * scale), at);
  }
  context.stroke();
}
