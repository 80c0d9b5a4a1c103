import type { RunErrors } from '../../shared/items';
import type { ResultRef } from '../../shared/result';
import { bridge } from '../bridge';
import { useFetched, useItemsVersion } from './use-run';

const fetchErrors = (ref: ResultRef): Promise<RunErrors> => bridge.getErrors(ref);

/** The errors of a run, grouped; null until they have come. @param count how many there are now */
export function useErrors(ref: ResultRef, count: number): RunErrors | null {
  const version = useItemsVersion(ref);
  return useFetched(ref, `${count} ${version}`, 500, fetchErrors);
}
