/** The durable queue and history: one SQLite database, shared by all windows and command lines of a person. */
export { History } from './history';
export { HistoryError } from './history-error';
export { RunRecorder } from './run-recorder';
export type * from './types';
