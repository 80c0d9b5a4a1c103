import { spawn } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { buildPrograms, start, temporaryFolder } from './programs';

const electron = join(
  process.env.ELECTRON_OVERRIDE_DIST_PATH ?? resolve(import.meta.dirname, '../../../node_modules/electron/dist'),
  'electron',
);

let programs = '';
beforeAll(async () => {
  programs = await buildPrograms('thread', 'electron-main');
});
afterAll(() => rmSync(programs, { recursive: true, force: true }));

const recorded = {
  runs: [1, 2],
  moved: true,
  result: 3 * 1024 * 1024,
  values: [5, 3 * 1024 * 1024, null],
  missing: 'There is no job "a" in run 99 of the history.',
  run: { state: 'failed', exitCode: 1, items: { total: 4, done: 3, failed: 1 }, jobs: { total: 1 } },
};

test('a program records a run through the thread of the history, and ends although the history is open', async () => {
  const { code, lines, complaints } = await start(programs, 'thread', [temporaryFolder()]).ended;
  expect(complaints).toBe('');
  expect(code).toBe(0);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject(recorded);
});

test('the main process of Electron records a run through the thread of the history', async () => {
  writeFileSync(join(programs, 'package.json'), JSON.stringify({ name: 'history-test', main: 'electron-main.js' }));
  const env: NodeJS.ProcessEnv = { ...process.env, HISTORY_FOLDER: temporaryFolder() };
  delete env.ELECTRON_RUN_AS_NODE;
  delete env.NODE_OPTIONS;
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const app = spawn(electron, [...sandbox, `--user-data-dir=${temporaryFolder()}`, programs], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void app.kill('SIGKILL'));
  let output = '';
  let complaints = '';
  app.stdout.on('data', (piece: Buffer) => (output += piece.toString()));
  app.stderr.on('data', (piece: Buffer) => (complaints += piece.toString()));
  const code = await new Promise((settle) => app.on('close', settle));
  expect(code, complaints).toBe(0);
  const line = output.split('\n').find((text) => text.startsWith('{')) ?? '';
  expect(JSON.parse(line)).toMatchObject({ ...recorded, electron: expect.stringMatching(/^\d+\./) as string });
});
