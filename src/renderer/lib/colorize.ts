import { paletteColours, shadeOf } from '../../shared/palette';
import type { ViewOf } from '../../shared/report';

/** The pixels of an image as RGBA: values up to `low` get the darkest colour, from `high` on the brightest. */
export function colorize(image: ViewOf<'image'>): Uint8ClampedArray<ArrayBuffer> {
  const { width, height, data, low, high, palette = 'grey' } = image;
  const colours = paletteColours(palette);
  const pixels = new Uint8ClampedArray(width * height * 4);
  for (let index = 0; index < width * height; index += 1) {
    const [red, green, blue] = colours[shadeOf(data[index] ?? 0, low, high)] ?? [0, 0, 0];
    pixels[index * 4] = red;
    pixels[index * 4 + 1] = green;
    pixels[index * 4 + 2] = blue;
    pixels[index * 4 + 3] = 255;
  }
  return pixels;
}
