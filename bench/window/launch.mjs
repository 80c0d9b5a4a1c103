import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inProject } from '../../scripts/lib/project.mjs';

const hook = join(import.meta.dirname, 'launch-hook.cjs');

/** The app, and the least that Electron can show; which element says that the window can be used. */
const kinds = {
  empty: { folder: join(import.meta.dirname, 'empty-main.cjs'), selector: '' },
  app: { folder: inProject('.'), selector: '[data-ready=true]' },
};

/**
 * Starts a kind of app and ends it. Its data folder stays from start to start, as a person's does.
 *
 * @returns {Promise<number>} milliseconds from the start of the process until its window can be used
 */
async function launchOnce(binary, env, kind, data) {
  const { folder, selector } = kinds[kind];
  const began = Date.now();
  const child = spawn(
    binary,
    [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), '-r', hook, `--user-data-dir=${join(data, kind)}`, folder],
    {
      env: { ...env, PROCESSION_DATA: join(data, 'history'), BENCH_SELECTOR: selector },
      stdio: ['ignore', 'pipe', 'ignore'],
    },
  );
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const ready = await new Promise((resolve, reject) => {
    let text = '';
    const timer = setTimeout(() => reject(new Error(`${kind} was not ready within a minute: ${text}`)), 60_000);
    child.stdout.on('data', (chunk) => {
      text += chunk;
      const found = /ready (\d+)/.exec(text);
      if (found === null) return;
      clearTimeout(timer);
      resolve(Number(found[1]));
    });
    child.once('exit', () => reject(new Error(`${kind} ended before it was ready: ${text}`)));
  }).finally(() => child.kill('SIGTERM'));
  await ended;
  return ready - began;
}

/**
 * Starts both in turn, so many times each; the first of each, which fills the caches, does not count.
 *
 * @returns {Promise<{ empty: number[], app: number[] }>}
 */
export async function measureLaunches(binary, env, rounds) {
  const data = mkdtempSync(join(tmpdir(), 'bench-window-'));
  const times = { empty: [], app: [] };
  try {
    for (let round = 0; round <= rounds; round += 1)
      for (const kind of round % 2 === 0 ? ['empty', 'app'] : ['app', 'empty']) {
        const took = await launchOnce(binary, env, kind, data);
        if (round > 0) times[kind].push(took);
      }
    return times;
  } finally {
    rmSync(data, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
}
