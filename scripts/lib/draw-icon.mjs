// Draws the icons of the app from a few shapes, so that each size is sharp and nobody has to keep pictures by hand.

/**
 * A rounded rectangle, in units of the icon's grid.
 * @typedef {{ x: number, y: number, width: number, height: number, radius: number, colour: Colour }} Shape
 * @typedef {readonly [red: number, green: number, blue: number, alpha: number]} Colour
 * @typedef {{ readonly grid: number, readonly shapes: readonly Shape[] }} Drawing
 */

/** So many samples along each side of a pixel. */
const samples = 8;

/** @type {Colour} */
const white = [255, 255, 255, 1];
/** @type {Colour} */
const indigo = [70, 80, 207, 1];
/** Lighter, so that it stands out from a dark panel as well. @type {Colour} */
const bright = [92, 103, 238, 1];
/** @type {Colour} */
const grey = [110, 118, 134, 1];
/** @type {Colour} */
const alarm = [226, 62, 70, 1];
/** @type {Colour} */
const black = [0, 0, 0, 1];
/** @type {Colour} */
const nothing = [0, 0, 0, 0];

/** @param {Colour} colour @param {number} alpha @returns {Colour} */
const faded = ([r, g, b], alpha) => [r, g, b, alpha];

/** @param {number} x @param {number} y @param {number} width @param {number} height @param {number} radius @param {Colour} colour @returns {Shape} */
const box = (x, y, width, height, radius, colour) => ({ x, y, width, height, radius, colour });

/** The mark: ranks on their way through one range, each as far as it is. @param {Colour} colour */
const bars = (colour) => [
  box(3, 3, 10, 2, 1, colour),
  box(3, 7, 7, 2, 1, faded(colour, 0.85)),
  box(3, 11, 4, 2, 1, faded(colour, 0.7)),
];

/** @param {Colour} colour */
const pauseBars = (colour) => [box(5, 4, 2, 8, 0.5, colour), box(9, 4, 2, 8, 0.5, colour)];

/** A dot in the corner, set off from what is behind it. @param {Colour} colour */
const dot = (colour) => [box(8, 8, 8, 8, 4, nothing), box(9, 9, 7, 7, 3.5, colour)];

/** @param {readonly Shape[]} shapes @param {number} [grid] @returns {Drawing} */
const drawing = (shapes, grid = 16) => ({ grid, shapes });

/** The icon of the app. */
export const appIcon = drawing(
  [
    box(1, 1, 22, 22, 5.5, indigo),
    box(5.5, 6, 13, 2.9, 1.45, white),
    box(5.5, 10.55, 9.4, 2.9, 1.45, faded(white, 0.8)),
    box(5.5, 15.1, 5.6, 2.9, 1.45, faded(white, 0.6)),
  ],
  24,
);

/** What the tray shows, by the state of the queue. On a Mac only the shape counts: the system colours it. */
export const trayIcons = {
  plain: drawing([box(0, 0, 16, 16, 4, bright), ...bars(white)]),
  paused: drawing([box(0, 0, 16, 16, 4, grey), ...pauseBars(white)]),
  failed: drawing([box(0, 0, 16, 16, 4, bright), ...bars(white), ...dot(alarm)]),
  plainTemplate: drawing(bars(black)),
  pausedTemplate: drawing(pauseBars(black)),
  failedTemplate: drawing([...bars(black), ...dot(black)]),
};

/** Which files there are, by their paths below `resources`. @returns {Map<string, { drawing: Drawing, size: number }>} */
export function iconFiles() {
  /** @type {Map<string, { drawing: Drawing, size: number }>} */
  const files = new Map();
  for (const size of [16, 24, 32, 48, 64, 128, 256, 512])
    files.set(`icons/${size}x${size}.png`, { drawing: appIcon, size });
  for (const [name, icon] of Object.entries(trayIcons))
    for (const scale of name.endsWith('Template') ? [1, 2] : [1, 1.25, 1.5, 2, 3])
      files.set(`tray/${name}${scale === 1 ? '' : `@${scale}x`}.png`, { drawing: icon, size: 16 * scale });
  return files;
}

/**
 * The pixels of an icon: red, green, blue and alpha, row by row.
 * @param {Drawing} drawing
 * @param {number} size of a side, in pixels
 */
export function draw({ grid, shapes }, size) {
  const data = new Uint8Array(size * size * 4);
  for (let y = 0; y < size; y += 1)
    for (let x = 0; x < size; x += 1) data.set(pixel(shapes, x, y, grid / size), (y * size + x) * 4);
  return data;
}

/** The mean of the samples in a pixel. @param {readonly Shape[]} shapes @param {number} x @param {number} y @param {number} unit */
function pixel(shapes, x, y, unit) {
  let [red, green, blue, alpha] = [0, 0, 0, 0];
  for (let step = 0; step < samples * samples; step += 1) {
    const atX = (x + ((step % samples) + 0.5) / samples) * unit;
    const atY = (y + (Math.floor(step / samples) + 0.5) / samples) * unit;
    const [r, g, b, a] = colourAt(shapes, atX, atY);
    red += r * a;
    green += g * a;
    blue += b * a;
    alpha += a;
  }
  if (alpha === 0) return [0, 0, 0, 0];
  return [red / alpha, green / alpha, blue / alpha, (255 * alpha) / samples ** 2].map(Math.round);
}

/** Each shape lies over those before it; one without colour cuts them out. @param {readonly Shape[]} shapes @param {number} x @param {number} y */
function colourAt(shapes, x, y) {
  /** @type {[number, number, number, number]} */
  let under = [0, 0, 0, 0];
  for (const shape of shapes) {
    if (!isInside(shape, x, y)) continue;
    const [r, g, b, a] = shape.colour;
    const [ur, ug, ub, ua] = under;
    const alpha = a + ua * (1 - a);
    if (a === 0) under = [0, 0, 0, 0];
    else {
      const mix = (/** @type {number} */ over, /** @type {number} */ below) =>
        (over * a + below * ua * (1 - a)) / alpha;
      under = [mix(r, ur), mix(g, ug), mix(b, ub), alpha];
    }
  }
  return under;
}

/** @param {Shape} shape @param {number} x @param {number} y */
function isInside({ x: left, y: top, width, height, radius }, x, y) {
  // How far it lies outside of the rectangle that the centres of the corners span.
  const dx = Math.max(left + radius - x, 0, x - (left + width - radius));
  const dy = Math.max(top + radius - y, 0, y - (top + height - radius));
  return dx * dx + dy * dy <= radius * radius;
}
