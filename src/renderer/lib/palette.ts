import type { View } from '../../shared/report';

type ImageView = Extract<View, { kind: 'image' }>;

/** Black, violet, red, orange, yellow, ivory: each step is brighter than the one before. */
const fire: readonly (readonly [number, number, number])[] = [
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

/** Colour of a value between 0 and 1. */
function fireAt(value: number): readonly [number, number, number] {
  const place = value ** fireExponent * (fire.length - 1);
  const index = Math.min(fire.length - 2, Math.floor(place));
  const [from = [0, 0, 0], to = [0, 0, 0]] = [fire[index], fire[index + 1]];
  const mix = (a: number, b: number): number => Math.round(a + (b - a) * (place - index));
  return [mix(from[0], to[0]), mix(from[1], to[1]), mix(from[2], to[2])];
}

/** The pixels of an image as RGBA: values up to `low` get the darkest colour, from `high` on the brightest. */
export function colorize(image: ImageView): Uint8ClampedArray<ArrayBuffer> {
  const { width, height, data, low, high, palette = 'grey' } = image;
  const colors = Array.from({ length: 256 }, (_, level) =>
    palette === 'fire' ? fireAt(level / 255) : ([level, level, level] as const),
  );
  const scale = high > low ? 255 / (high - low) : 0;
  const pixels = new Uint8ClampedArray(width * height * 4);
  for (let index = 0; index < width * height; index += 1) {
    const level = Math.max(0, Math.min(255, Math.round(((data[index] ?? 0) - low) * scale)));
    const [red, green, blue] = colors[level] ?? [0, 0, 0];
    pixels[index * 4] = red;
    pixels[index * 4 + 1] = green;
    pixels[index * 4 + 2] = blue;
    pixels[index * 4 + 3] = 255;
  }
  return pixels;
}
