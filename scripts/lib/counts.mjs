// How many tests passed and failed, from what the test runners report. Nothing here reads a file or starts a process.
import { stripVTControlCharacters } from 'node:util';

/**
 * @typedef {object} Counts
 * @property {number} passed
 * @property {number} failed
 * @property {number} skipped
 * @property {Failure[]} failures what is known of those that failed
 */

/** @typedef {{ name: string, message: string }} Failure */

/**
 * What is known of a suite after it ended.
 * @typedef {object} SuiteEnd
 * @property {number | null} code its exit code; null when it was killed or could not start
 * @property {boolean} timedOut
 * @property {readonly string[]} left processes that it left behind
 * @property {Counts | null} counted from its report; null when it wrote none
 */

/** @typedef {Counts & { problems: string[] }} Verdict */

/**
 * Judges a suite. It failed when a test failed, and also when it ended badly without a failed test, ran nothing,
 * wrote no report or left processes behind: each of those counts as one failure.
 * @param {SuiteEnd} end
 * @returns {Verdict}
 */
export function judge({ code, timedOut, left, counted }) {
  const problems = [];
  if (timedOut) problems.push('took too long and was stopped');
  else if (counted === null) problems.push(`ended without a result (exit code ${code ?? 'none'})`);
  else if (counted.passed + counted.failed === 0) problems.push('ran no test');
  else if (code !== 0 && counted.failed === 0)
    problems.push(`ended with exit code ${code ?? 'none'} though no test failed`);
  if (left.length > 0) problems.push(`left ${left.length} process(es) behind: ${left.join('; ').slice(0, 300)}`);
  const { passed, failed, skipped, failures } = counted ?? { passed: 0, failed: 0, skipped: 0, failures: [] };
  return { passed, failed: failed + problems.length, skipped, failures, problems };
}

/**
 * A check, such as the linter, counts as one test.
 * @param {{ code: number | null, timedOut: boolean }} end
 * @param {string} said the end of what it printed
 * @returns {Counts | null} null when it was stopped, and so said nothing
 */
export function countCheck({ code, timedOut }, said) {
  if (timedOut || code === null) return null;
  if (code === 0) return { passed: 1, failed: 0, skipped: 0, failures: [] };
  return { passed: 0, failed: 1, skipped: 0, failures: [{ name: `exit code ${code}`, message: said }] };
}

/**
 * Counts vitest's JSON report. A file that could not be loaded has no tests, and counts as one failure.
 * @param {unknown} report
 * @returns {Counts | null} null when it is no such report
 */
export function countVitest(report) {
  if (!isRecord(report) || !Array.isArray(report['testResults'])) return null;
  /** @type {Counts} */
  const counts = { passed: 0, failed: 0, skipped: 0, failures: [] };
  for (const file of report['testResults']) {
    /** @type {{ status: string, fullName?: string, failureMessages?: string[] }[]} */
    const tests = file.assertionResults;
    const failed = tests
      .filter(({ status }) => status === 'failed')
      .map(({ fullName = '', failureMessages = [] }) => ({ name: fullName, message: failureMessages.join('\n') }));
    if (failed.length === 0 && file.status === 'failed')
      failed.push({ name: String(file.name), message: String(file.message) });
    counts.passed += tests.filter(({ status }) => status === 'passed').length;
    counts.failed += failed.length;
    counts.skipped += tests.filter(({ status }) => !['passed', 'failed'].includes(status)).length;
    counts.failures.push(...failed);
  }
  return counts;
}

/**
 * Counts Playwright's JSON report. A test that passed only when it was run again failed.
 * @param {unknown} report
 * @returns {Counts | null} null when it is no such report
 */
export function countPlaywright(report) {
  if (!isRecord(report) || !isRecord(report['stats'])) return null;
  const { expected, unexpected, flaky, skipped } = /** @type {Record<string, number>} */ (report['stats']);
  /** @type {{ message?: string }[]} */
  const errors = Array.isArray(report['errors']) ? report['errors'] : [];
  const failed = (unexpected ?? 0) + (flaky ?? 0);
  const failures = [
    ...(Array.isArray(report['suites']) ? report['suites'].flatMap(failedSpecs) : []),
    ...errors.map(({ message = '' }) => ({ name: 'outside of any test', message })),
  ];
  const counted = failed === 0 && errors.length > 0 ? 1 : failed;
  return { passed: expected ?? 0, failed: counted, skipped: skipped ?? 0, failures };
}

/**
 * @typedef {object} PlaywrightSuite a file or a group in it, as Playwright's JSON report has it
 * @property {PlaywrightSuite[]} [suites]
 * @property {PlaywrightSpec[]} [specs]
 * @typedef {{ title: string, file: string, ok: boolean, tests: PlaywrightTest[] }} PlaywrightSpec
 * @typedef {{ status: string, results: { errors?: { message?: string }[] }[] }} PlaywrightTest
 */

/** @param {PlaywrightSuite} suite @returns {Failure[]} */
function failedSpecs({ suites = [], specs = [] }) {
  const failed = specs.filter(({ ok, tests }) => !ok || tests.some(({ status }) => status === 'flaky'));
  const here = failed.map(({ title, file, tests }) => {
    const errors = tests.flatMap(({ results }) => results.flatMap((result) => result.errors ?? []));
    return { name: `${file}: ${title}`, message: errors.map(({ message = '' }) => message).join('\n') };
  });
  return [...here, ...suites.flatMap(failedSpecs)];
}

/** Lines of a failure that are told again at the end. */
const mostLines = 15;

/**
 * What failed, once more at the end of a run, where it is looked for.
 * @param {readonly { name: string, failures: readonly Failure[] }[]} suites
 */
export function listFailures(suites) {
  return suites
    .flatMap((suite) => suite.failures.map((failure) => ({ suite: suite.name, ...failure })))
    .map(({ suite, name, message }) => {
      const lines = stripVTControlCharacters(message).trimEnd().split('\n');
      const more = lines.length > mostLines ? ['…'] : [];
      return [`FAILED ${suite}: ${name}`, ...lines.slice(0, mostLines).map((line) => `  ${line}`), ...more, '', ''];
    })
    .map((lines) => lines.join('\n'))
    .join('');
}

/**
 * The table at the end of a run, and the line that sums it up.
 * @param {readonly (Verdict & { name: string, seconds: number })[]} suites
 */
export function summarize(suites) {
  const width = Math.max(...suites.map(({ name }) => name.length), 'suite'.length);
  const row = (/** @type {(string | number)[]} */ [name = '', ...rest]) =>
    `${String(name).padEnd(width)}${rest.map((cell) => String(cell).padStart(9)).join('')}`;
  const lines = [row(['suite', 'passed', 'failed', 'skipped', 'seconds'])];
  let passed = 0;
  let failed = 0;
  for (const suite of suites) {
    passed += suite.passed;
    failed += suite.failed;
    lines.push(row([suite.name, suite.passed, suite.failed, suite.skipped, suite.seconds.toFixed(1)]));
    for (const problem of suite.problems) lines.push(`  ${suite.name} ${problem}`);
  }
  return { table: lines.join('\n'), line: `${passed} passed, ${failed} failed`, failed };
}

/** @param {unknown} value @returns {value is Record<string, unknown>} */
const isRecord = (value) => typeof value === 'object' && value !== null;
