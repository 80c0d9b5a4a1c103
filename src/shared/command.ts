/** What a command wrote on one of its streams. Bytes that are not UTF-8 show as U+FFFD. */
export interface CommandOutput {
  /** All of it; or its beginning and its end, with a line between them that says how much was left out. */
  readonly text: string;
  /** How many bytes it wrote. */
  readonly bytes: number;
  /** How many of them are not in `text`. */
  readonly droppedBytes: number;
}

/** How a command ended. */
export interface CommandResult {
  /** Null when a signal ended it. */
  readonly exitCode: number | null;
  /** The signal that ended it, for example `SIGKILL`; else null. */
  readonly signal: string | null;
  /** What it wrote on standard output; nothing when that went into a file. */
  readonly stdout: CommandOutput;
  /** What it wrote on standard error. */
  readonly stderr: CommandOutput;
  /** From its start to its end. */
  readonly durationMs: number;
}
