import { describe, expect, test } from 'vitest';
import {
  countCheck,
  countPlaywright,
  countVitest,
  judge,
  listFailures,
  summarize,
} from '../../../scripts/lib/counts.mjs';

const counted = { passed: 3, failed: 0, skipped: 1, failures: [] };
const good = { code: 0, timedOut: false, left: [], counted };

describe('the verdict on a suite', () => {
  test('is its own counts when it ended well', () => {
    expect(judge(good)).toEqual({ passed: 3, failed: 0, skipped: 1, failures: [], problems: [] });
  });

  test('is its own counts when tests failed', () => {
    const failures = [{ name: 'adds up', message: 'expected 3' }];
    const verdict = judge({ ...good, code: 1, counted: { passed: 2, failed: 1, skipped: 0, failures } });
    expect(verdict).toEqual({ passed: 2, failed: 1, skipped: 0, failures, problems: [] });
  });

  test('is a failure when it ran nothing, though it ended with 0', () => {
    const verdict = judge({ ...good, counted: { passed: 0, failed: 0, skipped: 5, failures: [] } });
    expect(verdict).toEqual({ passed: 0, failed: 1, skipped: 5, failures: [], problems: ['ran no test'] });
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
    const none = { passed: 0, failed: 0, skipped: 0, failures: [] };
    expect(countCheck({ code: 0, timedOut: false }, 'fine')).toEqual({ ...none, passed: 1 });
    expect(countCheck({ code: 2, timedOut: false }, 'a.ts: unused')).toEqual({
      ...none,
      failed: 1,
      failures: [{ name: 'exit code 2', message: 'a.ts: unused' }],
    });
    expect(countCheck({ code: null, timedOut: false }, '')).toBeNull();
  });

  test('takes a vitest file that did not load as one failure', () => {
    const status = (name: string): { status: string } => ({ status: name });
    const report = {
      testResults: [
        { status: 'passed', assertionResults: [status('passed'), status('skipped'), status('todo')] },
        {
          status: 'failed',
          assertionResults: [
            status('passed'),
            { ...status('failed'), fullName: 'sums adds', failureMessages: ['not 3'] },
          ],
        },
        { status: 'failed', name: 'broken.test.ts', message: 'Unexpected token', assertionResults: [] },
      ],
    };
    expect(countVitest(report)).toEqual({
      passed: 2,
      failed: 2,
      skipped: 2,
      failures: [
        { name: 'sums adds', message: 'not 3' },
        { name: 'broken.test.ts', message: 'Unexpected token' },
      ],
    });
  });

  test('takes a Playwright test that passed on a second try as failed', () => {
    const spec = (title: string, status: string, message: string): object => ({
      title,
      file: 'jobs.spec.ts',
      ok: status !== 'unexpected',
      tests: [{ status, results: [{ errors: message === '' ? [] : [{ message }] }] }],
    });
    const suites = [
      { specs: [spec('opens', 'expected', '')], suites: [{ specs: [spec('runs', 'unexpected', 'no button')] }] },
      { specs: [spec('ends', 'flaky', 'late')] },
    ];
    const report = { stats: { expected: 4, unexpected: 1, flaky: 1, skipped: 2 }, errors: [], suites };
    expect(countPlaywright(report)).toEqual({
      passed: 4,
      failed: 2,
      skipped: 2,
      failures: [
        { name: 'jobs.spec.ts: runs', message: 'no button' },
        { name: 'jobs.spec.ts: ends', message: 'late' },
      ],
    });
  });

  test('takes an error outside of any Playwright test as one failure', () => {
    const report = { stats: { expected: 0, unexpected: 0, flaky: 0, skipped: 0 }, errors: [{ message: 'no' }] };
    const failures = [{ name: 'outside of any test', message: 'no' }];
    expect(countPlaywright(report)).toEqual({ passed: 0, failed: 1, skipped: 0, failures });
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

describe('what failed', () => {
  test('is told once more, without colours and in bounds', () => {
    const long = Array.from({ length: 20 }, (_, line) => `line ${line}`).join('\n');
    const told = listFailures([
      { name: 'lint', failures: [] },
      { name: 'unit', failures: [{ name: 'adds', message: '\u001B[31mnot 3\u001B[39m\n' }] },
      { name: 'e2e', failures: [{ name: 'opens', message: long }] },
    ]).split('\n');
    expect(told.slice(0, 5)).toEqual(['FAILED unit: adds', '  not 3', '', 'FAILED e2e: opens', '  line 0']);
    expect(told.slice(-4)).toEqual(['  line 14', '…', '', '']);
    expect(listFailures([{ name: 'unit', failures: [] }])).toBe('');
  });
});

describe('the summary', () => {
  test('adds the suites up and names their problems', () => {
    const { table, line, failed } = summarize([
      { name: 'lint', passed: 1, failed: 0, skipped: 0, failures: [], problems: [], seconds: 4.04 },
      { name: 'unit', passed: 20, failed: 1, skipped: 0, failures: [], problems: ['ran no test'], seconds: 12 },
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
