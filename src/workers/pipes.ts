import { closeSync, constants, openSync, readSync, writeSync } from 'node:fs';

/** As much as a pipe holds, so that one read takes it all. */
const readBytes = 64 * 1024;
/** With more than this many open inboxes those that nobody needs now are closed. */
const mostIdleOutboxes = 64;

/** A worker's inbox as its compute thread reads it: a named pipe. */
export class Inbox {
  readonly #fd: number;
  readonly #buffer = Buffer.allocUnsafe(readBytes);
  #kept = 0;

  /** @throws Error of the system when there is no such pipe */
  constructor(path: string) {
    // For writing too: so there is always a writer, and a read waits for the next one instead of seeing an end.
    this.#fd = openSync(path, constants.O_RDWR);
  }

  /**
   * Sleeps until there is something in the inbox, and takes it all.
   *
   * @param consume returns how many bytes it could make use of; the rest comes again with what follows
   */
  read(consume: (bytes: Buffer) => number): void {
    const end = this.#kept + this.#readMore();
    const used = consume(this.#buffer.subarray(0, end));
    this.#buffer.copyWithin(0, used, end);
    this.#kept = end - used;
  }

  #readMore(): number {
    try {
      return readSync(this.#fd, this.#buffer, this.#kept, readBytes - this.#kept, null);
    } catch (error) {
      if (codeOf(error) === 'EINTR') return 0;
      throw error;
    }
  }
}

/** The inboxes of other workers, opened when they are first written to and kept open for the next run. */
export class Outboxes {
  readonly #fds = new Map<string, number>();

  /**
   * Puts a frame into an inbox, whole or not at all. Never waits.
   *
   * @returns `full`: the pipe has no room for it now; `gone`: nobody will read it any more
   * @throws Error of the system when the inbox cannot be opened though its worker lives
   */
  send(path: string, frame: Uint8Array): 'sent' | 'full' | 'gone' {
    try {
      writeSync(this.#open(path), frame);
      return 'sent';
    } catch (error) {
      const code = codeOf(error);
      if (code === 'EAGAIN') return 'full';
      if (code !== 'EPIPE' && code !== 'ENXIO' && code !== 'ENOENT') throw error;
      this.#close(path);
      return 'gone';
    }
  }

  /** These are needed now; of the others only few are kept. */
  need(paths: ReadonlySet<string>): void {
    if (this.#fds.size <= mostIdleOutboxes) return;
    for (const path of [...this.#fds.keys()]) if (!paths.has(path)) this.#close(path);
  }

  #open(path: string): number {
    let fd = this.#fds.get(path);
    if (fd === undefined) {
      fd = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
      this.#fds.set(path, fd);
    }
    return fd;
  }

  #close(path: string): void {
    const fd = this.#fds.get(path);
    this.#fds.delete(path);
    if (fd !== undefined) closeSync(fd);
  }
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}
