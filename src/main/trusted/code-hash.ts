import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, extname, resolve } from 'node:path';
import type { OwnCode } from '../../jobs/trust';

/** Most files of one module that are looked at; no module of a person has as many. */
const maxFiles = 2000;

/** What a relative import may leave out. */
const endings = ['', '.ts', '.mts', '.js', '.mjs', '.cjs', '.json', '/index.ts', '/index.js', '/index.mjs'];

/**
 * Hash over what runs with the person's rights: of a function its module and what that imports by relative paths,
 * whichever of its functions is called; of a command its arguments, environment and folder. Packages are not in it.
 * Nothing is run.
 *
 * @param known hashes of modules that were computed already in the same breath
 */
export function hashCode(code: OwnCode, known = new Map<string, string>()): string {
  const hash = createHash('sha256').update(JSON.stringify(code.job.env));
  if (code.kind === 'command') {
    const argv = code.job.kind === 'run' ? code.job.argv : [code.command];
    return hash.update(JSON.stringify([argv, code.job.cwd])).digest('hex');
  }
  let contents = known.get(code.module);
  if (contents === undefined) {
    contents = hashFiles(code.module);
    known.set(code.module, contents);
  }
  return hash.update(`\0${code.module}\0${contents}`).digest('hex');
}

function hashFiles(module: string): string {
  const hash = createHash('sha256');
  const seen = new Set<string>();
  const left = [module];
  for (let path = left.pop(); path !== undefined && seen.size < maxFiles; path = left.pop()) {
    if (seen.has(path)) continue;
    seen.add(path);
    const text = read(path);
    hash.update(`${path}\0${text.length}\0`).update(text);
    if (extname(path) !== '.json') left.push(...importsOf(text.toString('utf8'), dirname(path)));
  }
  return hash.digest('hex');
}

/** Whatever stands in quotes like a relative path and leads to a file is taken as imported: rather too much. */
function importsOf(text: string, folder: string): string[] {
  return [...text.matchAll(/["'`](\.{1,2}\/[^"'`\r\n]{1,500})["'`]/g)].flatMap(([, path = '']) => {
    const base = resolve(folder, path);
    // TypeScript is imported by the name that it is compiled to.
    const candidates = [...endings.map((ending) => base + ending), base.replace(/\.([mc]?)js$/, '.$1ts')];
    const found = candidates.find((candidate) => isCode(candidate));
    return found === undefined ? [] : [found];
  });
}

const isCode = (path: string): boolean =>
  /\.(?:[mc]?[jt]s|json)$/.test(path) && existsSync(path) && statSync(path).isFile();

function read(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch {
    return Buffer.from('not there');
  }
}
