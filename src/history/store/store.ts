import { type Database, inTransaction } from '../database';
import type { ProcessProbe } from '../process-identity';
import type { SpillFolder } from '../spill-folder';
import { DefinitionTable } from './definition-table';
import { ErrorTable } from './error-table';
import { JobTable } from './job-table';
import { defaultLogLimits, type LogLimits, LogTable } from './log-table';
import { type Owner, OwnerTable } from './owner-table';
import { QueueOrder } from './queue-order';
import { RunTable } from './run-table';
import { SettledTable } from './settled-table';
import { TimelineTable } from './timeline-table';

export interface StoreOptions {
  readonly database: Database;
  readonly spill: SpillFolder;
  readonly owner: Owner;
  /** Time of day, in milliseconds since the epoch. */
  readonly now?: () => number;
  /** A clock that only goes forward, in milliseconds. */
  readonly steadyNow?: () => number;
  readonly probe?: ProcessProbe;
  readonly logLimits?: LogLimits;
  /** Results and values above this are kept in a file of their own. */
  readonly spillBytes?: number;
  /** Results above this are not kept. */
  readonly mostResultBytes?: number;
}

/**
 * The tables of one open database. What can be done with them is in the files beside this one, as functions: queue.ts,
 * ownership.ts, commit.ts, reading.ts, removal.ts.
 */
export class Store {
  readonly database: Database;
  readonly spill: SpillFolder;
  readonly runs: RunTable;
  readonly jobs: JobTable;
  readonly settled: SettledTable;
  readonly errors: ErrorTable;
  readonly logs: LogTable;
  readonly timelines: TimelineTable;
  readonly definitions: DefinitionTable;
  readonly owners: OwnerTable;
  readonly order: QueueOrder;
  readonly now: () => number;
  readonly steadyNow: () => number;
  readonly spillBytes: number;
  readonly mostResultBytes: number;

  constructor(options: StoreOptions) {
    const { database, spill } = options;
    this.database = database;
    this.spill = spill;
    this.runs = new RunTable(database);
    this.jobs = new JobTable(database);
    this.errors = new ErrorTable(database);
    this.settled = new SettledTable(database, this.errors, spill);
    this.logs = new LogTable(database, options.logLimits ?? defaultLogLimits);
    this.timelines = new TimelineTable(database);
    this.definitions = new DefinitionTable(database);
    this.owners = new OwnerTable(database, options.owner, options.probe);
    this.order = new QueueOrder(database, this.runs);
    this.now = options.now ?? Date.now;
    this.steadyNow = options.steadyNow ?? (() => performance.now());
    this.spillBytes = options.spillBytes ?? 1024 * 1024;
    this.mostResultBytes = options.mostResultBytes ?? 1024 * 1024 * 1024;
  }

  /** Does something in one transaction; all its changes have one revision. */
  write<T>(work: (revision: number) => T): T {
    return inTransaction(this.database, () => work(this.runs.nextRevision()));
  }
}
