import { timingSafeEqual } from 'node:crypto';
import { createServer, type Server, type Socket } from 'node:net';
import type { ComputeToServer, ServerToCompute } from '../../shared/worker-protocol';
import { encodeFrame, FrameReader } from './framing';

/** Longest first message, in bytes: a stranger cannot make the server keep more than this. */
const mostGreetingBytes = 4096;

/** The server's end of one compute thread's data link. */
export interface DataLink {
  readonly generation: number;
  send(message: ServerToCompute): void;
  onMessage(listener: (message: ComputeToServer) => void): void;
  /** Called once, after the last message: nothing more comes over this link. At once when it is closed already. */
  onClose(listener: () => void): void;
}

type Ready = ComputeToServer & { type: 'ready' };

/**
 * Accepts the data links of the compute threads on a local socket.
 *
 * Requests and results take this way and not through a worker's control thread, since one hop costs about half of
 * two (`bench/dispatch`). Who connects must say the server's secret first.
 */
export class DataLinkServer {
  readonly path: string;
  readonly #token: Buffer;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  constructor(path: string, token: string, onLink: (ready: Ready, link: DataLink) => void) {
    this.path = path;
    this.#token = Buffer.from(token);
    this.#server = createServer((socket) => this.#greet(socket, onLink));
    this.#server.on('error', () => undefined);
    this.#server.listen(path);
    this.#server.unref();
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #greet(socket: Socket, onLink: (ready: Ready, link: DataLink) => void): void {
    const frames = new FrameReader(mostGreetingBytes);
    let receive: ((message: ComputeToServer) => void) | undefined;
    // What comes before somebody listens, or from somebody who has not said who he is.
    let early: ComputeToServer[] = [];
    let isClosed = false;
    const closeListeners: (() => void)[] = [];
    this.#sockets.add(socket);
    socket.unref();
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      this.#sockets.delete(socket);
      isClosed = true;
      for (const listener of closeListeners) listener();
    });
    const accept = (ready: Ready): void => {
      onLink(ready, {
        generation: ready.generation,
        send: (message) => {
          for (const bytes of encodeFrame(message)) socket.write(bytes);
        },
        onMessage: (listener) => {
          receive = listener;
          for (const message of early.splice(0)) listener(message);
        },
        onClose: (listener) => {
          if (isClosed) listener();
          else closeListeners.push(listener);
        },
      });
    };
    let greeted = false;
    socket.on('data', (piece: Buffer) => {
      for (const raw of readFrames(frames, piece, socket)) {
        const message = raw as ComputeToServer;
        if (!greeted) {
          if (message.type !== 'ready' || !this.#isTrusted(message.token)) {
            early = [];
            socket.destroy();
            return;
          }
          greeted = true;
          frames.mostBytes = Number.POSITIVE_INFINITY;
          accept(message);
        } else if (receive) receive(message);
        else early.push(message);
      }
    });
  }

  #isTrusted(token: unknown): boolean {
    const said = Buffer.from(String(token));
    return said.length === this.#token.length && timingSafeEqual(said, this.#token);
  }
}

/** A stranger who sends nonsense loses his connection and harms nobody. */
function readFrames(frames: FrameReader, piece: Buffer, socket: Socket): unknown[] {
  try {
    return frames.push(piece);
  } catch {
    socket.destroy();
    return [];
  }
}
