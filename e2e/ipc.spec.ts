import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { requestSchemas } from '../src/main/ipc-schemas';
import { type Bridge, channelOf, type RequestName, requestNames } from '../src/shared/ipc';
import { preloadRequestNames } from '../src/shared/ipc-opening';
import { expect } from './app';
import { shareApp } from './shared-app';

const test = shareApp();

declare global {
  interface Window {
    readonly procession: Bridge;
    /** Of the stranger's window: what a page could do with Electron's own object. */
    readonly raw: { readonly invoke: (channel: string, ...args: unknown[]) => Promise<unknown> };
  }
}

/** Values of every kind that travels between processes. Sent to the page as text, so it uses nothing from outside. */
function junk(): readonly unknown[] {
  const circle: unknown[] = [];
  circle.push(circle);
  let deep: unknown = 0;
  for (let level = 0; level < 500; level += 1) deep = [deep];
  return [
    undefined,
    null,
    true,
    -1,
    0,
    1.5,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    2 ** 53,
    '',
    'x',
    '__proto__',
    'constructor',
    '\0',
    '../../etc/passwd',
    'a'.repeat(300_000),
    10n,
    new Date(0),
    /x/,
    new Map([['key', 1]]),
    new Set([1]),
    new Uint8Array(8),
    new ArrayBuffer(8),
    new Error('no'),
    [],
    [[1]],
    [-1],
    ['x'],
    // A list with holes.
    Array.from({ length: 3 }).concat(Array(2)),
    Array.from({ length: 5000 }, () => -1),
    {},
    { key: 1 },
    { key: 1, run: 1 },
    { key: 1, run: 1, more: 1 },
    { key: '1', run: '1' },
    { from: 0, to: Number.NaN, cells: 1 },
    { length: 2, 0: 1, 1: 1 },
    JSON.parse('{"__proto__": {"polluted": 1}, "key": 1, "run": 1}'),
    JSON.parse('{"constructor": {"prototype": {"polluted": 1}}}'),
    {
      kind: 'builtin',
      rangeKind: 'count',
      fields: {},
      builtinArgs: JSON.parse('{"__proto__": "x"}') as unknown,
      argv: [],
    },
    circle,
    deep,
  ];
}

/** Numbers that look random and are the same in every run. */
function dice(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * sides);
  };
}

/** Lists of junk, by their places in it, that a channel does not take. */
function badCalls(name: RequestName, count: number): number[][] {
  const values = junk();
  const throwDice = dice(requestNames.indexOf(name) + 1);
  const calls: number[][] = [];
  while (calls.length < count) {
    const call = Array.from({ length: throwDice(5) }, () => throwDice(values.length));
    const given = call.map((place) => values[place]);
    if (!requestSchemas[name].safeParse(given).success) calls.push(call);
  }
  return calls;
}

test('a thousand messages that no channel takes are refused without harm', async ({ app }) => {
  const own: readonly string[] = preloadRequestNames;
  const names = requestNames.filter((name) => !own.includes(name));
  const calls = names.map((name) => [name, badCalls(name, 20)] as const);
  const sent = calls.reduce((sum, [, lists]) => sum + lists.length, 0);
  expect(sent).toBeGreaterThan(1000);
  const answers = await app.page.evaluate(
    async ({ source, wanted }) => {
      // oxlint-disable-next-line no-eval -- What a test evaluates is exempt from the page's policy; no script of the page could do this.
      const values = (0, eval)(`(${source})()`) as readonly unknown[];
      const said = { refused: 0, others: [] as string[] };
      // The bridge between page and preload script lets no circles through; what it refuses never gets to main.
      const isRefusal = (message: string): boolean => /IpcRefusedError|contextBridge recursion/.test(message);
      const send = async (name: keyof Bridge, args: readonly unknown[]): Promise<unknown> =>
        await Reflect.apply(window.procession[name], undefined, args);
      for (const [name, lists] of wanted)
        for (const places of lists)
          await send(
            name as keyof Bridge,
            places.map((place) => values[place]),
          ).then(
            () => said.others.push(`${name}(${places.join()}) was answered`),
            (error: unknown) => {
              const message = String(error);
              if (isRefusal(message)) said.refused += 1;
              else said.others.push(`${name}(${places.join()}): ${message}`);
            },
          );
      return { ...said, polluted: 'polluted' in {} };
    },
    { source: junk.toString(), wanted: calls },
  );
  expect(answers.others).toEqual([]);
  expect(answers.refused).toBe(sent);
  expect(answers.polluted).toBe(false);
  const main = await app.electron.evaluate(() => [
    'polluted' in {},
    Object.keys(Object.prototype),
    Object.keys(Array.prototype),
  ]);
  expect(main).toEqual([false, [], []]);

  // It goes on as if nothing had been.
  await app.run('mandelbrot');
  await app.state('done');
  expect(app.complaints).toEqual([]);
});

test('no channel answers another window, whatever it asks', async ({ app }) => {
  const folder = await mkdtemp(join(tmpdir(), 'procession-stranger-'));
  try {
    const preload = join(folder, 'preload.js');
    await writeFile(
      preload,
      `const { contextBridge, ipcRenderer } = require('electron');
      contextBridge.exposeInMainWorld('raw', { invoke: (...args) => ipcRenderer.invoke(...args) });`,
    );
    const opening = app.electron.waitForEvent('window');
    await app.electron.evaluate(({ BrowserWindow }, path) => {
      const stranger = new BrowserWindow({ show: false, webPreferences: { preload: path } });
      // The app's own page in it makes it no more its own.
      void stranger.loadURL('app://procession/index.html').catch(() => undefined);
    }, preload);
    const stranger = await opening;
    await stranger.waitForFunction(() => 'raw' in window);
    const answers = await stranger.evaluate(
      (channels) =>
        Promise.all(
          channels.map((channel) =>
            window.raw.invoke(channel).then(
              () => `${channel} answered`,
              (error: unknown) => (String(error).includes('not the app') ? 'refused' : String(error)),
            ),
          ),
        ),
      requestNames.map(channelOf),
    );
    expect(answers).toEqual(requestNames.map(() => 'refused'));
    const ended = stranger.waitForEvent('close');
    await app.electron.evaluate(({ BrowserWindow }) => {
      for (const window of BrowserWindow.getAllWindows()) if (!window.isVisible()) window.destroy();
    });
    await ended;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
