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
export { Barrier } from './barrier';
export type { CommandSpec } from './command';
export { type ConcurrentFunction, concurrent } from './concurrent';
export { concurrentExec } from './concurrent-exec';
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
export { Future } from './future';
export { decodeItem, type SettledItem } from './item-result';
export { JobFuture, type MapControl, MapFuture, type MapResult } from './job-future';
export type { RankFailurePolicy } from './job-machine';
export type { ExecOptions, JobOptions, MapOptions, RunOptions } from './job-options';
export type { ItemRange } from './map-items';
export type { ObjectProxy, RemoteObject } from './object-proxy';
export type { ObjectServer } from './object-server';
export type { ObjectSharer } from './object-sharer';
export { chooseProcCount, partitionSequence, type Sliceable } from './partition';
export { type Partitioned, partitioned, prepareArgs } from './prepare-args';
export { ProcessServer } from './process-server';
export type { QueueControl } from './queue-control';
export type { RandomStream } from './random';
export { checkResultMap, listResults, type ResultMap, sumResultMap, type TypedArray } from './results';
export type { FailureKind, RetryCause, RetryOptions } from './retry';
export type { ScheduleKind, ScheduleSpec } from './schedule';
export type { ProcessServerOptions } from './server-options';
export { SharedArray, type SharedArrayOptions, type SharedElements, type TypedArrayType } from './shared-array';
export type { TargetDefinition } from './target-definition';
export type { ConcurrentTarget, TargetInfo, TargetSpec } from './target-spec';
export { Task, type TaskFunction, type TaskState } from './task';
export { type TaskOrder, TaskQueue, type TaskQueueOptions } from './task-queue';
export { type TaskRoutineOptions, taskMethod, taskRoutine } from './task-routine';
export type { WorkerExit, WorkerHost, WorkerLink, WorkerSpec } from './worker-host';
