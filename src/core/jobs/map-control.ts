import type { MapItemsOptions } from '../items/map-items';
import type { JobBoard } from './job-board';
import type { MapControl } from './job-future';
import { checkRange, type MapOptions } from './job-options';
import { parseRetries } from './retry';
import { parseSchedule } from './schedule';

/** What the machine of a map job is made with. @throws RangeError when the options make no sense */
export function machineOptions(length: number, options: MapOptions): MapItemsOptions {
  const { done = [], blocked = [], keepResults = true, onItems, recycleAfter } = options;
  return {
    schedule: parseSchedule(options.schedule ?? 'dynamic'),
    retries: parseRetries(options.retries),
    done,
    blocked: blocked === 'all' ? [[0, length]] : blocked,
    keepsValues: keepResults,
    tellsItems: onItems !== undefined,
    ...(recycleAfter === undefined ? {} : { recycleAfter }),
  };
}

/** What the Future of a map job steers: the job as the board has it. */
export function mapControl(board: JobBoard, id: number, length: number): MapControl {
  return {
    cancel: (reason) => board.cancel(id, reason),
    hold: (isHeld) => board.hold(id, isHeld),
    finish: (reason) => board.steer(id, (items) => [undefined, items.finish(reason)], undefined),
    release: (start, end) => {
      checkRange('release', start, end, length);
      return board.steer(id, (items) => items.release(start, end), 0);
    },
    skip: (start, end, reason) => {
      checkRange('skip', start, end, length);
      return board.steer(id, (items) => items.skip(start, end, reason), 0);
    },
  };
}
