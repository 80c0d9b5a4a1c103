import { type Bridge, requestNames } from '../src/shared/ipc';
import { preloadRequestNames } from '../src/shared/ipc-opening';
import { expect, fixture } from './app';
import { shareApp } from './shared-app';

const test = shareApp();

declare global {
  interface Window {
    readonly procession: Bridge;
  }
}

/* Electron's security checklist, in its order and by its numbers. */
test('the app keeps to each item of Electron’s checklist', async ({ app }) => {
  const { electron, page } = app;
  const preferences = await electron.evaluate(({ BrowserWindow }) => {
    const [window] = BrowserWindow.getAllWindows();
    // Not in Electron's types, but the only way to see what a window really runs with.
    const contents = window?.webContents as unknown as { getLastWebPreferences(): Record<string, unknown> };
    return contents.getLastWebPreferences();
  });
  const item = (name: string, check: () => Promise<void> | void) => test.step(name, check);

  await item('1, 18: the page and all of its parts come from app:, nothing from the network or file:', async () => {
    expect(page.url()).toBe('app://procession/index.html');
    const sources = await page.evaluate(() =>
      [...document.querySelectorAll('script, link, img')].map((element) =>
        element instanceof HTMLLinkElement ? element.href : (element as HTMLScriptElement).src,
      ),
    );
    expect(sources.length).toBeGreaterThan(0);
    expect(sources.filter((source) => !source.startsWith('app://procession/'))).toEqual([]);
    for (const address of ['file:///etc/passwd', 'http://127.0.0.1:9/', 'https://example.com/']) {
      const loaded = await page.evaluate(
        (from) =>
          fetch(from).then(
            () => true,
            () => false,
          ),
        address,
      );
      expect([address, loaded]).toEqual([address, false]);
    }
  });
  await item('2, 3, 4: no Node.js in the page, isolated from the preload script, in a sandbox', async () => {
    expect(preferences).toMatchObject({
      nodeIntegration: false,
      nodeIntegrationInSubFrames: false,
      contextIsolation: true,
      sandbox: true,
    });
    expect(preferences.nodeIntegrationInWorker ?? false).toBe(false);
    const globals = await page.evaluate(() =>
      ['require', 'process', 'module', 'Buffer', 'ipcRenderer', 'electron', 'global'].filter((name) => name in window),
    );
    expect(globals).toEqual([]);
  });
  await item('5: every permission is denied, asked for or looked up', async () => {
    const states = await page.evaluate(async () => {
      const names = ['geolocation', 'notifications', 'camera', 'microphone', 'midi', 'clipboard-read'];
      const found = names.map((name) => navigator.permissions.query({ name: name as PermissionName }));
      return (await Promise.all(found)).map(({ state }) => state);
    });
    expect(states).toEqual(states.map(() => 'denied'));
  });
  await item('6, 8, 9, 10: web security is on, and nothing of the browser is switched on that is not usual', () => {
    expect(preferences).toMatchObject({
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
    });
    expect(preferences.enableBlinkFeatures ?? '').toBe('');
  });
  await item('7: the content security policy is sent with every part of the page', async () => {
    const policies = await page.evaluate(async () => {
      const scripts = [...document.querySelectorAll('script')].map(({ src }) => src);
      const answers = await Promise.all([location.href, ...scripts].map((address) => fetch(address)));
      return answers.map(({ headers }) => headers.get('content-security-policy'));
    });
    expect(policies.length).toBeGreaterThan(1);
    for (const policy of policies) expect(policy).toMatch(/^default-src 'none'; script-src 'self';(?!.*unsafe)/);
  });
  await item('11, 12: there are no web views', async () => {
    expect(preferences).toMatchObject({ webviewTag: false });
    const attached = await electron.evaluate(({ BrowserWindow }) => {
      const [window] = BrowserWindow.getAllWindows();
      let isPrevented = false;
      const event = { preventDefault: () => (isPrevented = true) };
      window?.webContents.emit('will-attach-webview', event, {}, {});
      return isPrevented;
    });
    expect(attached).toBe(true);
  });
  await item('13, 14: the page stays where it is, and opens no window', async () => {
    const stays = await electron.evaluate(({ BrowserWindow }) => {
      const contents = BrowserWindow.getAllWindows()[0]?.webContents;
      return (['will-navigate', 'will-redirect'] as const).map((name) => {
        let isPrevented = false;
        const event = { preventDefault: () => (isPrevented = true) };
        (contents as unknown as NodeJS.EventEmitter).emit(name, event, 'https://example.com/');
        return isPrevented;
      });
    });
    expect(stays).toEqual([true, true]);
    await page.evaluate(() => window.open('https://example.com/'));
    expect(electron.windows()).toHaveLength(1);
  });
  await item('15: only https links to known hosts leave the app', async () => {
    await electron.evaluate(({ shell }) => {
      const opened: string[] = [];
      shell.openExternal = (address) => {
        opened.push(address);
        return Promise.resolve();
      };
      Object.assign(globalThis, { opened });
    });
    await page.evaluate(() => {
      for (const address of [
        'https://github.com/',
        'http://github.com/',
        'https://github.com.example.com/',
        'https://user:word@github.com/',
        'file:///etc/passwd',
        'smb://host/share',
        'javascript:alert(1)',
      ])
        window.open(address);
    });
    await expect
      .poll(() => electron.evaluate(() => (globalThis as unknown as { opened: string[] }).opened))
      .toEqual(['https://github.com/']);
  });
  await item('16: Electron is the one that the package names, unless its release host was out of reach', async () => {
    const version = await electron.evaluate(() => process.versions.electron);
    expect(Number(version.split('.')[0])).toBeGreaterThanOrEqual(25);
  });
  await item('17: every message’s sender is checked: see ipc.spec.ts', () => undefined);
  await item('19, 20: the page is not given Electron’s own objects', async () => {
    const kinds = await page.evaluate(() =>
      Object.entries(window.procession).map(([, value]) => [typeof value, Object.keys(value).length]),
    );
    expect(new Set(kinds.map(String))).toEqual(new Set(['function,0']));
  });
  // What was refused was the point of the test.
  app.complaints.length = 0;
});

test('the page gets the functions of the contract and nothing else', async ({ app }) => {
  const names = await app.page.evaluate(() => Object.keys(window.procession).toSorted());
  const own: readonly string[] = preloadRequestNames;
  const requests = requestNames.filter((name) => !own.includes(name));
  const events = ['onCommand', 'onCost', 'onDelta', 'onHistory', 'onRecent', 'onReveal', 'onTold'];
  expect(names).toEqual([...requests, ...events].toSorted());
  for (const name of ['openDropped', 'ipcRenderer', 'invoke', 'send', 'on']) expect(names).not.toContain(name);
  expect(
    await app.page.evaluate(() => Object.values(window.procession).every((value) => typeof value === 'function')),
  ).toBe(true);
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
          // oxlint-disable-next-line typescript/no-implied-eval -- That this is refused is what is tested.
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
