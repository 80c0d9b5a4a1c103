import { type Colour, paletteColours, shadeOf } from '../shared/palette';
import type { ViewOf } from '../shared/report';

const maxColumns = 48;
const maxLines = 24;

/**
 * An image as lines of half blocks in 256 colours: each character shows two pixels, one above the other. Large images
 * are shrunk by averaging the values below each pixel.
 *
 * @param columns room on the terminal
 */
export function imageLines(image: ViewOf<'image'>, columns: number): string[] {
  const width = Math.max(
    1,
    Math.min(image.width, columns, maxColumns, Math.floor((2 * maxLines * image.width) / image.height)),
  );
  const height = Math.max(2, 2 * Math.round((image.height * width) / image.width / 2));
  const colours = paletteColours(image.palette ?? 'grey').map(terminalColour);
  const colourAt = (x: number, y: number): number =>
    colours[shadeOf(average(image, x / width, y / height, width, height), image.low, image.high)] ?? 0;
  return Array.from({ length: height / 2 }, (_, line) => {
    const cells = Array.from(
      { length: width },
      (_cell, x) => `\u001b[38;5;${colourAt(x, line * 2)};48;5;${colourAt(x, line * 2 + 1)}m▀`,
    );
    return `${cells.join('')}\u001b[0m`;
  });
}

/** Mean of the values below one pixel of the small image, whose corner is given in shares of the whole. */
function average(
  { data, width, height }: ViewOf<'image'>,
  left: number,
  top: number,
  columns: number,
  rows: number,
): number {
  const [fromX, toX] = span(left, columns, width);
  const [fromY, toY] = span(top, rows, height);
  let sum = 0;
  for (let y = fromY; y < toY; y++) for (let x = fromX; x < toX; x++) sum += data[y * width + x] ?? 0;
  return sum / ((toX - fromX) * (toY - fromY));
}

function span(start: number, parts: number, size: number): [from: number, to: number] {
  const from = Math.min(size - 1, Math.floor(start * size));
  return [from, Math.max(from + 1, Math.min(size, Math.floor((start + 1 / parts) * size)))];
}

/** The nearest of the 256 colours that every terminal has: the greys, or the cube of 6 x 6 x 6. */
function terminalColour([red, green, blue]: Colour): number {
  if (red === green && green === blue)
    return red < 5 ? 16 : red > 246 ? 231 : 232 + Math.min(23, Math.round((red - 8) / 10));
  const step = (value: number): number => Math.round((value * 5) / 255);
  return 16 + 36 * step(red) + 6 * step(green) + step(blue);
}
