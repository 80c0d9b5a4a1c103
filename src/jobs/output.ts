import { ProcessionError } from '../core/errors';
import type { OutputFormat } from '../shared/job-file';
import { toCsv } from './output-csv';
import { toJson, toNdjson } from './output-json';
import { toNpy } from './output-npy';
import { replaceFile } from './replace-file';

/** A result that cannot be written in the format that was asked for, or a file that cannot be written. */
export class OutputError extends ProcessionError {
  constructor(message: string, options?: ErrorOptions) {
    super('ERR_OUTPUT', message, options);
  }
}

/**
 * Writes a job's result. Under the final name there is never half a file: see {@link replaceFile}.
 *
 * @throws OutputError, JobCancelledError
 */
export async function writeOutput(
  output: { readonly path: string; readonly format: OutputFormat },
  result: unknown,
  signal?: AbortSignal,
): Promise<void> {
  const bytes = await encode(output.format, result);
  try {
    await replaceFile(output.path, bytes, signal);
  } catch (error) {
    if (error instanceof ProcessionError) throw error;
    throw new OutputError(
      `${output.path} cannot be written: ${error instanceof Error ? error.message : String(error)}`,
      { cause: error },
    );
  }
}

async function encode(format: OutputFormat, result: unknown): Promise<Uint8Array | string> {
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
        // Few jobs write pictures, and its libraries are large.
        return (await import('./output-png')).toPng(result);
    }
  } catch (error) {
    throw new OutputError(
      `The result cannot be written as ${format}: ${error instanceof Error ? error.message : String(error)}`,
      { cause: error },
    );
  }
}
