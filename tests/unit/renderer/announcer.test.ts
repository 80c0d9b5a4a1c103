import { expect, it } from 'vitest';
import { Announcer } from '../../../src/renderer/state/announcer';
import type { JobRow, RowState } from '../../../src/shared/ipc';
import { row } from './job-row';

/** An announcer whose time passes when a test says so, over rows that it is told of. */
function listener() {
  const said: string[] = [];
  const waiting: (() => void)[] = [];
  const rows = new Map<number, JobRow>();
  const announcer = new Announcer(
    (text) => said.push(text),
    (callback) => waiting.push(callback),
  );
  const change = (...changes: [key: number, state: RowState][]): void => {
    const changed = changes.map(([key, state]) => row(key, { state }));
    announcer.observe(changed, rows);
    for (const one of changed) rows.set(one.key, one);
  };
  const pass = (): void => {
    for (const callback of waiting.splice(0)) callback();
  };
  return { said, change, pass };
}

it('a job is announced by its name, at once', () => {
  const { said, change } = listener();
  change([3, 'ready']);
  expect(said).toEqual([]);
  change([3, 'running']);
  expect(said).toEqual(['Job 3: running']);
});

it('what happens meanwhile is told together, and of a job only the latest', () => {
  const { said, change, pass } = listener();
  change([1, 'queued'], [2, 'queued'], [3, 'queued']);
  change([1, 'running']);
  change([1, 'done'], [2, 'running']);
  change([2, 'failed']);
  change([3, 'running']);
  // It waits again: that is not news of it any more.
  change([3, 'queued']);
  expect(said).toEqual(['Job 1: running']);
  pass();
  expect(said).toEqual(['Job 1: running', '2 jobs: 1 failed, 1 done']);
  pass();
  expect(said).toHaveLength(2);
  change([3, 'cancelled']);
  expect(said.at(-1)).toBe('Job 3: cancelled');
});

it('a thousand jobs that end make a few announcements', () => {
  const { said, change, pass } = listener();
  const all = Array.from({ length: 1000 }, (_, key) => key);
  change(...all.map((key): [number, RowState] => [key, 'queued']));
  for (let at = 0; at < 1000; at += 10) {
    change(...all.slice(at, at + 10).map((key): [number, RowState] => [key, 'done']));
    if (at % 250 === 0) pass();
  }
  pass();
  expect(said.length).toBeLessThanOrEqual(6);
  const told = said.map((text) => Number(/^[\d,]+/.exec(text)?.[0].replace(',', '')));
  expect(told.reduce((sum, count) => sum + count)).toBe(1000);
});
