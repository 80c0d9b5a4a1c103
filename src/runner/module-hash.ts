import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import type { PlannedJob } from '../shared/plan';

/**
 * Hashes over the contents of the modules that jobs run, each with all that it imports by relative paths; by the
 * module's path relative to the job file's folder. Packages are not in it. Nothing is executed.
 */
export async function hashModules(jobs: readonly PlannedJob[]): Promise<Record<string, string>> {
  const modules = new Map<string, string>();
  for (const job of jobs) {
    if (job.kind === 'run' || job.target.startsWith('builtin:')) continue;
    const path = job.target.slice(0, job.target.lastIndexOf('#'));
    modules.set(relative(dirname(job.file), path).replaceAll('\\', '/'), path);
  }
  const entries = [...modules].map(async ([name, path]) => [name, await hashModule(path)] as const);
  return Object.fromEntries(await Promise.all(entries));
}

async function hashModule(path: string): Promise<string> {
  const hash = createHash('sha256');
  for (const file of await moduleFilesOf(path)) {
    try {
      hash.update(readFileSync(file)).update('\0');
    } catch {
      hash.update('not there\0');
    }
  }
  return hash.digest('hex').slice(0, 32);
}

/** The files of a module and of what it imports by relative paths, in an order that only depends on their names. */
export async function moduleFilesOf(path: string): Promise<string[]> {
  try {
    const { build } = await import('esbuild');
    const { metafile } = await build({
      entryPoints: [path],
      absWorkingDir: dirname(path),
      bundle: true,
      write: false,
      metafile: true,
      format: 'esm',
      platform: 'node',
      logLevel: 'silent',
      packages: 'external',
      external: ['*.node'],
    });
    return Object.keys(metafile.inputs)
      .map((input) => resolve(dirname(path), input))
      .sort();
  } catch {
    // It does not compile: whoever runs it will say why.
    return [path];
  }
}
