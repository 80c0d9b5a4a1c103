import { type BrowserWindow, dialog } from 'electron';

/** What a person wants who closes the app while it works. */
export type QuitAnswer = 'quit' | 'stay' | 'hide';

const answers: readonly QuitAnswer[] = ['quit', 'stay', 'hide'];

/**
 * Asks whether the app may end although runs are being worked on.
 *
 * @param runs how many
 * @param hasTray the window can be hidden instead
 */
export async function askToQuit(window: BrowserWindow | null, runs: number, hasTray: boolean): Promise<QuitAnswer> {
  const options = {
    type: 'question' as const,
    title: 'Quit Procession?',
    message: runs === 1 ? 'A run is being worked on.' : `${runs} runs are being worked on.`,
    detail:
      'If you quit, they are stopped. What has been done of them is kept; what is left is listed when you start Procession again, and goes on when you resume it.',
    buttons: ['Stop and quit', 'Keep running', ...(hasTray ? ['Keep running in the tray'] : [])],
    defaultId: 1,
    cancelId: 1,
  };
  const { response } = await (window === null
    ? dialog.showMessageBox(options)
    : dialog.showMessageBox(window, options));
  return answers[response] ?? 'stay';
}
