import { describe, expect, it } from 'vitest';
import { itemCounts } from '../../../src/renderer/lib/item-counts';
import { shortPath } from '../../../src/renderer/lib/short-path';
import { shownStack } from '../../../src/renderer/lib/shown-stack';
import type { JobRow } from '../../../src/shared/ipc';

describe('a stack', () => {
  const foreign = [
    '    at perform (/opt/app/out/main/workers/compute.js:1405:19)',
    '    at process.processTicksAndRejections (node:internal/process/task_queues:95:5)',
    '    at async execute (/opt/app/out/main/workers/compute.js:1311:14)',
  ];

  it('tells paths, and nothing of how the engine came to call', () => {
    const stack = [
      'RangeError: too high',
      '    at measure (file:///home/me/jobs/items.mjs?v=1795-1:7:50)',
      '    at file:///C:/jobs/items.mjs:9:1',
      ...foreign,
    ];
    expect(shownStack(stack.join('\n'))).toBe(
      ['RangeError: too high', '    at measure (/home/me/jobs/items.mjs:7:50)', '    at /C:/jobs/items.mjs:9:1'].join(
        '\n',
      ),
    );
  });

  it('keeps frames of Node between its own, and one that has no others', () => {
    const own = ['Error: x', '    at Array.map (<anonymous>)', foreign[1], '    at mine (/jobs/a.mjs:1:1)'].join('\n');
    expect(shownStack(own)).toBe(own);
    const none = ['Error: x', ...foreign].join('\n');
    expect(shownStack(none)).toBe(none);
    expect(shownStack('Error: no frames')).toBe('Error: no frames');
  });
});

it('a path is told from the folder of the job file on', () => {
  expect(shortPath('/home/me/out/a.json', '/home/me/jobs.yaml')).toBe('out/a.json');
  expect(shortPath('C:\\jobs\\out\\a.json', 'C:\\jobs\\all.yaml')).toBe('out\\a.json');
  expect(shortPath('/elsewhere/a.json', '/home/me/jobs.yaml')).toBe('/elsewhere/a.json');
  expect(shortPath('/home/me/out/a.json', undefined)).toBe('/home/me/out/a.json');
});

it('items are counted by what became of them', () => {
  const row: Pick<JobRow, 'range' | 'progress' | 'items'> = {
    range: 100,
    progress: 60,
    items: { failed: 5, skipped: 10, retried: 7, earlier: 0, blocked: 0 },
  };
  expect(itemCounts(row)).toEqual({ all: 100, done: 45, failed: 5, skipped: 10, retried: 7, open: 40 });
  expect(itemCounts({ ...row, items: null, progress: 0 })).toMatchObject({ done: 0, open: 100 });
});
