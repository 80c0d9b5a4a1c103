// Makes pictures of the window small: PNG with a palette of at most 256 colours. Windows have few, so that nobody sees a
// difference; and git keeps every version of a picture for ever.
import { crc32, deflateSync, inflateSync } from 'node:zlib';

/** Most colours of a PNG with a palette. */
const mostColours = 256;

/** @typedef {{ readonly width: number, readonly height: number, readonly rgb: Uint8Array }} Pixels */

/**
 * The same picture with a palette, if that is smaller.
 * @param {Buffer} png 8 bits a channel, RGB or RGBA, not interlaced: as Chromium takes them
 * @returns {Buffer}
 */
export function smallPng(png) {
  const pixels = decode(png);
  const { palette, places } = quantize(pixels);
  const small = encode(pixels, palette, places);
  return small.length < png.length ? small : png;
}

/** @param {Buffer} png @returns {Pixels} */
export function decode(png) {
  const width = png.readUInt32BE(16);
  const height = png.readUInt32BE(20);
  const channels = png[25] === 6 ? 4 : png[25] === 2 ? 3 : 0;
  if (png[24] !== 8 || channels === 0 || png[28] !== 0)
    throw new Error('Only PNGs with 8 bits for each of red, green and blue can be made small.');
  const parts = [];
  for (let at = 8; at < png.length; ) {
    const length = png.readUInt32BE(at);
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT') parts.push(png.subarray(at + 8, at + 8 + length));
    at += length + 12;
  }
  const raw = inflateSync(Buffer.concat(parts));
  const stride = width * channels;
  const rgb = new Uint8Array(width * height * 3);
  let above = new Uint8Array(stride);
  for (let y = 0; y < height; y += 1) {
    const from = y * (stride + 1);
    const row = unfilter(raw[from] ?? 0, raw.subarray(from + 1, from + 1 + stride), above, channels);
    for (let x = 0; x < width; x += 1)
      for (let c = 0; c < 3; c += 1) rgb[(y * width + x) * 3 + c] = row[x * channels + c] ?? 0;
    above = row;
  }
  return { width, height, rgb };
}

/**
 * The bytes of a row, from what they differ in from their neighbours (PNG specification, chapter 9).
 * @param {number} type @param {Uint8Array} line @param {Uint8Array} above @param {number} step bytes of a pixel
 */
function unfilter(type, line, above, step) {
  const row = new Uint8Array(line.length);
  for (let at = 0; at < line.length; at += 1) {
    const left = at >= step ? (row[at - step] ?? 0) : 0;
    const up = above[at] ?? 0;
    const upLeft = at >= step ? (above[at - step] ?? 0) : 0;
    const expected = [0, left, up, (left + up) >> 1, type === 4 ? paeth(left, up, upLeft) : 0][type] ?? 0;
    row[at] = (line[at] ?? 0) + expected;
  }
  return row;
}

/** @param {number} a @param {number} b @param {number} c */
function paeth(a, b, c) {
  const [da, db, dc] = [Math.abs(b - c), Math.abs(a - c), Math.abs(a + b - 2 * c)];
  return da <= db && da <= dc ? a : db <= dc ? b : c;
}

/** @typedef {{ readonly color: number, readonly count: number }} Counted */

/**
 * A palette for a picture, by median cut (Heckbert 1982), and for each pixel its place in it.
 * @param {Pixels} pixels
 */
function quantize({ rgb }) {
  /** @type {Map<number, number>} */
  const counts = new Map();
  for (let at = 0; at < rgb.length; at += 3) {
    const color = colorAt(rgb, at);
    counts.set(color, (counts.get(color) ?? 0) + 1);
  }
  /** @type {Counted[][]} */
  let boxes = [[...counts].map(([color, count]) => ({ color, count }))];
  while (boxes.length < mostColours) {
    const widest = boxes.reduce((best, box) => (weightOf(box) > weightOf(best) ? box : best));
    if (widest.length < 2) break;
    boxes = boxes.flatMap((box) => (box === widest ? cut(box) : [box]));
  }
  const palette = boxes.map(meanOf);
  /** @type {Map<number, number>} */
  const placeOf = new Map();
  for (const [place, box] of boxes.entries()) for (const { color } of box) placeOf.set(color, place);
  const places = new Uint8Array(rgb.length / 3);
  for (let pixel = 0; pixel < places.length; pixel += 1) places[pixel] = placeOf.get(colorAt(rgb, pixel * 3)) ?? 0;
  return { palette, places };
}

/** @param {Uint8Array} rgb @param {number} at */
const colorAt = (rgb, at) => ((rgb[at] ?? 0) << 16) | ((rgb[at + 1] ?? 0) << 8) | (rgb[at + 2] ?? 0);

/** @param {number} color @param {number} channel 0 for red, 1 for green, 2 for blue */
const channelOf = (color, channel) => (color >> (16 - 8 * channel)) & 255;

/** @param {Counted[]} box */
function spread(box) {
  const ranges = [0, 1, 2].map((channel) => {
    let [low, high] = [255, 0];
    for (const { color } of box) {
      const value = channelOf(color, channel);
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
    return high - low;
  });
  const widest = Math.max(...ranges);
  return { channel: ranges.indexOf(widest), range: widest };
}

/** How much is to be gained by cutting a box: few pixels of many colours look bad too. @param {Counted[]} box */
function weightOf(box) {
  if (box.length < 2) return 0;
  const count = box.reduce((sum, one) => sum + one.count, 0);
  return spread(box).range ** 2 * Math.sqrt(count);
}

/** Two boxes with about as many pixels each. @param {Counted[]} box */
function cut(box) {
  const { channel } = spread(box);
  const sorted = [...box].sort((a, b) => channelOf(a.color, channel) - channelOf(b.color, channel));
  const half = sorted.reduce((sum, { count }) => sum + Math.sqrt(count), 0) / 2;
  let seen = 0;
  let at = 0;
  while (at < sorted.length - 1 && seen < half) {
    seen += Math.sqrt(sorted[at]?.count ?? 0);
    at += 1;
  }
  return [sorted.slice(0, Math.max(1, at)), sorted.slice(Math.max(1, at))];
}

/** The colour that most of a box's pixels have, if they are many, else their mean. @param {Counted[]} box */
function meanOf(box) {
  const total = box.reduce((sum, { count }) => sum + count, 0);
  const most = box.reduce((best, one) => (one.count > best.count ? one : best));
  if (most.count * 2 >= total) return most.color;
  const [red = 0, green = 0, blue = 0] = [0, 1, 2].map((channel) =>
    Math.round(box.reduce((sum, { color, count }) => sum + channelOf(color, channel) * count, 0) / total),
  );
  return (red << 16) | (green << 8) | blue;
}

/** @param {Pixels} pixels @param {readonly number[]} palette @param {Uint8Array} places */
function encode({ width, height }, palette, places) {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 3, 0, 0, 0], 8);
  const colours = Buffer.from(palette.flatMap((color) => [0, 1, 2].map((channel) => channelOf(color, channel))));
  // With a palette no filter helps: neighbours in it are not alike.
  const rows = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; y += 1) rows.set(places.subarray(y * width, (y + 1) * width), y * (width + 1) + 1);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('PLTE', colours),
    chunk('IDAT', deflateSync(rows, { level: 9, memLevel: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** @param {string} type @param {Buffer} data */
function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  body.copy(framed, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}
