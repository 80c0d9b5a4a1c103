import { expect, it } from 'vitest';
import { exitCodes } from '../../../src/cli/exit-codes';
import { helpAfter } from '../../../src/cli/help-texts';

it.each(['', 'run', 'resume'] as const)('the help of "%s" names every exit code', (command) => {
  const [, text = ''] = helpAfter(command).split('Exit codes:\n');
  const [table = ''] = text.split('\n\n');
  const told = [...table.matchAll(/(?:^| {2})(\d+) [a-z]/gim)].map(([, code]) => Number(code));
  expect(told.toSorted((a, b) => a - b)).toEqual(Object.values(exitCodes).toSorted((a, b) => a - b));
  expect(
    Math.max(
      ...helpAfter(command)
        .split('\n')
        .map((line) => line.length),
    ),
  ).toBeLessThanOrEqual(110);
});
