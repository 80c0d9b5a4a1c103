import { expect, fixture } from './app';
import { shareApp } from './shared-app';

const test = shareApp();
test.use({ jobFiles: [fixture('series.yaml')] });

test('the taskbar shows how far the work is, the machine stays awake until it is done, and its end is told', async ({
  app,
}) => {
  await app.electron.evaluate(({ BrowserWindow, Notification, powerSaveBlocker }) => {
    const notified: string[] = [];
    Notification.isSupported = () => true;
    Notification.prototype.show = function () {
      notified.push(this.title);
    };
    const bars: number[] = [];
    const blockers: string[] = [];
    Object.assign(globalThis, { bars, blockers, notified, isFocused: true });
    const [window] = BrowserWindow.getAllWindows();
    if (window !== undefined) {
      window.setProgressBar = (share) => void bars.push(share);
      window.isFocused = () => Reflect.get(globalThis, 'isFocused') === true;
    }
    const { start, stop } = powerSaveBlocker;
    powerSaveBlocker.start = (type) => {
      blockers.push(type);
      return start.call(powerSaveBlocker, type);
    };
    powerSaveBlocker.stop = (id) => {
      blockers.push('stopped');
      return stop.call(powerSaveBlocker, id);
    };
  });
  await app.run('mandelbrot');
  await app.state('done');
  const seen = (name: string): Promise<unknown> =>
    app.electron.evaluate((_electron, key) => Reflect.get(globalThis, key) as unknown, name);
  await expect.poll(() => seen('blockers')).toEqual(['prevent-app-suspension', 'stopped']);
  const bars = (await seen('bars')) as number[];
  expect(bars.at(-1)).toBe(-1);
  const shares = bars.slice(0, -1);
  expect(shares.length).toBeGreaterThan(0);
  expect(shares).toEqual(shares.toSorted((a, b) => a - b));
  expect(shares.every((share) => share >= 0 && share <= 1)).toBe(true);
  // Whoever looks at the window sees it anyway.
  expect(await seen('notified')).toEqual([]);
  await app.electron.evaluate(() => Object.assign(globalThis, { isFocused: false }));
  await app.job.getByRole('button', { name: 'Run again' }).click();
  await expect.poll(() => seen('notified')).toEqual(['The queue is done']);
});

// The last one: Playwright loses its page in it.
test('a page that does not answer is asked about, and comes back', async ({ app }) => {
  await app.electron.evaluate(({ BrowserWindow, dialog }) => {
    const asked: string[] = [];
    const answers = [
      // It answers again before the person does.
      (signal: AbortSignal | undefined) =>
        new Promise<number>((resolve) => signal?.addEventListener('abort', () => resolve(0))),
      () => Promise.resolve(1),
    ];
    dialog.showMessageBox = async (...args: unknown[]) => {
      const options = args.at(-1) as { message: string; signal?: AbortSignal };
      asked.push(options.message);
      return { response: (await answers[asked.length - 1]?.(options.signal)) ?? 0, checkboxChecked: false };
    };
    const [window] = BrowserWindow.getAllWindows();
    Object.assign(globalThis, { asked });
    window?.emit('unresponsive');
    window?.emit('unresponsive');
    window?.emit('responsive');
  });
  const asked = (): Promise<unknown> => app.electron.evaluate(() => Reflect.get(globalThis, 'asked') as unknown);
  expect(await asked()).toEqual(['The window does not answer.']);
  await app.electron.evaluate(
    ({ BrowserWindow }) =>
      new Promise((resolve) => {
        const [window] = BrowserWindow.getAllWindows();
        window?.webContents.once('did-finish-load', () => resolve(true));
        window?.emit('unresponsive');
      }),
  );
  expect(await asked()).toEqual(['The window does not answer.', 'The window does not answer.']);
  // Playwright has lost its page with the process: main is asked what the new one shows.
  const notice = (): Promise<unknown> =>
    app.electron.evaluate(
      ({ BrowserWindow }) =>
        BrowserWindow.getAllWindows()[0]?.webContents.executeJavaScript(
          "document.querySelector('[data-testid=notice]')?.getAttribute('aria-label')",
        ) as Promise<unknown>,
    );
  await expect.poll(notice).toBe('The window was started again');
});
