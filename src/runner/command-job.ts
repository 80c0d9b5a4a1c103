import type { MapFuture } from '../core/job-future';
import type { MapOptions } from '../core/job-options';
import type { ItemList } from '../jobs/plan-items';
import type { PlannedCommandJob } from '../shared/plan';
import type { JobStart } from './running-job';

export function startCommand(
  _start: JobStart,
  _job: PlannedCommandJob,
  _items: ItemList,
  _options: MapOptions,
): MapFuture<unknown> {
  throw new Error('not yet');
}
