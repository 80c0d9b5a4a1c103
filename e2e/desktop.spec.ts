import { expect, fixture, test } from './app';

test.use({ jobFiles: [fixture('series.yaml')] });

test('the taskbar shows how far the work is, and the machine stays awake until it is done', async ({ app }) => {
  await app.electron.evaluate(({ BrowserWindow, powerSaveBlocker }) => {
    const bars: number[] = [];
    const blockers: string[] = [];
    Object.assign(globalThis, { bars, blockers });
    const [window] = BrowserWindow.getAllWindows();
    if (window !== undefined) window.setProgressBar = (share) => void bars.push(share);
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
});
