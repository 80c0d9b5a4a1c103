/** Which part of an image is shown and how large: `left`, `top` is the pixel of the image in the corner of the canvas. */
export interface Viewport {
  /** Pixels of the canvas for one pixel of the image. */
  readonly scale: number;
  readonly left: number;
  readonly top: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

const largest = 64;

/** The largest scale at which all of the image is seen, in the middle. */
export function fit(image: Size, canvas: Size): Viewport {
  return centred(image, canvas, Math.min(canvas.width / image.width, canvas.height / image.height, largest));
}

/** The image at a scale, its middle in the middle. */
export function centred(image: Size, canvas: Size, scale: number): Viewport {
  return {
    scale,
    left: (image.width - canvas.width / scale) / 2,
    top: (image.height - canvas.height / scale) / 2,
  };
}

/** Enlarges by a factor; what lies under `at`, in pixels of the canvas, stays there. */
export function zoom(view: Viewport, image: Size, canvas: Size, factor: number, at: Point): Viewport {
  const least = Math.min(fit(image, canvas).scale, 1) / 4;
  const scale = Math.max(least, Math.min(largest, view.scale * factor));
  const under = toImage(view, at);
  return inside({ scale, left: under.x - at.x / scale, top: under.y - at.y / scale }, image, canvas);
}

/** Moves the image by a distance in pixels of the canvas. */
export function pan(view: Viewport, image: Size, canvas: Size, by: Point): Viewport {
  return inside({ ...view, left: view.left - by.x / view.scale, top: view.top - by.y / view.scale }, image, canvas);
}

/** The same part of the image in a canvas of another size: what is in the middle stays there. */
export const resized = (view: Viewport, before: Size, after: Size): Viewport => ({
  ...view,
  left: view.left + (before.width - after.width) / 2 / view.scale,
  top: view.top + (before.height - after.height) / 2 / view.scale,
});

/** Where a point of the canvas is on the image; whole numbers are the corners of pixels. */
export const toImage = ({ scale, left, top }: Viewport, { x, y }: Point): Point => ({
  x: left + x / scale,
  y: top + y / scale,
});

/** The pixel under a point of the canvas; null beside the image. */
export function pixelAt(view: Viewport, image: Size, at: Point): Point | null {
  const { x, y } = toImage(view, at);
  const pixel = { x: Math.floor(x), y: Math.floor(y) };
  return pixel.x >= 0 && pixel.y >= 0 && pixel.x < image.width && pixel.y < image.height ? pixel : null;
}

/** Moves the view so that a pixel is in sight. */
export function showing(view: Viewport, canvas: Size, { x, y }: Point): Viewport {
  const [columns, rows] = [canvas.width / view.scale, canvas.height / view.scale];
  const left = x < view.left ? x : x + 1 > view.left + columns ? x + 1 - columns : view.left;
  const top = y < view.top ? y : y + 1 > view.top + rows ? y + 1 - rows : view.top;
  return { ...view, left, top };
}

/** The middle of the canvas never leaves the image, so that it cannot be lost. */
function inside(view: Viewport, image: Size, canvas: Size): Viewport {
  const hold = (start: number, shown: number, size: number): number =>
    Math.max(-shown / 2, Math.min(size - shown / 2, start));
  return {
    ...view,
    left: hold(view.left, canvas.width / view.scale, image.width),
    top: hold(view.top, canvas.height / view.scale, image.height),
  };
}
