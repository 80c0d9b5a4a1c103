import { describe, expect, test } from 'vitest';
import { countCheck, countPlaywright, countVitest, judge, summarize } from '../../../scripts/lib/counts.mjs';

const good = { code: 0, timedOut: false, left: [], counted: { passed: 3, failed: 0, skipped: 1 } };

describe('the verdict on a suite', () => {
  test('is its own counts when it ended well', () => {
    expect(judge(good)).toEqual({ passed: 3, failed: 0, skipped: 1, problems: [] });
  });

  test('is its own counts when tests failed', () => {
    const verdict = judge({ ...good, code: 1, counted: { passed: 2, failed: 2, skipped: 0 } });
    expect(verdict).toEqual({ passed: 2, failed: 2, skipped: 0, problems: [] });
  });

  test('is a failure when it ran nothing, though it ended with 0', () => {
    const verdict = judge({ ...good, counted: { passed: 0, failed: 0, skipped: 5 } });
    expect(verdict).toEqual({ passed: 0, failed: 1, skipped: 5, problems: ['ran no test'] });
  });

  test('is a failure when it crashed after its tests had passed', () => {
    const verdict = judge({ ...good, code: 134 });
    expect(verdict).toMatchObject({
      passed: 3,
      failed: 1,
      problems: ['ended with exit code 134 though no test failed'],
    });
  });

  test('is a failure when it gave no result', () => {
    const verdict = judge({ ...good, code: null, counted: null });
    expect(verdict).toMatchObject({ passed: 0, failed: 1, problems: ['ended without a result (exit code none)'] });
  });

  test('is one failure when it took too long', () => {
    const verdict = judge({ code: null, timedOut: true, left: [], counted: null });
    expect(verdict).toMatchObject({ passed: 0, failed: 1, problems: ['took too long and was stopped'] });
  });

  test('is a failure when processes stayed behind', () => {
    const verdict = judge({ ...good, left: ['node worker.js'] });
    expect(verdict).toMatchObject({ passed: 3, failed: 1, problems: ['left 1 process(es) behind: node worker.js'] });
  });
});

describe('counting', () => {
  test('takes a check as one test', () => {
    expect(countCheck({ code: 0, timedOut: false })).toEqual({ passed: 1, failed: 0, skipped: 0 });
    expect(countCheck({ code: 2, timedOut: false })).toEqual({ passed: 0, failed: 1, skipped: 0 });
    expect(countCheck({ code: null, timedOut: false })).toBeNull();
  });

  test('takes a vitest file that did not load as one failure', () => {
    const status = (name: string): { status: string } => ({ status: name });
    const report = {
      testResults: [
        { status: 'passed', assertionResults: [status('passed'), status('skipped'), status('todo')] },
        { status: 'failed', assertionResults: [status('passed'), status('failed')] },
        { status: 'failed', assertionResults: [] },
      ],
    };
    expect(countVitest(report)).toEqual({ passed: 2, failed: 2, skipped: 2 });
  });

  test('takes a Playwright test that passed on a second try as failed', () => {
    const report = { stats: { expected: 4, unexpected: 1, flaky: 1, skipped: 2 }, errors: [] };
    expect(countPlaywright(report)).toEqual({ passed: 4, failed: 2, skipped: 2 });
  });

  test('takes an error outside of any Playwright test as one failure', () => {
    const report = { stats: { expected: 0, unexpected: 0, flaky: 0, skipped: 0 }, errors: [{ message: 'no' }] };
    expect(countPlaywright(report)).toEqual({ passed: 0, failed: 1, skipped: 0 });
  });

  test('knows a file that is no report', () => {
    expect([countVitest(null), countVitest({}), countPlaywright('x'), countPlaywright({})]).toEqual([
      null,
      null,
      null,
      null,
    ]);
  });
});

describe('the summary', () => {
  test('adds the suites up and names their problems', () => {
    const { table, line, failed } = summarize([
      { name: 'lint', passed: 1, failed: 0, skipped: 0, problems: [], seconds: 4.04 },
      { name: 'unit', passed: 20, failed: 1, skipped: 0, problems: ['ran no test'], seconds: 12 },
    ]);
    expect(table.split('\n')).toEqual([
      'suite   passed   failed  skipped  seconds',
      'lint         1        0        0      4.0',
      'unit        20        1        0     12.0',
      '  unit ran no test',
    ]);
    expect(line).toBe('21 passed, 1 failed');
    expect(failed).toBe(1);
  });

  test('of no suite at all is all zeros', () => {
    expect(summarize([]).line).toBe('0 passed, 0 failed');
  });
});
