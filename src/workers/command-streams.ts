import type { ChildProcess } from 'node:child_process';
import { closeSync, constants, openSync, readSync } from 'node:fs';
import { Socket } from 'node:net';

const readBytes = 64 * 1024;
/** As much as a pipe can hold at most, in bytes: more than that comes from somebody who is still writing. */
const mostLeftBytes = 1024 * 1024;
/** How long streams may take to close after their command has ended, in milliseconds. */
const closeLimitMs = 20;

export type CommandStream = 'stdout' | 'stderr';
export type TakeOutput = (stream: CommandStream, piece: Buffer) => void;

/** Where commands write to, one after the other. What they write is read at once, and is gone when the call returns. */
export interface CommandStreams {
  /** What `spawn` is given for stdout and stderr. */
  readonly stdio: readonly [number | 'pipe', number | 'pipe'];
  /** A command has been started. */
  begin(command: ChildProcess, take: TakeOutput): void;
  /**
   * The command has ended: reads what is left. Returns whether all that was written has been read; otherwise another
   * process still has the streams.
   */
  settle(): boolean | Promise<boolean>;
  close(): void;
}

/**
 * Two named pipes for all commands of a compute thread.
 *
 * Node's own pipes for children are sockets, which no program can open by name: `/dev/stdout`, `/dev/stderr` and
 * `/proc/self/fd/1` fail in them on Linux. These are real pipes, as a shell makes them.
 */
export class NamedPipes implements CommandStreams {
  readonly #stdout: PipeEnd;
  readonly #stderr: PipeEnd;
  #take: TakeOutput = () => undefined;

  /** @param readers the reading ends, without blocking; they are closed by this */
  constructor(readers: readonly [stdout: number, stderr: number]) {
    this.#stdout = new PipeEnd(readers[0], (piece) => this.#take('stdout', piece));
    this.#stderr = new PipeEnd(readers[1], (piece) => this.#take('stderr', piece));
  }

  get stdio(): readonly [number, number] {
    return [this.#stdout.writer, this.#stderr.writer];
  }

  begin(_command: ChildProcess, take: TakeOutput): void {
    this.#take = take;
  }

  settle(): boolean {
    const ends = [this.#stdout.settle(), this.#stderr.settle()];
    return ends.every(Boolean);
  }

  close(): void {
    this.#stdout.close();
    this.#stderr.close();
  }
}

/** One pipe: a reading end, and a writing end that is kept so that the pipe has no end between two commands. */
class PipeEnd {
  readonly #reader: number;
  readonly #socket: Socket;
  readonly #take: (piece: Buffer) => void;
  readonly #rest = Buffer.allocUnsafe(readBytes);
  #writer: number;

  constructor(reader: number, take: (piece: Buffer) => void) {
    this.#reader = reader;
    this.#take = take;
    this.#writer = this.#openWriter();
    const callback = (bytes: number, buffer: Uint8Array): boolean => {
      take(Buffer.from(buffer.buffer, buffer.byteOffset, bytes));
      return true;
    };
    const onread = { buffer: Buffer.allocUnsafe(readBytes), callback };
    const options = { fd: reader, readable: true, writable: false, onread };
    this.#socket = new Socket(options);
    // A pipe that breaks breaks for its command, which ends for it.
    this.#socket.on('error', () => undefined);
  }

  get writer(): number {
    return this.#writer;
  }

  /** Without its own writing end the pipe has an end if nobody else has one; between two turns of the event loop. */
  settle(): boolean {
    closeSync(this.#writer);
    try {
      for (let left = 0; left <= mostLeftBytes; ) {
        const bytes = this.#read();
        if (bytes === undefined) return false;
        if (bytes === 0) return true;
        this.#take(this.#rest.subarray(0, bytes));
        left += bytes;
      }
      return false;
    } finally {
      this.#writer = this.#openWriter();
    }
  }

  close(): void {
    closeSync(this.#writer);
    this.#socket.destroy();
  }

  /** Undefined when there is nothing now, but somebody may still write. */
  #read(): number | undefined {
    try {
      return readSync(this.#reader, this.#rest);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return undefined;
      throw error;
    }
  }

  /** The pipe has no name any more, but for this one. */
  #openWriter(): number {
    return openSync(`/proc/self/fd/${this.#reader}`, constants.O_WRONLY);
  }
}

/** The pipes that Node makes for each child: for systems whose programs can open them by name, or that have no named ones. */
export class ChildPipes implements CommandStreams {
  readonly stdio = ['pipe', 'pipe'] as const;
  #closed: Promise<boolean> | undefined;
  #isClosed = false;
  #command: ChildProcess | undefined;

  begin(command: ChildProcess, take: TakeOutput): void {
    this.#command = command;
    this.#isClosed = false;
    this.#closed = new Promise((resolve) => {
      command.once('close', () => {
        this.#isClosed = true;
        resolve(true);
      });
    });
    for (const stream of ['stdout', 'stderr'] as const) {
      command[stream]?.on('data', (piece: Buffer) => take(stream, piece));
      command[stream]?.on('error', () => undefined);
    }
  }

  async settle(): Promise<boolean> {
    if (this.#isClosed || !this.#closed) return true;
    let timer: NodeJS.Timeout | undefined;
    const tooLong = new Promise<boolean>((resolve) => {
      timer = setTimeout(() => resolve(false), closeLimitMs);
    });
    const isClosed = await Promise.race([this.#closed, tooLong]);
    clearTimeout(timer);
    return isClosed;
  }

  close(): void {
    this.#command?.stdout?.destroy();
    this.#command?.stderr?.destroy();
  }
}
