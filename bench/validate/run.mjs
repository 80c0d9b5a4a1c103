#!/usr/bin/env node
// How long it takes to validate large and hostile job files: reading, checking and looking up what they name. Each
// file in a process of its own: the first time is what a person waits for, the later ones are with warm code.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));
const root = resolve(here, '../..');
const folder = mkdtempSync(join(tmpdir(), 'bench-validate-'));

/** @param {number} count @param {(index: number) => string} job */
const jobs = (count, job) =>
  `version: 1\nname: Bench\njobs:\n${Array.from({ length: count }, (_, index) => job(index)).join('')}`;

/** @param {number} index */
const plain = (index) => `  - id: job-${index}
    label: Picture ${index}
    target: builtin:mandelbrot
    range: ${index + 1}
    numProcs: 4
    args:
      width: 320
      maxIterations: 256
    priority: 2
    timeout: 10m
    output: out/picture-${index}.json
`;

/** @param {number} index */
const rich = (index) => `  - id: job-${index}
    run: [convert, "{item}", -resize, "{args.size}x{matrix.height}", "{out}"]
    range: { list: [a, b, c, d] }
    args: { size: 320 }
    matrix: { height: [100, 200] }
    env: { MODE: fast, TOKEN: { secret: TOKEN } }
    retries: { max: 3, backoff: exponential, on: [crash, "exit:75"] }
    onFailure: { after: 10%, then: stop }
    needs: [${index === 0 ? '' : `job-${index - 1}`}]
    timeout: 10m
    output: "out/${index}/{item}-{matrix.height}.png"
`;

const bomb = ['version: 1', 'a: &a [x,x,x,x,x,x,x,x,x]'].concat(
  Array.from('bcdefghi', (name, index) => `${name}: &${name} [${Array(9).fill(`*${'abcdefgh'[index]}`).join(',')}]`),
);

/** @type {[name: string, limitMs: number, text: string][]} */
const files = [
  ['1,000 jobs', 300, jobs(1000, plain)],
  ['1,000 jobs that use everything, 2,000 with their matrices', 1000, jobs(1000, rich).replace('    needs: []\n', '')],
  ['1,000 jobs, one of them wrong', 1000, jobs(1000, plain).replace('picture-999.json', 'picture-999.jsn')],
  ['1,000 jobs, all of them wrong', 2000, jobs(1000, plain).replaceAll('numProcs', 'numproc')],
  ['an alias bomb', 200, bomb.join('\n')],
  ['20,000 nested lists', 200, `version: 1\na: ${'['.repeat(20_000)}`],
  ['20,000 nested mappings, in one line', 200, `version: 1\na: ${'{a: '.repeat(20_000)}`],
  ['20,000 dashes', 200, '- '.repeat(20_000)],
  ['more than 1 MiB', 200, `version: 1\n# ${'x'.repeat(1024 * 1024)}`],
  [
    'braces without end',
    200,
    `version: 1\njobs:\n  - { target: "builtin:mandelbrot", range: { files: "${'{a,b}'.repeat(150)}" } }\n`,
  ],
];

try {
  await build({
    entryPoints: [join(here, 'measure.ts')],
    outfile: join(folder, 'measure.cjs'),
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node18',
    logLevel: 'error',
    // CommonJS has none, and some packages ask for it.
    define: { 'import.meta.url': JSON.stringify(import.meta.url) },
    absWorkingDir: root,
  });
  for (const [name, limitMs, text] of files) {
    const file = join(folder, 'jobs.yaml');
    writeFileSync(file, text);
    const output = execFileSync(process.execPath, [join(folder, 'measure.cjs'), file], { encoding: 'utf8' });
    /** @type {{ first: number, firstCpu: number, later: number, result: string }} */
    const { first, firstCpu, later, result } = JSON.parse(output);
    const verdict = first <= limitMs ? '' : `  OVER ${limitMs} ms`;
    console.log(
      `${name}: first ${first.toFixed(0)} ms (${firstCpu.toFixed(0)} ms of processor), later ${later.toFixed(0)} ms (${result})${verdict}`,
    );
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
