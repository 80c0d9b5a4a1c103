import { expect, it } from 'vitest';
import { paint } from '../../../src/cli/paint';
import { QuietReporter } from '../../../src/cli/quiet-reporter';
import { RunState } from '../../../src/cli/run-state';
import type { JobOutcome } from '../../../src/runner/outcome';
import { plan } from './fixtures';

const style = { columns: 80, unicode: true, images: false, paint: paint(false) };
const ended = (state: JobOutcome['state'], reason?: string): JobOutcome => ({
  state,
  errors: state === 'failed' ? [{ rank: null, error: { name: 'RangeError', message: 'too far' } }] : [],
  ...(reason !== undefined && { reason }),
  startedAt: 0,
  endedAt: 1000,
});

it('tells what failed and what was skipped because of it, and not that nothing had to be rescued', () => {
  let said = '';
  const reporter = new QuietReporter((text) => (said += text), style);
  const needs = (id: string, when: 'success' | 'failure' | 'items') => ({ needs: [{ id, keys: [id], when }] });
  const state = new RunState([
    plan({ id: 'sound', label: 'sound' }),
    plan({ id: 'rescue', label: 'rescue', ...needs('sound', 'failure') }),
    plan({ id: 'report', label: 'report', ...needs('rescue', 'success') }),
    plan({ id: 'odd', label: 'odd' }),
    plan({ id: 'next', label: 'next', ...needs('odd', 'items') }),
    plan({ id: 'last', label: 'last', ...needs('next', 'success') }),
  ]);
  const outcomes = [
    ended('done'),
    ended('skipped', 'It only runs when "sound" fails, which did not happen.'),
    ended('skipped', 'It needs "rescue", which was skipped.'),
    ended('failed'),
    ended('skipped', 'It needs "odd", which failed.'),
    ended('skipped', 'It needs "next", which was skipped.'),
  ];
  for (const [index, outcome] of outcomes.entries())
    for (const event of state.end(index, outcome)) reporter.report(event, state.jobs);
  expect(said).toBe(
    [
      'odd failed after 1.0 s',
      '  RangeError: too far',
      'next skipped',
      '  It needs "odd", which failed.',
      'last skipped',
      '  It needs "next", which was skipped.',
      '',
    ].join('\n'),
  );
});
