import type { Paint } from './paint';

/** What a command may touch of the world outside. */
export interface CommandContext {
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  /** Folder of the installed package. */
  readonly packageRoot: string;
  readonly version: string;
  /** Whether standard output is a terminal that can draw bars. */
  readonly isLive: boolean;
  /** Whether block characters can be shown. */
  readonly unicode: boolean;
  /** Whether colours can be shown and are wanted. */
  readonly colour: boolean;
  readonly paint: Paint;
  /** Numbers the lines of `--json`, also over several runs of one command. */
  readonly nextLine: () => number;
}
