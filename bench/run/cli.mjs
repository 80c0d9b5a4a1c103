// Commands through the command line, from a job file, with everything recorded in a history: prints one line of JSON.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const { program, runParallel, time } = createRequire(import.meta.url)('./measure.cjs');
const bin = resolve(import.meta.dirname, '../../bin/procession.js');
const [count = 10_000, processes = 2] = process.argv.slice(2).map(Number);
const folder = mkdtempSync(join(tmpdir(), 'bench-run-'));
try {
  const file = join(folder, 'jobs.yaml');
  writeFileSync(file, `version: 1\njobs:\n  - { id: many, run: [${program}, "{item}"], range: "1-${count}" }\n`);
  const parallelMs = await time(() => runParallel(count, processes));
  const runMs = await time(async () => {
    const output = execFileSync(process.execPath, [bin, 'run', '--trust', '--procs', String(processes), file], {
      encoding: 'utf8',
      env: { ...process.env, PROCESSION_DATA: join(folder, 'data') },
    });
    if (!output.includes('1 job done')) throw new Error(`The run has not ended well: ${output}`);
  });
  console.log(JSON.stringify({ host: 'command line', runMs, parallelMs }));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
