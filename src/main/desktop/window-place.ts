/** A part of the desktop, in its own pixels. */
export interface Area {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Where the window was when it was closed. */
export interface WindowPlace {
  readonly bounds: Area;
  readonly isMaximized: boolean;
  readonly isFullScreen: boolean;
}

const mostPixels = 100_000;

/**
 * Reads what a file says of a window. It is asked for before anything else of the app is there, so it does without a
 * library of schemas.
 *
 * @throws TypeError for anything else than a place or null
 */
export function parsePlace(value: unknown): WindowPlace | null {
  if (value === null) return null;
  const { bounds, isMaximized, isFullScreen } = value as Partial<WindowPlace>;
  const { x, y, width, height } = (bounds ?? {}) as Partial<Area>;
  const isPixel = (pixel: unknown, least: number): pixel is number =>
    Number.isInteger(pixel) && (pixel as number) >= least && (pixel as number) <= mostPixels;
  if (
    !(isPixel(x, -mostPixels) && isPixel(y, -mostPixels) && isPixel(width, 1) && isPixel(height, 1)) ||
    typeof isMaximized !== 'boolean' ||
    typeof isFullScreen !== 'boolean'
  )
    throw new TypeError('This is no place of a window.');
  return { bounds: { x, y, width, height }, isMaximized, isFullScreen };
}

export const leastSize = { width: 880, height: 560 } as const;
const firstSize = { width: 1280, height: 800 } as const;

/** So much of the bar that a window is dragged by has to be in sight. */
const leastGrip = { width: 160, height: 24 } as const;
const barHeight = 32;

/**
 * Where the window opens: where it was, if that can still be seen and taken hold of; else in the middle of the first
 * display. It is never larger than the display that it is on.
 *
 * @param stored where it was the last time; null at the first start
 * @param displays what is free for windows on each display, the first one first
 */
export function placeOf(stored: WindowPlace | null, displays: readonly Area[]): Area {
  const bounds = stored?.bounds;
  const own = bounds && displays.find((display) => canBeGripped(bounds, display));
  if (bounds !== undefined && own !== undefined) return within(bounds, own);
  const [first] = displays;
  const size = bounds ?? firstSize;
  if (first === undefined) return { x: 0, y: 0, ...firstSize };
  const { width, height } = sizeIn(size, first);
  return {
    x: first.x + Math.round((first.width - width) / 2),
    y: first.y + Math.round((first.height - height) / 2),
    width,
    height,
  };
}

function canBeGripped(bounds: Area, display: Area): boolean {
  const width = overlap(bounds.x, bounds.width, display.x, display.width);
  const height = overlap(bounds.y, barHeight, display.y, display.height);
  return width >= leastGrip.width && height >= leastGrip.height;
}

const overlap = (start: number, length: number, otherStart: number, otherLength: number): number =>
  Math.min(start + length, otherStart + otherLength) - Math.max(start, otherStart);

/** As large as it was where there is room, and moved no further than what it takes to see all of its top. */
function within({ x, y, ...size }: Area, display: Area): Area {
  const { width, height } = sizeIn(size, display);
  return { x, y: Math.max(y, display.y), width, height };
}

const sizeIn = (size: Pick<Area, 'width' | 'height'>, display: Area): Pick<Area, 'width' | 'height'> => ({
  width: Math.max(leastSize.width, Math.min(size.width, display.width)),
  height: Math.max(leastSize.height, Math.min(size.height, display.height)),
});
