/** How grey values become colours; an image view names its palette. */
export type PaletteName = 'grey' | 'fire' | 'viridis';

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

/**
 * Every twelfth or so of matplotlib's viridis (S. van der Walt and N. Smith, 2015; CC0): even steps for the eye, also
 * for people who do not tell red from green.
 */
const viridis: readonly Colour[] = [
  [68, 1, 84],
  [72, 40, 120],
  [62, 74, 137],
  [49, 104, 142],
  [38, 130, 142],
  [31, 158, 137],
  [53, 183, 121],
  [110, 206, 88],
  [181, 222, 43],
  [253, 231, 37],
];

/** Exponent of the fire palette: it is for values that are mostly small, and shows differences among those. */
const fireExponent = 0.45;

/** The 256 colours of a palette, by shade: what the window paints and what a PNG has, so that both look alike. */
export function paletteColours(name: PaletteName): readonly Colour[] {
  return Array.from({ length: 256 }, (_, shade): Colour => {
    switch (name) {
      case 'grey':
        return [shade, shade, shade];
      case 'fire':
        return colourAt(fire, (shade / 255) ** fireExponent);
      case 'viridis':
        return colourAt(viridis, shade / 255);
    }
  });
}

/** The shade of a value, from 0 (at `low` and below) to 255 (from `high` on). */
export function shadeOf(value: number, low: number, high: number): number {
  return high > low ? Math.max(0, Math.min(255, Math.round(((value - low) * 255) / (high - low)))) : 0;
}

/** The colour at a share of the way through steps. */
function colourAt(steps: readonly Colour[], share: number): Colour {
  const place = share * (steps.length - 1);
  const index = Math.min(steps.length - 2, Math.floor(place));
  const [from = [0, 0, 0], to = [0, 0, 0]] = [steps[index], steps[index + 1]];
  const mix = (a: number, b: number): number => Math.round(a + (b - a) * (place - index));
  return [mix(from[0], to[0]), mix(from[1], to[1]), mix(from[2], to[2])];
}
