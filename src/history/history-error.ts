import { ProcessionError } from '../core/errors';

/** What kind of trouble the history has. */
export type HistoryErrorCode =
  /** Nothing can be written now: no space, or the disk refuses. */
  | 'ERR_HISTORY_FULL'
  /** Another process has held the database for too long. */
  | 'ERR_HISTORY_BUSY'
  /** A file that cannot be used is open in another process, so it cannot be set aside. */
  | 'ERR_HISTORY_IN_USE'
  /** The database is damaged. */
  | 'ERR_HISTORY_DAMAGED'
  /** The run belongs to another process. */
  | 'ERR_HISTORY_LOST'
  /** There is no such run or job, or what is asked does not fit its state. */
  | 'ERR_HISTORY_STATE'
  /** The history has been closed. */
  | 'ERR_HISTORY_CLOSED'
  /** Anything else; the cause says what. */
  | 'ERR_HISTORY';

/** The history cannot do what it is asked. `code` says what kind of trouble it is. */
export class HistoryError extends ProcessionError {
  override readonly code: HistoryErrorCode;

  constructor(code: HistoryErrorCode, message: string, options?: ErrorOptions) {
    super(code, message, options);
    this.code = code;
  }
}
