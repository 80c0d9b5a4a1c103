import { connect, type Socket } from 'node:net';
import { encodeFrame, FrameReader } from '../core/pool/framing';
import type { ComputeToServer, ServerToCompute, WorkerIdentity } from '../shared/worker-protocol';

export interface DataChannel {
  send(message: ComputeToServer): void;
  /** Settles when everything has been handed to the system; undefined when it has already. */
  sent(): Promise<void> | undefined;
}

/**
 * The compute thread's end of the data link: connects to the server, says who it is, and exchanges whole messages.
 * A thread that cannot reach the server is of no use: it ends, so that the control thread starts another one.
 */
export function openDataChannel(
  identity: WorkerIdentity,
  generation: number,
  receive: (message: ServerToCompute) => void,
): DataChannel {
  const socket: Socket = connect(identity.dataPath);
  const frames = new FrameReader();
  socket.on('data', (piece) => {
    for (const message of frames.push(piece)) receive(message as ServerToCompute);
  });
  socket.on('error', (error) => {
    throw error;
  });
  socket.on('close', () => process.exit(1));
  const send = (message: ComputeToServer): void => {
    for (const bytes of encodeFrame(message)) socket.write(bytes);
  };
  send({ type: 'ready', token: identity.token, slot: identity.slot, incarnation: identity.incarnation, generation });
  return {
    send,
    // What the system could not take at once is sent on turns of the event loop, which a busy thread must let come.
    sent: () =>
      socket.writableLength === 0 ? undefined : new Promise((resolve) => void socket.write('', () => resolve())),
  };
}
