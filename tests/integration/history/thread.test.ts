import { rmSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildPrograms, start, temporaryFolder } from './programs';

let programs = '';
beforeAll(async () => {
  programs = await buildPrograms('thread');
});
afterAll(() => rmSync(programs, { recursive: true, force: true }));

test('a program records a run through the thread of the history, and ends although the history is open', async () => {
  const { code, lines, complaints } = await start(programs, 'thread', [temporaryFolder()]).ended;
  expect(complaints).toBe('');
  expect(code).toBe(0);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    runs: [1, 2],
    moved: true,
    result: 3 * 1024 * 1024,
    values: [5, 3 * 1024 * 1024, null],
    missing: 'There is no job "a" in run 99 of the history.',
    run: { state: 'failed', exitCode: 1, items: { total: 4, done: 3, failed: 1 }, jobs: { total: 1 } },
  });
});
