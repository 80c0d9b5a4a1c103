import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const perFile = 1000;

/**
 * Writes job files with many small jobs, and one with the jobs that are watched.
 *
 * @param {string} folder
 * @param {number} jobs
 * @returns {{ watched: string, many: string[] }} their paths
 */
export function writeJobFiles(folder, jobs) {
  mkdirSync(folder, { recursive: true });
  copyFileSync(join(import.meta.dirname, 'targets.mjs'), join(folder, 'targets.mjs'));
  const many = Array.from({ length: Math.ceil(jobs / perFile) }, (_, file) => {
    const count = Math.min(perFile, jobs - file * perFile);
    return write(join(folder, `many-${String(file).padStart(3, '0')}.yaml`), [
      ...Array.from({ length: count }, (_, job) =>
        jobOf(`job-${file}-${job}`, `Part ${job} of series ${file}`, 'brief', 1, '{ ms: 0 }'),
      ),
    ]);
  });
  const watched = write(join(folder, 'watched.yaml'), [
    jobOf('long', 'A range of a thousand million', 'long', 1_000_000_000),
    jobOf('fails', 'Fails at its last item', 'fails', 4, undefined, 1),
    jobOf('flood', 'Prints a million lines a second', 'flood', 2, '{ seconds: 10, perSecond: 500000 }'),
    jobOf('restless', 'Says how far it is a million times', 'restless', 1000),
    `  - id: items\n    label: Can be paused\n    map: ./targets.mjs#item\n    range: 100000\n    args: { ms: 5 }`,
  ]);
  const stream = write(
    join(folder, 'stream.yaml'),
    Array.from({ length: perFile }, (_, job) => jobOf(`stream-${job}`, `Passes by, ${job}`, 'brief', 2, '{ ms: 5 }')),
  );
  return { watched, many: [...many, stream] };
}

/** @returns {string} */
function write(path, jobs) {
  writeFileSync(path, `version: 1\njobs:\n${jobs.join('\n')}\n`);
  return path;
}

function jobOf(id, label, target, range, args, numProcs) {
  const lines = [`  - id: ${id}`, `    label: ${label}`, `    target: ./targets.mjs#${target}`, `    range: ${range}`];
  if (args !== undefined) lines.push(`    args: ${args}`);
  if (numProcs !== undefined) lines.push(`    numProcs: ${numProcs}`);
  return lines.join('\n');
}
