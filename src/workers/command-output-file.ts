import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { OutputFileError } from '../core/errors';

/**
 * The file that a command fills, by itself or with what it prints. Under its name there is never half of one: it is
 * filled under a temporary name beside it and renamed when the command has ended well.
 */
export class CommandOutputFile {
  /** Where the command writes to. */
  readonly temporary: string;
  readonly #path: string;
  readonly #takesStdout: boolean;
  #fd: number | undefined;

  /** @throws OutputFileError when nothing can be written there */
  constructor(path: string, from: 'stdout' | 'out') {
    this.#path = path;
    this.#takesStdout = from === 'stdout';
    // Many programs go by the ending.
    this.temporary = join(dirname(path), `.${randomBytes(6).toString('hex')}.tmp-${basename(path)}`);
    this.#try(() => {
      mkdirSync(dirname(path), { recursive: true });
      // 'wx': a file or link that someone else has put there is never followed.
      if (this.#takesStdout) this.#fd = openSync(this.temporary, 'wx');
    });
  }

  /** What the command's standard output is; undefined where it writes the file by itself. */
  get stdout(): number | undefined {
    return this.#fd;
  }

  /** The command has ended well. @throws OutputFileError */
  keep(): void {
    if (!this.#takesStdout && !existsSync(this.temporary))
      throw new OutputFileError(`The command ended well, but wrote nothing to {out} (${this.#path}).`);
    this.#try(() => {
      const fd = this.#fd ?? openSync(this.temporary, 'r');
      this.#fd = undefined;
      try {
        fsyncSync(fd);
      } finally {
        closeSync(fd);
      }
      renameSync(this.temporary, this.#path);
    });
  }

  /** It has not: nothing is left of the file. Does nothing after {@link keep}. */
  drop(): void {
    if (this.#fd !== undefined) closeSync(this.#fd);
    this.#fd = undefined;
    rmSync(this.temporary, { force: true, recursive: true });
  }

  #try(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.drop();
      throw new OutputFileError(
        `${this.#path} cannot be written: ${error instanceof Error ? error.message : String(error)}`,
        { cause: error },
      );
    }
  }
}
