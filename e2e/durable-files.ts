import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** A job file of a test's own, whose items write down that they were called. */
export class NotedJobs {
  readonly path: string;
  readonly #calls: string;

  private constructor(folder: string) {
    this.path = join(folder, 'noted.yaml');
    this.#calls = join(folder, 'calls.txt');
  }

  /**
   * Writes the job file and its module.
   *
   * @param jobs YAML of the jobs; `./noted.mjs#note` is a function of an item that takes `args.ms` milliseconds
   */
  static async write(folder: string, jobs: string): Promise<NotedJobs> {
    await mkdir(folder, { recursive: true });
    const noted = new NotedJobs(folder);
    const calls = JSON.stringify(noted.#calls);
    await writeFile(noted.path, `version: 1\nname: Noted work\njobs:\n${jobs}`);
    await writeFile(noted.#calls, '');
    await writeFile(
      join(folder, 'noted.mjs'),
      `import { appendFileSync } from 'node:fs';
export async function note(item, { args }) {
  await new Promise((resolve) => setTimeout(resolve, args.ms));
  if (args.fails?.includes(item)) throw new Error('item ' + item + ' is not wanted');
  appendFileSync(${calls}, args.name + ' ' + item + '\\n');
  return item * 2;
}
export function spin(proc, { ms }) {
  for (const i of proc.pRange()) { const end = Date.now() + ms; while (Date.now() < end); }
  return proc.index;
}
`,
    );
    return noted;
  }

  /** Writes a module that makes Node count so many processors, for `--require`: machines for tests may have fewer. */
  async withProcessors(count: number): Promise<string> {
    const path = join(dirname(this.path), 'processors.cjs');
    await writeFile(path, `require('node:os').availableParallelism = () => ${count};\n`);
    return path;
  }

  /** The items of a job that have been worked on to their end, each as often as it was. */
  calls(name: string): number[] {
    const lines = readFileSync(this.#calls, 'utf8').split('\n');
    return lines.flatMap((line) => (line.startsWith(`${name} `) ? [Number(line.slice(name.length + 1))] : []));
  }
}

/** YAML of a map job over so many items. */
export const notedJob = (id: string, items: number, ms: number, more = ''): string =>
  `  - id: ${id}
    map: ./noted.mjs#note
    range: ${items}
    schedule: { kind: dynamic, chunk: 5 }
    args: { name: ${id}, ms: ${ms} }
${more}`;
