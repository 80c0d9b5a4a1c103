import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { runInElectron } from './electron-app.mjs';

const timeoutMs = 300_000;

/**
 * Runs a benchmark in plain Node and in Electron's main process: `node.cjs` and `electron-main.ts` of its folder, each
 * of which prints one line of JSON.
 *
 * @param {string} here folder of the benchmark
 * @param {number} rounds handed to both: as the first argument in Node, as BENCH_ROUNDS in Electron
 * @param {(figures: any) => void} report gets what each has printed: JSON whose form is the benchmark's own business, hence `any`
 */
export async function runOnBothHosts(here, rounds, report) {
  const node = [join(here, 'node.cjs'), String(rounds)];
  report(figuresIn(execFileSync(process.execPath, node, { encoding: 'utf8', timeout: timeoutMs })));
  const variables = { BENCH_FOLDER: here, BENCH_ROUNDS: String(rounds) };
  report(figuresIn(await runInElectron(join(here, 'electron-main.ts'), variables, timeoutMs)));
}

/** @param {string} output */
function figuresIn(output) {
  const line = output.split('\n').find((candidate) => candidate.startsWith('{'));
  if (!line) throw new Error(`no figures in: ${output}`);
  return JSON.parse(line);
}
