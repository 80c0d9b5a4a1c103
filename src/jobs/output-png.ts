import { encode } from 'fast-png';
import { paletteColours, shadeOf } from '../shared/palette';
import { isReport, type ViewOf } from '../shared/report';

/**
 * The first image of a report as a PNG of 8 bits: grey, in the colours of its palette or in its own, just as the window shows it.
 *
 * @throws TypeError when the result is not a report with an image, or the image's size does not fit its data
 */
export function toPng(result: unknown): Uint8Array {
  const image = isReport(result)
    ? result.views.find((view) => view.kind === 'image' || view.kind === 'rgba')
    : undefined;
  if (!image) throw new TypeError('it is not a report with an image.');
  const { width, height } = image;
  const expected = width * height * (image.kind === 'rgba' ? 4 : 1);
  if (image.data.length !== expected)
    throw new TypeError(`its image says ${width} x ${height}, but has ${image.data.length} values.`);
  if (image.kind === 'rgba') return encode({ width, height, channels: 4, depth: 8, data: image.data });
  const grey = (image.palette ?? 'grey') === 'grey';
  return encode({ width, height, channels: grey ? 1 : 3, depth: 8, data: grey ? shades(image) : coloured(image) });
}

function shades({ data, low, high }: ViewOf<'image'>): Uint8Array {
  return Uint8Array.from(data, (value) => shadeOf(value, low, high));
}

function coloured(image: ViewOf<'image'>): Uint8Array {
  const colours = paletteColours(image.palette ?? 'grey');
  const pixels = new Uint8Array(image.data.length * 3);
  shades(image).forEach((shade, index) => pixels.set(colours[shade] ?? [0, 0, 0], index * 3));
  return pixels;
}
