import { type IpcMainInvokeEvent, ipcMain } from 'electron';
import { channelOf, type RequestName, requestNames } from '../shared/ipc';

/** Answers a request of the page, now or later. What it throws, the page's call is rejected with. */
export type Answer = (name: RequestName, event: IpcMainInvokeEvent, args: readonly unknown[]) => unknown;

/**
 * Takes the page's requests from now on. They wait until there is somebody to answer them, so that the page can begin
 * before the rest of the app.
 *
 * @returns takes whoever answers
 */
export function openDoor(): (answer: Answer) => void {
  let give: (answer: Answer) => void = () => undefined;
  const answering = new Promise<Answer>((resolve) => {
    give = resolve;
  });
  for (const name of requestNames)
    ipcMain.handle(channelOf(name), async (event, ...args: unknown[]) => (await answering)(name, event, args));
  return give;
}
