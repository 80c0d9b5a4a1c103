import { randomBytes } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { JobCancelledError, ProcessionError } from '../core/errors';
import type { OutputFormat } from '../shared/job-file';
import { toCsv } from './output-csv';
import { toJson, toNdjson } from './output-json';
import { toNpy } from './output-npy';
import { toPng } from './output-png';

/** A result that cannot be written in the format that was asked for, or a file that cannot be written. */
export class OutputError extends ProcessionError {
  constructor(message: string, options?: ErrorOptions) {
    super('ERR_OUTPUT', message, options);
  }
}

/**
 * Writes a job's result. Under the final name there is never half a file: it is written beside it under a temporary
 * name, flushed to the disk, then renamed; when anything goes wrong the temporary file is removed and an older file
 * of that name stays as it was.
 *
 * @throws OutputError, JobCancelledError
 */
export async function writeOutput(
  output: { readonly path: string; readonly format: OutputFormat },
  result: unknown,
  signal?: AbortSignal,
): Promise<void> {
  const bytes = encode(output.format, result);
  const temporary = join(dirname(output.path), `.${basename(output.path)}.${randomBytes(6).toString('hex')}.tmp`);
  try {
    await mkdir(dirname(output.path), { recursive: true });
    await writeFlushed(temporary, bytes);
    if (signal?.aborted) throw new JobCancelledError('Cancelled before its output was in place.');
    await rename(temporary, output.path);
  } catch (error) {
    await rm(temporary, { force: true });
    if (error instanceof ProcessionError) throw error;
    throw new OutputError(
      `${output.path} cannot be written: ${error instanceof Error ? error.message : String(error)}`,
      { cause: error },
    );
  }
}

async function writeFlushed(path: string, bytes: Uint8Array | string): Promise<void> {
  // 'wx': a file or link that someone else has put there is never followed.
  const file = await open(path, 'wx');
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

function encode(format: OutputFormat, result: unknown): Uint8Array | string {
  try {
    switch (format) {
      case 'json':
        return toJson(result);
      case 'ndjson':
        return toNdjson(result);
      case 'csv':
        return toCsv(result);
      case 'npy':
        return toNpy(result);
      case 'png':
        return toPng(result);
    }
  } catch (error) {
    throw new OutputError(
      `The result cannot be written as ${format}: ${error instanceof Error ? error.message : String(error)}`,
      { cause: error },
    );
  }
}
