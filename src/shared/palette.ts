/** How grey values become colours; an image view names its palette. */
export type PaletteName = 'grey' | 'fire';

/** Colour of a shade from 0 (the view's `low`) to 255 (its `high`): red, green and blue, 0 to 255 each. */
export type Colour = readonly [red: number, green: number, blue: number];

/**
 * The 256 colours of a palette. The window paints with them and a PNG is written with them, so that both look alike.
 *
 * `fire` goes from black over red and yellow to white; its lightness rises all the way, so it prints well in grey.
 */
export function paletteColours(name: PaletteName): readonly Colour[] {
  return Array.from(
    { length: 256 },
    (_, shade): Colour =>
      name === 'grey' ? [shade, shade, shade] : [ramp(shade, 0), ramp(shade, 85), ramp(shade, 170)],
  );
}

/** The shade of a value between `low` and `high`; what lies outside gets the nearest end. */
export function shadeOf(value: number, low: number, high: number): number {
  return high > low ? Math.max(0, Math.min(255, Math.round(((value - low) * 255) / (high - low)))) : 0;
}

function ramp(shade: number, start: number): number {
  return Math.max(0, Math.min(255, (shade - start) * 3));
}
