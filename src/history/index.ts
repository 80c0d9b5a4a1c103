/** The durable queue and history: one SQLite database, shared by all windows and command lines of a person. */
export { dataFolder } from './data-folder';
export { type Claim, History, type HistoryOptions, type RecordOptions } from './history';
export { HistoryError, type HistoryErrorCode } from './history-error';
export { type JobNews, RunRecorder } from './run-recorder';
export type { QueuePlace } from './store/queue-order';
export type * from './types';
