import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { OpenDatabase } from './database';
import type { FromService } from './messages';
import { openDatabase, readNotice, suspectName } from './open-database';
import { toProblem } from './problem';
import { ownIdentity } from './process-identity';
import { HistoryService, releaseDeadAtStart, type ServiceTimes } from './service';
import { SpillFolder } from './spill-folder';
import { removeOrphans } from './store/removal';
import { Store, type StoreOptions } from './store/store';
import type { Notice } from './types';

/** How a history is opened: plain data, since it goes to a thread. */
export interface ServiceOptions {
  readonly folder: string;
  readonly kind: string;
  readonly times: ServiceTimes;
  readonly limits?: Pick<StoreOptions, 'spillBytes' | 'mostResultBytes' | 'logLimits'>;
}

/**
 * Opens the database and answers for it from then on. Says `opened` or `refused` first.
 *
 * @param open the database library
 */
export function startService(
  { folder, kind, times, limits }: ServiceOptions,
  open: OpenDatabase,
  post: (message: FromService) => void,
): HistoryService | undefined {
  try {
    const database = openDatabase(folder, open);
    const spill = new SpillFolder(join(folder, 'results'));
    const store = new Store({ database, spill, owner: { id: randomUUID(), kind, identity: ownIdentity() }, ...limits });
    const notice = readNotice(database);
    const interrupted = releaseDeadAtStart(store);
    removeOrphans(store);
    const notices: Notice[] = [
      ...(notice ? [notice] : []),
      ...(interrupted.length > 0 ? [{ type: 'interrupted', runs: interrupted } as const] : []),
    ];
    const markSuspect = (): void => writeFileSync(join(folder, suspectName), '', { mode: 0o600 });
    const service = new HistoryService(store, post, markSuspect, times);
    post({ type: 'opened', notices });
    return service;
  } catch (error) {
    post({ type: 'refused', problem: toProblem(error) });
    return undefined;
  }
}
