import { connect, type Socket } from 'node:net';
import { encodeFrame, FrameReader } from '../core/framing';
import type { ComputeToServer, ServerToCompute, WorkerIdentity } from '../shared/worker-protocol';

/**
 * The compute thread's end of the data link: connects to the server, says who it is, and exchanges whole messages.
 * When the server goes away there is nobody left to work for; the control thread ends the process then.
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
  socket.on('error', () => socket.destroy());
  const send = (message: ComputeToServer): void => {
    for (const bytes of encodeFrame(message)) socket.write(bytes);
  };
  send({ type: 'ready', token: identity.token, slot: identity.slot, incarnation: identity.incarnation, generation });
  return send;
}
