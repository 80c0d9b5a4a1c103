import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decode } from 'fast-png';
import { expect, it } from 'vitest';
import { draw, iconFiles } from '../../../scripts/lib/draw-icon.mjs';

const files = [...iconFiles()];

it('the icons in resources are those that the script draws', () => {
  // The largest take seconds to draw, and are drawn in the same way.
  const small = files.filter(([, { size }]) => size <= 64);
  expect(small.length).toBeGreaterThan(20);
  for (const [name, { drawing, size }] of small) {
    const { width, height, data } = decode(readFileSync(join(__dirname, '../../../resources', name)));
    expect([name, width, height]).toEqual([name, size, size]);
    expect(Buffer.compare(Buffer.from(data), Buffer.from(draw(drawing, size)))).toBe(0);
  }
});

/** How light a colour is, as https://www.w3.org/TR/WCAG21/#dfn-relative-luminance has it. */
function luminance([red = 0, green = 0, blue = 0]: readonly number[]): number {
  const [r = 0, g = 0, b = 0] = [red, green, blue].map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

const contrast = (a: number, b: number): number => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);

it('the icon of the tray can be read on dark and on light panels', () => {
  const icon = iconFiles().get('tray/plain.png');
  if (icon === undefined) throw new Error('There is no icon of the tray.');
  const data = draw(icon.drawing, 16);
  const at = (x: number, y: number): number[] => [...data.subarray((y * 16 + x) * 4, (y * 16 + x) * 4 + 4)];
  const ground = luminance(at(8, 1));
  const bar = luminance(at(8, 3));
  expect(at(8, 1)[3]).toBe(255);
  expect(contrast(bar, ground)).toBeGreaterThan(4);
  // Graphics need 3:1 (WCAG 1.4.11) against what is behind them.
  for (const panel of [
    [30, 30, 30],
    [245, 245, 245],
  ])
    expect(contrast(ground, luminance(panel))).toBeGreaterThan(3);
});

it('on a Mac only the shape is drawn, for the system colours it', () => {
  for (const [name, { drawing, size }] of files.filter(([file]) => file.includes('Template'))) {
    const data = draw(drawing, size);
    const coloured = data.filter((value, index) => index % 4 !== 3 && value !== 0).length;
    expect([name, coloured]).toEqual([name, 0]);
  }
});
