import { ArrayFiles } from '../core/data/array-files';
import { describeDiverted, MessageArrays } from '../core/data/message-arrays';
import { encodeValue } from '../core/data/serialize';
import { ResultTooLargeError } from '../core/errors';
import { formatMiB } from '../core/format-size';
import type { RunRequest } from '../shared/worker-protocol';

/**
 * What a rank returned, for the server; its large typed arrays go by files.
 *
 * @param roots folders for large objects
 * @param tell called with a line for people when something is not as it should be
 * @throws SerializationError when it cannot be sent; ResultTooLargeError
 */
export function encodeResult(
  value: unknown,
  request: RunRequest,
  roots: readonly string[],
  tell: (line: string) => void,
): Uint8Array {
  const { jobId, runId } = request.run;
  const arrays = new MessageArrays(new ArrayFiles(roots, jobId), String(runId));
  try {
    const payload = encodeValue(value, 'result', undefined, arrays);
    requireSize(payload, 'The result', request);
    if (arrays.divertedBytes > 0) tell(describeDiverted(arrays.divertedBytes, roots));
    return payload;
  } catch (error) {
    arrays.discard();
    throw error;
  }
}

/** @throws ResultTooLargeError for a message that would hold the server up */
export function requireSize({ byteLength }: Uint8Array, what: string, { mostResultBytes }: RunRequest): void {
  if (mostResultBytes === undefined || byteLength <= mostResultBytes) return;
  throw new ResultTooLargeError(
    `${what} has ${formatMiB(byteLength)}, more than the ${formatMiB(mostResultBytes)} that it may have (maxResultMiB). Typed arrays of more than 256 KiB do not count: send numbers in those, write a file, or raise the limit.`,
  );
}
