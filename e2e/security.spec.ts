import { type Bridge, requestNames } from '../src/shared/ipc';
import { preloadRequestNames } from '../src/shared/ipc-opening';
import { expect, fixture, test } from './app';

declare global {
  interface Window {
    readonly procession: Bridge;
  }
}

test('the page is confined as Electron’s checklist asks', async ({ app }) => {
  const preferences = await app.electron.evaluate(({ BrowserWindow }) => {
    const [window] = BrowserWindow.getAllWindows();
    // Not in Electron's types, but the only way to see what a window really runs with.
    const contents = window?.webContents as unknown as { getLastWebPreferences(): Record<string, unknown> };
    return contents.getLastWebPreferences();
  });
  expect(preferences).toMatchObject({
    contextIsolation: true,
    sandbox: true,
    nodeIntegration: false,
    nodeIntegrationInSubFrames: false,
    webSecurity: true,
    allowRunningInsecureContent: false,
    experimentalFeatures: false,
    webviewTag: false,
  });
  expect(app.page.url()).toBe('app://procession/index.html');
  const globals = await app.page.evaluate(() =>
    ['require', 'process', 'module', 'Buffer', 'ipcRenderer'].filter((name) => name in window),
  );
  expect(globals).toEqual([]);
});

test('the page gets the functions of the contract and nothing else', async ({ app }) => {
  const names = await app.page.evaluate(() => Object.keys(window.procession).toSorted());
  const own: readonly string[] = preloadRequestNames;
  const requests = requestNames.filter((name) => !own.includes(name));
  const events = ['onCommand', 'onDelta', 'onRecent', 'onReveal', 'onTold'];
  expect(names).toEqual([...requests, ...events].toSorted());
  for (const name of ['openDropped', 'ipcRenderer', 'invoke', 'send', 'on']) expect(names).not.toContain(name);
  expect(
    await app.page.evaluate(() => Object.values(window.procession).every((value) => typeof value === 'function')),
  ).toBe(true);
});

test('calls with other arguments than the contract has are refused, and the app goes on', async ({ app }) => {
  const refused = await app.page.evaluate(async () => {
    const bad: unknown[] = [
      undefined,
      null,
      -1,
      1.5,
      Number.NaN,
      'x',
      {},
      [],
      [[1]],
      { __proto__: null },
      '__proto__',
      'a'.repeat(2_000_000),
    ];
    const calls = Object.entries(window.procession).filter(([name]) =>
      ['runJobs', 'cancelJobs', 'getResult', 'getTreePage', 'saveText', 'trust', 'reloadFile'].includes(name),
    );
    let count = 0;
    for (const [, call] of calls) {
      for (const argument of bad) {
        // Empty lists are lists, and run, cancel and trust nothing.
        if (Array.isArray(argument) && argument.length === 0) continue;
        await Promise.resolve(Reflect.apply(call, undefined, [argument])).catch(() => {
          count += 1;
        });
      }
    }
    return { count, asked: calls.length * (bad.length - 1) };
  });
  expect(refused.count).toBe(refused.asked);
  await expect(app.page.getByRole('button', { name: 'Run all' })).toBeEnabled();
});

test('nothing outside the app’s own files can be loaded, opened or asked for', async ({ app }) => {
  const { page } = app;
  const policy = await page.evaluate(async () =>
    (await fetch('app://procession/index.html')).headers.get('content-security-policy'),
  );
  expect(policy).toBe(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; " +
      "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  );

  for (const path of [
    '..%2fpackage.json',
    '%2e%2e%2fpackage.json',
    '..%5cpackage.json',
    '%252e%252e%252fpackage.json',
    'index.html%00.js',
    'assets/',
    'missing.js',
  ]) {
    const status = await page.evaluate(
      (address) =>
        fetch(address).then(
          (response) => response.status,
          // An address that is none.
          () => 404,
        ),
      `app://procession/${path}`,
    );
    expect([path, status]).toEqual([path, 404]);
  }

  const outcome = await page.evaluate(async () => {
    const blocked: string[] = [];
    document.addEventListener('securitypolicyviolation', (event) => blocked.push(event.effectiveDirective));
    const outside = await fetch('https://example.com/').then(
      () => 'loaded',
      () => 'refused',
    );
    const script = document.createElement('script');
    script.textContent = 'window.inlineRan = true';
    document.body.append(script);
    const style = document.createElement('style');
    style.textContent = 'body { opacity: 0.5 }';
    document.head.append(style);
    // What a test evaluates is exempt from the policy; what runs later is not.
    const evaluated = await new Promise((resolve) => {
      setTimeout(() => {
        try {
          // eslint-disable-next-line @typescript-eslint/no-implied-eval -- That this is refused is what is tested.
          resolve(new Function().length === 0 ? 'ran' : '');
        } catch {
          resolve('refused');
        }
      });
    });
    const opened = window.open('https://example.com/') === null ? 'refused' : 'opened';
    const camera = await navigator.mediaDevices.getUserMedia({ video: true }).then(
      () => 'granted',
      () => 'denied',
    );
    const notification = await Notification.requestPermission();
    await new Promise((resolve) => requestAnimationFrame(resolve));
    return {
      outside,
      evaluated,
      opened,
      camera,
      notification,
      opacity: getComputedStyle(document.body).opacity,
      inline: 'inlineRan' in window,
      blocked,
    };
  });
  expect(outcome).toMatchObject({
    outside: 'refused',
    evaluated: 'refused',
    opened: 'refused',
    camera: 'denied',
    notification: 'denied',
    opacity: '1',
    inline: false,
  });
  expect(outcome.blocked).toEqual(expect.arrayContaining(['connect-src', 'script-src-elem', 'style-src-elem']));

  const navigation = await app.electron.evaluate(
    ({ BrowserWindow }) =>
      new Promise((resolve) => {
        const contents = BrowserWindow.getAllWindows()[0]?.webContents;
        contents?.once('will-frame-navigate', (event) =>
          setImmediate(() => resolve([event.defaultPrevented, contents.getURL()])),
        );
        void contents?.executeJavaScript('location.assign("https://example.com/")');
      }),
  );
  expect(navigation).toEqual([true, 'app://procession/index.html']);
  expect(app.electron.windows()).toHaveLength(1);
  // These were the point of the test.
  app.complaints.length = 0;
});

test.describe('job files of others', () => {
  test.use({ jobFiles: [fixture('hostile.yaml')] });

  test('names and texts with markup show as text', async ({ app }) => {
    await expect(app.page.getByRole('option', { name: '<img src=x onerror=alert(1)>' })).toBeVisible();
    await expect(app.page.locator('img')).toHaveCount(0);
  });
});
