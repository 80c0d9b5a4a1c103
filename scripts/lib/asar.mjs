// Electron's archive format, as far as a small app needs it: a JSON index of names, sizes and offsets,
// then the files one after the other.
//
//   u32 4 | u32 size of the next field | u32 payload | u32 length of the JSON | JSON, padded to 4 | file bytes …
//
// The two outer fields are a Chromium `Pickle` each: its payload size first, then the payload.

/** @typedef {{ size: number, offset: string }} AsarFile */
/** @typedef {{ files: Record<string, AsarFile> }} AsarIndex */

/**
 * Packs files into an archive.
 * @param {ReadonlyMap<string, Uint8Array>} files bytes by name; names have no folders
 * @returns {Buffer}
 */
export function packAsar(files) {
  /** @type {AsarIndex} */
  const index = { files: {} };
  let offset = 0;
  for (const [name, bytes] of files) {
    if (name === '' || name.includes('/')) throw new TypeError(`not a plain file name: ${JSON.stringify(name)}`);
    index.files[name] = { size: bytes.length, offset: String(offset) };
    offset += bytes.length;
  }
  const json = Buffer.from(JSON.stringify(index));
  const padded = Math.ceil(json.length / 4) * 4;
  const head = Buffer.alloc(16 + padded);
  head.writeUInt32LE(4, 0);
  head.writeUInt32LE(8 + padded, 4);
  head.writeUInt32LE(4 + padded, 8);
  head.writeUInt32LE(json.length, 12);
  json.copy(head, 16);
  return Buffer.concat([head, ...files.values()]);
}

/**
 * Reads the files of an archive that `packAsar` wrote.
 * @param {Buffer} archive
 * @returns {Map<string, Buffer>}
 * @throws {TypeError} when the bytes are no such archive
 */
export function readAsar(archive) {
  if (archive.length < 16 || archive.readUInt32LE(0) !== 4) throw new TypeError('not an asar archive');
  const start = 8 + archive.readUInt32LE(4);
  /** @type {AsarIndex} */
  const index = JSON.parse(archive.toString('utf8', 16, 16 + archive.readUInt32LE(12)));
  return new Map(
    Object.entries(index.files).map(([name, { size, offset }]) => {
      const from = start + Number(offset);
      if (from + size > archive.length) throw new TypeError(`the archive ends within ${name}`);
      return [name, archive.subarray(from, from + size)];
    }),
  );
}
