import { type IpcMainInvokeEvent, ipcMain } from 'electron';
import { channelOf, type RequestName, requestNames } from '../shared/ipc';

/** Answers a request of the page, now or later. What it throws, the page's call is rejected with. */
export type Answer = (name: RequestName, event: IpcMainInvokeEvent, args: readonly unknown[]) => unknown;

/**
 * Takes the page's requests from now on. They wait until there is somebody to answer them, so that the page can begin
 * before the rest of the app.
 *
 * @returns `onAnswer` takes whoever answers; `asked` resolves when the page asks for the first time
 */
export function openDoor(): { readonly onAnswer: (answer: Answer) => void; readonly asked: Promise<void> } {
  let give: (answer: Answer) => void = () => undefined;
  let knock: () => void = () => undefined;
  const asked = new Promise<void>((resolve) => {
    knock = resolve;
  });
  const answering = new Promise<Answer>((resolve) => {
    give = resolve;
  });
  for (const name of requestNames)
    ipcMain.handle(channelOf(name), async (event, ...args: unknown[]) => {
      knock();
      return (await answering)(name, event, args);
    });
  return { onAnswer: give, asked };
}
