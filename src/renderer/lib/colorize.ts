import { paletteColours, shadeOf } from '../../shared/palette';
import type { ViewOf } from '../../shared/report';

interface Region {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/**
 * Pixels of an image as RGBA: values up to `low` get the darkest colour, from `high` on the brightest; NaN is
 * transparent.
 *
 * @param region which pixels; all by default
 */
export function colorize(
  image: ViewOf<'image'>,
  region: Region = { x: 0, y: 0, width: image.width, height: image.height },
): Uint8ClampedArray<ArrayBuffer> {
  const { data, low, high, palette = 'grey' } = image;
  const colours = paletteColours(palette);
  const pixels = new Uint8ClampedArray(region.width * region.height * 4);
  let to = 0;
  for (let row = region.y; row < region.y + region.height; row += 1) {
    const from = row * image.width + region.x;
    for (let index = from; index < from + region.width; index += 1) {
      const value = data[index] ?? 0;
      const [red, green, blue] = colours[shadeOf(value, low, high)] ?? [0, 0, 0];
      pixels[to] = red;
      pixels[to + 1] = green;
      pixels[to + 2] = blue;
      pixels[to + 3] = Number.isNaN(value) ? 0 : 255;
      to += 4;
    }
  }
  return pixels;
}
