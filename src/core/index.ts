/**
 * Procession's engine as a library: `import { ProcessServer } from 'procession'`.
 *
 * @module procession
 */

export type { CommandOutput, CommandResult } from '../shared/command';
export type {
  ErrorInfo,
  JobInfo,
  JobState,
  LogLine,
  ProcInfo,
  RankInfo,
  RankState,
  ServerEvent,
  WorkerState,
} from '../shared/engine-info';
export type { PaletteName } from '../shared/palette';
export type { PartialResult, Patch, Tile } from '../shared/partial';
export type { PlaceholderValues } from '../shared/placeholders';
export type {
  Axes,
  Cell,
  Figure,
  HistogramData,
  ImageLook,
  Numbers,
  Pixels,
  Report,
  Series,
  View,
} from '../shared/report';
export { isReport } from '../shared/report';
export type { AlgorithmProcess, ItemContext } from './algorithm-process-types';
export type { CommandSpec } from './commands/command';
export { SharedArray, type SharedArrayOptions, type SharedElements, type TypedArrayType } from './data/shared-array';
export {
  BarrierBrokenError,
  CommandFailedError,
  CommandStartError,
  FutureError,
  ItemSkippedError,
  JobCancelledError,
  JobEndedError,
  JobTimeoutError,
  NestedCallError,
  NoServerError,
  ObjectProxyError,
  OutOfMemoryError,
  OutputFileError,
  PoolTooSmallError,
  ProcessionError,
  ResultTooLargeError,
  SerializationError,
  ServerStoppedError,
  SiblingError,
  TargetLoadError,
  TargetNotFoundError,
  WorkerDiedError,
} from './errors';
export { decodeItem, type SettledItem } from './items/item-result';
export type { ItemRange } from './items/map-items';
export { JobFuture, type MapControl, MapFuture, type MapResult } from './jobs/job-future';
export type { RankFailurePolicy } from './jobs/job-machine';
export type { ExecOptions, JobOptions, MapOptions, RunOptions } from './jobs/job-options';
export { chooseProcCount, partitionSequence, type Sliceable } from './jobs/partition';
export { type Partitioned, partitioned, prepareArgs } from './jobs/prepare-args';
export type { QueueControl } from './jobs/queue-control';
export type { FailureKind, RetryCause, RetryOptions } from './jobs/retry';
export type { ScheduleKind, ScheduleSpec } from './jobs/schedule';
export { Barrier } from './meetings/barrier';
export type { ObjectSharer } from './meetings/object-sharer';
export type { ObjectProxy, RemoteObject } from './objects/object-proxy';
export type { ObjectServer } from './objects/object-server';
export type { WorkerExit, WorkerHost, WorkerLink, WorkerSpec } from './pool/worker-host';
export { ProcessServer } from './process-server';
export type { RandomStream } from './random';
export { checkResultMap, listResults, type ResultMap, sumResultMap, type TypedArray } from './results';
export type { LiveServerOptions, ProcessServerOptions } from './server-options';
export { type ConcurrentFunction, concurrent } from './targets/concurrent';
export { concurrentExec } from './targets/concurrent-exec';
export type { TargetDefinition } from './targets/target-definition';
export type { ConcurrentTarget, TargetInfo, TargetSpec } from './targets/target-spec';
export { Future } from './tasks/future';
export { Task, type TaskFunction, type TaskState } from './tasks/task';
export { type TaskOrder, TaskQueue, type TaskQueueOptions } from './tasks/task-queue';
export { type TaskRoutineOptions, taskMethod, taskRoutine } from './tasks/task-routine';
