import type { IpcMainInvokeEvent, WebContents } from 'electron';
import type { z } from 'zod';
import { channelOf, type EventName, type Events, type RequestName, type Requests } from '../shared/ipc';
import type { Answer } from './ipc-door';
import { requestSchemas } from './ipc-schemas';

/** One function for each request; it may answer later. */
export type RequestHandlers = {
  readonly [N in RequestName]: (
    ...args: Parameters<Requests[N]>
  ) => ReturnType<Requests[N]> | Promise<ReturnType<Requests[N]>>;
};

/** A message came from somewhere else than the window's own page, or does not fit its schema. */
export class IpcRefusedError extends Error {
  readonly code = 'ERR_IPC_REFUSED';
  override readonly name = 'IpcRefusedError';
}

/**
 * Answers the window's requests.
 *
 * @param isOwnPage tells whether a message comes from the main frame of our own window
 * @throws IpcRefusedError to the caller of a request that is refused
 */
export function answerRequests(handlers: RequestHandlers, isOwnPage: (event: IpcMainInvokeEvent) => boolean): Answer {
  return (name, event, args) => {
    // One entry of a map of functions and schemas: which arguments go together is known by name, not by the compiler.
    const handler: (...args: never) => unknown = handlers[name];
    const schema: z.ZodType<unknown[]> = requestSchemas[name];
    if (!isOwnPage(event)) throw new IpcRefusedError(`"${name}" was called from a page that is not the app's own.`);
    const checked = schema.safeParse(args);
    if (!checked.success) throw new IpcRefusedError(`"${name}" was called with arguments that it does not take.`);
    return handler(...(checked.data as never));
  };
}

/** Sends an event to a window; a window that is gone gets nothing. */
export function sendEvent<N extends EventName>(contents: WebContents, name: N, payload: Events[N]): void {
  if (!contents.isDestroyed() && !contents.isCrashed()) contents.send(channelOf(name), payload);
}
