import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { setUp } from '../../scripts/lib/setup.mjs';

const root = resolve(import.meta.dirname, '../..');

/**
 * Runs a benchmark in plain Node and in Electron's main process: `node.cjs` and `electron-main.ts` of its folder, each
 * of which prints one line of JSON.
 *
 * @param {string} here folder of the benchmark
 * @param {number} rounds handed to both: as the first argument in Node, as BENCH_ROUNDS in Electron
 * @param {(figures: any) => void} report gets what each has printed
 */
export async function runOnBothHosts(here, rounds, report) {
  const node = [join(here, 'node.cjs'), String(rounds)];
  report(figuresIn(execFileSync(process.execPath, node, { encoding: 'utf8', timeout: 300_000 })));
  report(figuresIn(await runInElectron(here, rounds)));
}

/** @param {string} here @param {number} rounds */
async function runInElectron(here, rounds) {
  const { electron, env: electronEnv } = await setUp({ window: true });
  if (electron === null) throw new Error('There is no Electron to measure.');
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  try {
    await build({
      entryPoints: [join(here, 'electron-main.ts')],
      outfile: join(folder, 'main.cjs'),
      bundle: true,
      platform: 'node',
      format: 'cjs',
      target: 'node18',
      external: ['electron'],
      // The engine as built, which finds its workers beside itself, not a copy inside this bundle.
      plugins: [
        {
          name: 'engine',
          setup: (setup) =>
            setup.onResolve({ filter: /^procession$/ }, () => ({
              path: join(root, 'out/main/lib.js'),
              external: true,
            })),
        },
      ],
      define: { __dirname: JSON.stringify(here) },
      logLevel: 'error',
    });
    writeFileSync(join(folder, 'package.json'), '{ "name": "bench", "main": "main.cjs" }');
    const env = { ...electronEnv, BENCH_FOLDER: here, BENCH_ROUNDS: String(rounds) };
    delete env.ELECTRON_RUN_AS_NODE;
    const options = [
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      `--user-data-dir=${join(folder, 'data')}`,
      folder,
    ];
    const [command, args] = process.env.DISPLAY
      ? [electron.binary, options]
      : ['xvfb-run', ['-a', electron.binary, ...options]];
    return execFileSync(command, args, {
      encoding: 'utf8',
      env,
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: 300_000,
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @param {string} output */
function figuresIn(output) {
  const line = output.split('\n').find((candidate) => candidate.startsWith('{'));
  if (!line) throw new Error(`no figures in: ${output}`);
  return JSON.parse(line);
}
