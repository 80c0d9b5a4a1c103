#!/usr/bin/env node
/*
 * The engine beside other pools for Node, in the same run: `npm run bench:peers -- [rounds]`.
 *
 * What is measured is given as medians and as a ratio to the engine with worker processes. What is tried is told as it
 * came: whether the task settled and how, whether other tasks kept their answers, and whether the pool works afterwards.
 */
import { execFile, execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const here = fileURLToPath(new URL('.', import.meta.url));
const rounds = Number(process.argv[2] ?? 3);
const limitMs = 60_000;
const runFile = promisify(execFile);

if (!existsSync(`${here}node_modules`))
  execFileSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: here, stdio: 'inherit' });
const { pools } = await import('./pools.mjs');
const names = Object.keys(pools);

/** @param {string} name @param {string} which @returns {Promise<{ ms?: number, end?: string, lost?: number, works?: boolean }>} */
async function perform(name, which) {
  try {
    const { stdout } = await runFile(process.execPath, [`${here}case.mjs`, name, which], {
      timeout: limitMs,
      killSignal: 'SIGKILL',
    });
    const line = stdout.split('\n').find((each) => each.startsWith('{'));
    return line ? JSON.parse(line) : { end: 'ends without a word', works: false };
  } catch (error) {
    const { killed, stderr = '' } = /** @type {{ killed?: boolean, stderr?: string }} */ (error);
    const last = stderr.split('\n').find((each) => /Error/.test(each)) ?? '';
    return { end: killed ? `hangs for ${limitMs / 1000} s` : `ends the program: ${last.slice(0, 80)}`, works: false };
  }
}

const measured = {
  small: '10,000 tasks at once, 2 workers',
  single: '1,000 tasks one after the other',
  map: '1,000,000 items (peers: chunks of 1,000 by hand)',
  array: '100 MB Float64Array to both of 2 workers',
};
const tried = {
  exit: 'a task calls process.exit(1)',
  cancel: 'a busy loop is cancelled, 1 worker',
  undefined: 'a task throws undefined',
  uncloneable: 'a result with a function in it',
};

for (const [which, title] of Object.entries(measured)) {
  /** @type {Map<string, number[]>} */
  const times = new Map(names.map((name) => [name, []]));
  /** @type {Map<string, string>} */
  const ends = new Map();
  // All take turns, so that a change of the machine's pace meets all.
  for (let round = 0; round < rounds; round += 1)
    for (const name of names) {
      const { ms, end } = await perform(name, which);
      if (ms === undefined) ends.set(name, end ?? '?');
      else times.get(name)?.push(ms);
    }
  const median = (/** @type {string} */ name) => {
    const sorted = [...(times.get(name) ?? [])].sort((a, b) => a - b);
    return sorted[Math.floor(sorted.length / 2)];
  };
  const own = median(names[0] ?? '') ?? Number.NaN;
  console.log(`\n${title} (medians of ${rounds})`);
  for (const name of names) {
    const ms = median(name);
    const figures =
      ms === undefined
        ? (ends.get(name) ?? '')
        : `${ms.toFixed(0).padStart(7)} ms  ${(ms / own).toFixed(2).padStart(6)}`;
    console.log(`  ${name.padEnd(28)} ${figures}`);
  }
}

for (const [which, title] of Object.entries(tried)) {
  console.log(`\n${title}`);
  for (const name of names) {
    const { ms, end, lost, works } = await perform(name, which);
    const after = [
      works ? 'works afterwards' : 'does not work afterwards',
      ...(lost ? [`${lost} of 10 others lost`] : []),
    ];
    console.log(
      `  ${name.padEnd(28)} ${end} (${[...(ms === undefined ? [] : [`${ms.toFixed(0)} ms`]), ...after].join(', ')})`,
    );
  }
}
