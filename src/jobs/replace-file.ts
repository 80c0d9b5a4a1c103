import { randomBytes } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { JobCancelledError } from '../core/errors';

/**
 * Writes a file whole or not at all, also part by part: beside its place under a temporary name, flushed to the disk, then renamed. When
 * anything goes wrong the temporary file is removed, and an older file of that name stays as it was.
 *
 * @throws JobCancelledError when `signal` is aborted before the file is in place, and what the file system throws
 */
export async function replaceFile(
  path: string,
  bytes: Uint8Array | string | AsyncIterable<string>,
  signal?: AbortSignal,
): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.tmp`);
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFlushed(temporary, bytes);
    if (signal?.aborted) throw new JobCancelledError('Cancelled before its output was in place.');
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

async function writeFlushed(path: string, bytes: Uint8Array | string | AsyncIterable<string>): Promise<void> {
  // 'wx': a file or link that someone else has put there is never followed.
  const file = await open(path, 'wx');
  try {
    if (typeof bytes === 'string' || bytes instanceof Uint8Array) await file.writeFile(bytes);
    else for await (const part of bytes) await file.appendFile(part);
    await file.sync();
  } finally {
    await file.close();
  }
}
