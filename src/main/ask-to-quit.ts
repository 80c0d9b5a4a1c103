import { type BrowserWindow, dialog } from 'electron';

/**
 * Asks whether the app may end although runs are being worked on.
 *
 * @param runs how many
 */
export async function askToQuit(window: BrowserWindow | null, runs: number): Promise<boolean> {
  const options = {
    type: 'question' as const,
    title: 'Quit Procession?',
    message: runs === 1 ? 'A run is being worked on.' : `${runs} runs are being worked on.`,
    detail:
      'If you quit, they are stopped. What has been done of them is kept; what is left is listed when you start Procession again, and goes on when you resume it.',
    buttons: ['Stop and quit', 'Keep running'],
    defaultId: 1,
    cancelId: 1,
  };
  const { response } = await (window === null
    ? dialog.showMessageBox(options)
    : dialog.showMessageBox(window, options));
  return response === 0;
}
