import { connect, type Socket } from 'node:net';
import { encodeFrame, FrameReader } from '../core/framing';
import type { ComputeToServer, ServerToCompute, WorkerIdentity } from '../shared/worker-protocol';

/**
 * The compute thread's end of the data link: connects to the server, says who it is, and exchanges whole messages.
 * A thread that cannot reach the server is of no use: it ends, so that the control thread starts another one.
 */
export function openDataChannel(
  identity: WorkerIdentity,
  generation: number,
  receive: (message: ServerToCompute) => void,
): (message: ComputeToServer) => void {
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
  return send;
}
