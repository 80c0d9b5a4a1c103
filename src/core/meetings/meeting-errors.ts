import type { Departure } from '../../shared/worker-protocol';
import { BarrierBrokenError, SiblingError } from '../errors';

/** What a rank waits for: all ranks in the same round of the same thing. */
export interface MeetingCall {
  /** Of the object that is exchanged; undefined for `sync()`. */
  readonly name: string | undefined;
  /** How often the rank has met the others for this before. */
  readonly round: number;
}

/** Which of the ranks that left without coming is to blame: one that failed by itself rather than one it took along. */
export function pickCulprit(
  missing: readonly (readonly [rank: number, departure: Departure])[],
): readonly [rank: number, departure: Departure] | undefined {
  return (
    missing.find(([, departure]) => isRootFailure(departure)) ??
    missing.find(([, { kind }]) => kind === 'returned') ??
    missing[0]
  );
}

/** Why a rank cannot meet one that has left. @param name of the object that it wants; undefined for `sync()` */
export function departureError(rank: number, departure: Departure, name: string | undefined): Error {
  if (departure.kind !== 'returned') {
    return new SiblingError(
      `Rank ${rank} of this job failed (${departure.error.name}: ${departure.error.message}), so the ranks can no longer meet.`,
    );
  }
  return new BarrierBrokenError(
    `Rank ${rank} has returned and will not come to ${callOf(name)}. Let every rank make the same calls the same number of times.`,
  );
}

/** All ranks that are left wait, and not for the same thing. */
export function mismatchError(calls: readonly (readonly [rank: number, call: MeetingCall])[]): BarrierBrokenError {
  const described = [...calls]
    .sort(([a], [b]) => a - b)
    .map(
      ([rank, { name, round }]) => `rank ${rank} in ${callOf(name)}${name === undefined ? '' : ` round ${round + 1}`}`,
    );
  return new BarrierBrokenError(
    `The ranks wait for different things and would wait for ever: ${described.join(', ')}. Let every rank make the same calls in the same order.`,
  );
}

function callOf(name: string | undefined): string {
  return name === undefined ? 'sync()' : `shareObject(${JSON.stringify(name)})`;
}

/** Whether a rank failed by itself, and not because it could not meet another one. */
function isRootFailure(departure: Departure): boolean {
  return (
    departure.kind !== 'returned' &&
    departure.error.name !== 'SiblingError' &&
    departure.error.name !== 'BarrierBrokenError'
  );
}
