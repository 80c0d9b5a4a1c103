// How many tests passed and failed, from what the test runners report. Nothing here reads a file or starts a process.

/** @typedef {{ passed: number, failed: number, skipped: number }} Counts */

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
  const { passed, failed, skipped } = counted ?? { passed: 0, failed: 0, skipped: 0 };
  return { passed, failed: failed + problems.length, skipped, problems };
}

/**
 * A check, such as the linter, counts as one test.
 * @param {{ code: number | null, timedOut: boolean }} end
 * @returns {Counts | null} null when it was stopped, and so said nothing
 */
export function countCheck({ code, timedOut }) {
  if (timedOut || code === null) return null;
  return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 };
}

/**
 * Counts vitest's JSON report. A file that could not be loaded has no tests, and counts as one failure.
 * @param {unknown} report
 * @returns {Counts | null} null when it is no such report
 */
export function countVitest(report) {
  if (!isRecord(report) || !Array.isArray(report['testResults'])) return null;
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const file of report['testResults']) {
    /** @type {{ status: string }[]} */
    const tests = file.assertionResults;
    const failed = tests.filter(({ status }) => status === 'failed').length;
    counts.passed += tests.filter(({ status }) => status === 'passed').length;
    counts.failed += failed === 0 && file.status === 'failed' ? 1 : failed;
    counts.skipped += tests.filter(({ status }) => !['passed', 'failed'].includes(status)).length;
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
  const errors = Array.isArray(report['errors']) ? report['errors'].length : 0;
  const failed = (unexpected ?? 0) + (flaky ?? 0);
  return { passed: expected ?? 0, failed: failed === 0 && errors > 0 ? 1 : failed, skipped: skipped ?? 0 };
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
