import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundleApp } from '../../../scripts/lib/electron-app.mjs';
import { scenarios } from '../../contract';

const root = resolve(import.meta.dirname, '../../..');
const executable = join(
  process.env.ELECTRON_OVERRIDE_DIST_PATH ?? join(root, 'node_modules/electron/dist'),
  'electron',
);

interface Answer {
  readonly name: string;
  readonly failure: string | null;
}

let folder = '';
let electron: ChildProcess;

/** The next message of the app, or an error when it ends instead. */
function nextMessage<T>(): Promise<T> {
  return new Promise((settle, reject) => {
    const ended = (code: number | null, signal: string | null): void =>
      reject(new Error(`The app ended (${signal ?? code}).`));
    electron.once('exit', ended);
    electron.once('error', reject);
    electron.once('message', (message) => {
      electron.removeListener('exit', ended);
      electron.removeListener('error', reject);
      settle(message as T);
    });
  });
}

describe('on utility processes of Electron', () => {
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'contract-app-'));
    await bundleApp(resolve(import.meta.dirname, '../../contract/electron-main.ts'), folder);
    const env: NodeJS.ProcessEnv = {
      ...process.env,
      CONTRACT_FIXTURES: resolve(import.meta.dirname, '../../contract/fixtures'),
    };
    delete env.ELECTRON_RUN_AS_NODE;
    delete env.NODE_OPTIONS;
    const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
    electron = spawn(executable, [...sandbox, `--user-data-dir=${join(folder, 'data')}`, folder], {
      env,
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    let complaints = '';
    electron.stderr?.on('data', (piece: Buffer) => {
      complaints = `${complaints}${piece.toString()}`.slice(-4000);
    });
    expect(await nextMessage().catch((error: unknown) => `${String(error)}\n${complaints}`)).toBe('ready');
  });

  afterAll(async () => {
    if (electron.pid !== undefined && electron.connected) {
      const ended = new Promise((settle) => electron.once('exit', settle));
      electron.disconnect();
      await ended;
    }
    rmSync(folder, { recursive: true, force: true });
  });

  test.each(scenarios.map((scenario) => [scenario.name]))('%s', async (name) => {
    const answer = nextMessage<Answer>();
    electron.send(name);
    expect(await answer).toEqual({ name, failure: null });
  });
});
