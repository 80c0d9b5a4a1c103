/** How grey values become colours; an image view names its palette. */
export type PaletteName = 'grey' | 'fire';

/** Red, green and blue, 0 to 255 each. */
export type Colour = readonly [red: number, green: number, blue: number];

/** Black, violet, red, orange, yellow, ivory: each step is brighter than the one before. */
const fire: readonly Colour[] = [
  [0, 0, 0],
  [48, 12, 84],
  [140, 30, 90],
  [220, 70, 40],
  [250, 160, 30],
  [253, 226, 138],
  [253, 246, 214],
];

/** Exponent of the fire palette: it is for values that are mostly small, and shows differences among those. */
const fireExponent = 0.45;

/** The 256 colours of a palette, by shade: what the window paints and what a PNG has, so that both look alike. */
export function paletteColours(name: PaletteName): readonly Colour[] {
  return Array.from(
    { length: 256 },
    (_, shade): Colour => (name === 'grey' ? [shade, shade, shade] : fireAt(shade / 255)),
  );
}

/** The shade of a value, from 0 (at `low` and below) to 255 (from `high` on). */
export function shadeOf(value: number, low: number, high: number): number {
  return high > low ? Math.max(0, Math.min(255, Math.round(((value - low) * 255) / (high - low)))) : 0;
}

function fireAt(value: number): Colour {
  const place = value ** fireExponent * (fire.length - 1);
  const index = Math.min(fire.length - 2, Math.floor(place));
  const [from = [0, 0, 0], to = [0, 0, 0]] = [fire[index], fire[index + 1]];
  const mix = (a: number, b: number): number => Math.round(a + (b - a) * (place - index));
  return [mix(from[0], to[0]), mix(from[1], to[1]), mix(from[2], to[2])];
}
