// Writes what is made of the job file's schema: the JSON Schema that editors read, and the tables of fields in the
// documentation. Both are checked in, so that an editor finds them in a fresh clone; a test says when they are old.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { insertFields, renderFields } from './job-file-fields.mjs';
import { inProject } from './project.mjs';

const schemaFile = inProject('schema', 'job-file.schema.json');
const docsFile = inProject('docs', 'job-files.md');

export async function writeJobFileSchema() {
  const schema = await loadSchema();
  await writeChanged(schemaFile, `${JSON.stringify(schema, null, 2)}\n`);
  await writeChanged(docsFile, insertFields(await readFile(docsFile, 'utf8'), renderFields(schema)));
}

/** The schema comes from TypeScript, and this runs before anything has been built. */
async function loadSchema() {
  // Not at the top: this file is also loaded on a machine where no package has been installed yet.
  const { build } = await import('esbuild');
  const { outputFiles } = await build({
    entryPoints: [inProject('src/shared/job-file.ts')],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    target: 'node18',
    logLevel: 'silent',
  });
  const code = Buffer.from(outputFiles[0]?.contents ?? '').toString('base64');
  /** @type {{ jobFileJsonSchema: () => import('./job-file-fields.mjs').Schema }} */
  const module = await import(`data:text/javascript;base64,${code}`);
  return module.jobFileJsonSchema();
}

/** @param {string} path @param {string} text */
async function writeChanged(path, text) {
  if ((await readFile(path, 'utf8').catch(() => undefined)) === text) return;
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}
