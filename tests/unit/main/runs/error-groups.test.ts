import { describe, expect, it } from 'vitest';
import { ErrorGroups } from '../../../../src/main/runs/error-groups';
import type { ErrorInfo } from '../../../../src/shared/engine-info';

const error = { name: 'TypeError', message: 'item 5 is wrong', stack: 'TypeError: item 5\n    at work (a.ts:1:2)' };

describe('errors', () => {
  it('of one kind at one place are one group, whatever numbers they tell', () => {
    const groups = new ErrorGroups();
    groups.add(error, { rank: 2 });
    groups.add({ ...error, message: 'item 12.5 is wrong' }, { rank: 0 });
    groups.add(error, { rank: 0 });
    groups.add({ ...error, message: 'another' }, { rank: 1 });
    groups.add({ ...error, stack: 'TypeError: item 5\n    at other (b.ts:1:2)' }, { rank: 3 });
    groups.add({ name: 'Error', message: 'output' }, { rank: null });
    const told = groups.all.groups.map(({ error: { message }, ranks, count, messages }) => [
      message,
      ranks,
      count,
      messages,
    ]);
    expect(told).toEqual([
      ['item 5 is wrong', [0, 2], 3, ['item 12.5 is wrong']],
      ['another', [1], 1, []],
      ['item 5 is wrong', [3], 1, []],
      ['output', [], 1, []],
    ]);
  });

  it('that differ in the name of their item only are one group with its items', () => {
    const groups = new ErrorGroups();
    for (const [item, itemName] of [
      [7, 'b.txt'],
      [3, 'a.txt'],
    ] as const)
      groups.add({ name: 'Error', message: `${itemName} is empty` }, { rank: null, item, itemName });
    expect(groups.all.groups).toMatchObject([{ items: [3, 7], count: 2, messages: ['a.txt is empty'] }]);
  });

  it('of commands are alike when they ended alike', () => {
    const groups = new ErrorGroups();
    const output = { text: '', bytes: 0, droppedBytes: 0 };
    const ended = (exitCode: number | null, signal: string | null, text: string): ErrorInfo => ({
      name: 'CommandFailedError',
      message: `cat ${text} ended`,
      command: { exitCode, signal, stdout: output, stderr: output, durationMs: 1 },
    });
    groups.add(ended(1, null, 'x'), { rank: null, item: 0 });
    groups.add(ended(2, null, 'x'), { rank: null, item: 1 });
    groups.add(ended(1, null, 'y'), { rank: null, item: 2 });
    groups.add(ended(null, 'SIGKILL', 'x'), { rank: null, item: 3 });
    expect(groups.all.groups.map(({ items }) => items)).toEqual([[0, 2], [1], [3]]);
  });

  it('of too many kinds are counted', () => {
    const groups = new ErrorGroups();
    for (let kind = 0; kind < 250; kind += 1)
      groups.add({ name: `Error${String.fromCodePoint(0x4e00 + kind)}`, message: '' }, { rank: 0 });
    expect([groups.all.groups.length, groups.all.more]).toEqual([200, 50]);
  });
});
