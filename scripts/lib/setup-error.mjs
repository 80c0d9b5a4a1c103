/** A set-up step that cannot go on, for a reason that the reader can act on: shown without a stack. */
export class SetupError extends Error {
  /**
   * @param {string} code short stable name of the reason, such as `ERR_NO_NETWORK`
   * @param {string} message what happened, to what
   * @param {string} remedy what to do about it
   * @param {{ cause?: unknown }} [options]
   */
  constructor(code, message, remedy, options) {
    super(message, options);
    this.name = 'SetupError';
    this.code = code;
    this.remedy = remedy;
  }
}

/** The text for a terminal: what happened, then what to do. @param {unknown} error */
export function describeError(error) {
  if (error instanceof SetupError)
    return `error ${error.code}: ${error.message}\n  ${error.remedy.replaceAll('\n', '\n  ')}`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
