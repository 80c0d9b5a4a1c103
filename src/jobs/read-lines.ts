import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { maxDataBytes, maxFieldLength, maxItems } from './limits';

/** A file of data that cannot be used; the message is for the person, without the file's name at its beginning. */
export class DataFileError extends Error {}

/**
 * The text of a file, piece by piece.
 *
 * @throws DataFileError when it is not there, is no regular file, is too large, or is not text in UTF-8
 */
export async function* readText(path: string): AsyncGenerator<string, void> {
  const info = await stat(path).catch((error: unknown) => {
    throw new DataFileError(isMissing(error) ? 'is not there' : 'cannot be read');
  });
  // A pipe or a device would never end.
  if (!info.isFile()) throw new DataFileError(info.isDirectory() ? 'is a folder' : 'is no ordinary file');
  if (info.size > maxDataBytes)
    throw new DataFileError(`is larger than ${maxDataBytes / 1024 / 1024} MiB; let the target read it by itself`);
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let left = maxDataBytes;
  try {
    // It may grow while it is read.
    for await (const chunk of createReadStream(path, { end: maxDataBytes - 1 })) {
      const bytes = chunk as Buffer;
      left -= bytes.length;
      if (bytes.includes(0)) throw new DataFileError('has NUL characters, so it is no text');
      yield decoder.decode(bytes, { stream: left > 0 });
    }
    decoder.decode();
  } catch (error) {
    if (error instanceof DataFileError) throw error;
    throw new DataFileError(error instanceof TypeError ? 'is not text in UTF-8' : 'cannot be read');
  }
}

/**
 * The lines of a file that are not empty, without their ends.
 *
 * @throws DataFileError
 */
export async function readLines(path: string): Promise<string[]> {
  const lines: string[] = [];
  let rest = '';
  const take = (line: string): void => {
    const clean = line.endsWith('\r') ? line.slice(0, -1) : line;
    if (clean === '') return;
    if (clean.length > maxFieldLength) throw new DataFileError(`has a line of more than ${maxFieldLength} characters`);
    if (lines.length === maxItems) throw new DataFileError(`has more than ${maxItems} lines`);
    lines.push(clean);
  };
  for await (const text of readText(path)) {
    const parts = (rest + text).split('\n');
    rest = parts.pop() ?? '';
    if (rest.length > maxFieldLength + 1) take(rest);
    parts.forEach(take);
  }
  take(rest);
  if (lines.length === 0) throw new DataFileError('has no lines');
  return lines;
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}
