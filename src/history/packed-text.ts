import { deflateRawSync, inflateRawSync } from 'node:zlib';

const plain = 0;
const deflated = 1;
/** Shorter texts are kept as they are, in characters. */
const shortest = 512;

/** A text as bytes, compressed when that pays: plans with many file names shrink to a tenth. */
export function packText(text: string): Uint8Array {
  const bytes = Buffer.from(text, 'utf8');
  return text.length < shortest
    ? Buffer.concat([Buffer.of(plain), bytes])
    : Buffer.concat([Buffer.of(deflated), deflateRawSync(bytes, { level: 3 })]);
}

/** The text that {@link packText} packed. Throws when it is damaged. */
export function unpackText(packed: Uint8Array): string {
  const body = Buffer.from(packed.buffer, packed.byteOffset + 1, packed.byteLength - 1);
  return (packed[0] === deflated ? inflateRawSync(body) : body).toString('utf8');
}
