#!/usr/bin/env node
// How long an empty two-rank job takes from submit to answer, against a bare ping-pong with one process of the same
// kind, measured in turn in the same run; and what idle workers cost. For both hosts.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { setUp } from '../../scripts/lib/setup.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const root = resolve(here, '../..');
const rounds = Number(process.argv[2] ?? 2000);

/** @param {string} output */
function report(output) {
  const line = output.split('\n').find((candidate) => candidate.startsWith('{'));
  if (!line) throw new Error(`no figures in: ${output}`);
  const figures = JSON.parse(line);
  console.log(
    `${figures.host.padEnd(8)} ping-pong ${figures.pingMicroseconds.toFixed(0)} us, empty two-rank job ${figures.jobMicroseconds.toFixed(0)} us, ` +
      `ratio ${figures.ratio.toFixed(2)} (medians of ${figures.rounds}); ${figures.idleWorkers} idle workers use ${figures.idleCpuPercent.toFixed(2)}% of a core`,
  );
}

report(execFileSync(process.execPath, [join(here, 'node.cjs'), String(rounds)], { encoding: 'utf8' }));

const { electron, env: electronEnv } = await setUp({ window: true });
if (electron === null) throw new Error('There is no Electron to measure.');
const folder = mkdtempSync(join(tmpdir(), 'bench-dispatch-'));
try {
  const keepOutside = { procession: join(root, 'out/main/lib.js') };
  await build({
    entryPoints: [join(here, 'electron-main.ts')],
    outfile: join(folder, 'main.cjs'),
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node18',
    external: ['electron'],
    plugins: [
      {
        name: 'engine',
        setup: (setup) =>
          setup.onResolve({ filter: /^procession$/ }, () => ({ path: keepOutside.procession, external: true })),
      },
    ],
    define: { __dirname: JSON.stringify(here) },
    logLevel: 'error',
  });
  writeFileSync(join(folder, 'package.json'), '{ "name": "bench-dispatch", "main": "main.cjs" }');
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
  report(execFileSync(command, args, { encoding: 'utf8', env, stdio: ['ignore', 'pipe', 'ignore'], timeout: 300_000 }));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
