// The suites of `npm test`, in the order in which they start: quick ones first, so that a slip shows early.
import { join } from 'node:path';
import { countPlaywright, countVitest } from './counts.mjs';
import { hasDisplay, inProject, stateFolder } from './project.mjs';

/**
 * @typedef {object} Suite
 * @property {string} name
 * @property {string} command
 * @property {string[]} args
 * @property {NodeJS.ProcessEnv} [env] in addition
 * @property {number} limitMinutes
 * @property {{ file: string, count: (report: unknown) => import('./counts.mjs').Counts | null }} [report] where its
 *   results are; a suite without one is a check, which passes or fails as a whole
 */

/** Reports of the test runners, one JSON file per suite. */
export const reportFolder = join(stateFolder, 'reports');

const bin = (/** @type {string} */ path) => inProject('node_modules', ...path.split('/'));

/** @param {string} name @param {string} script @param {...string} args @returns {Suite} */
const check = (name, script, ...args) => ({
  name,
  command: process.execPath,
  args: [bin(script), ...args],
  limitMinutes: 5,
});

/** @param {string} name @param {number} limitMinutes @param {...string} chosen what it runs @returns {Suite} */
function vitest(name, limitMinutes, ...chosen) {
  const file = join(reportFolder, `${name}.json`);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  const args = [bin('vitest/vitest.mjs'), 'run', ...chosen, ...reporters, '--allowOnly=false', '--passWithNoTests'];
  return { name, command: process.execPath, args, limitMinutes, report: { file, count: countVitest } };
}

/** @returns {Suite} */
function playwright() {
  const file = join(reportFolder, 'e2e.json');
  const args = [bin('@playwright/test/cli.js'), 'test', '--reporter=list,json', '--forbid-only'];
  const env = { PLAYWRIGHT_JSON_OUTPUT_FILE: file };
  const report = { file, count: countPlaywright };
  return { name: 'e2e', command: process.execPath, args, env, limitMinutes: 25, report };
}

/** A suite that starts Electron gets a virtual display where there is no other. @param {Suite} suite @returns {Suite} */
function withDisplay(suite) {
  if (hasDisplay()) return suite;
  return { ...suite, command: 'xvfb-run', args: ['-a', '-s', '-screen 0 1600x1000x24', suite.command, ...suite.args] };
}

/** The engine's contract on utility processes takes about as long as all the rest of the integration tests. */
const utilityHost = 'tests/integration/engine/utility-host.test.ts';

/**
 * They share nothing that one of them changes, so any may run side by side.
 *
 * @returns {Suite[]}
 */
export function listSuites() {
  return [
    check('types', 'typescript/bin/tsc', '--build'),
    check('lint', 'oxlint/bin/oxlint'),
    check('format', '@biomejs/biome/bin/biome', 'check', '.'),
    check('imports', 'dependency-cruiser/bin/dependency-cruise.mjs', '--config', '.dependency-cruiser.cjs', 'src'),
    check('unused', 'knip/bin/knip.js', '--no-config-hints'),
    check('reference', 'typedoc/bin/typedoc', '--emit', 'none'),
    vitest('unit', 10, '--project', 'unit', '--project', 'renderer'),
    withDisplay(vitest('integration', 30, '--project', 'integration', '--exclude', utilityHost)),
    withDisplay(playwright()),
    withDisplay(vitest('electron', 30, '--project', 'integration', utilityHost)),
  ];
}
