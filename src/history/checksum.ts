import * as zlib from 'node:zlib';

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value;
});

/** The CRC-32 of zlib, gzip and PNG, in plain JavaScript: for Node before 20.15, which has none of its own. */
export function crc32InJavaScript(bytes: Uint8Array, previous = 0): number {
  let value = ~previous;
  for (const byte of bytes) value = (table[(value ^ byte) & 0xff] ?? 0) ^ (value >>> 8);
  return ~value >>> 0;
}

/**
 * Checksum of bytes, to notice when a disk gives back others.
 *
 * @param previous checksum of the bytes before these
 */
export const crc32: (bytes: Uint8Array, previous?: number) => number =
  'crc32' in zlib && typeof zlib.crc32 === 'function' ? zlib.crc32 : crc32InJavaScript;
