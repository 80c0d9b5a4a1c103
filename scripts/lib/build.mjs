// Builds what runs (out/main, out/preload, out/renderer) and the library's types (out/types), when a source changed.
import { createHash } from 'node:crypto';
import { access, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { writeJobFileSchema } from './job-file-schema.mjs';
import { inProject, projectRoot, stateFolder } from './project.mjs';
import { run, tail } from './run.mjs';
import { SetupError } from './setup-error.mjs';

/** Files and folders whose change calls for a new build. */
const inputs = [
  'src',
  'scripts/lib/build.mjs',
  'scripts/lib/job-file-schema.mjs',
  'scripts/lib/job-file-fields.mjs',
  'electron.vite.config.mts',
  'tsconfig.base.json',
  'tsconfig.lib.json',
  'package.json',
  'package-lock.json',
];

/** What every build leaves behind; when one of them is gone, somebody cleaned up. */
const outputs = [
  'out/main/index.js',
  'out/main/cli.js',
  'out/main/lib.js',
  'out/main/lib.mjs',
  'out/main/workers/control.js',
  'out/main/workers/compute.js',
  'out/preload/index.js',
  'out/renderer/index.html',
  'out/types/core/index.d.ts',
  'out/types/core/index.d.mts',
  'schema/job-file.schema.json',
];

const stampFile = join(stateFolder, 'build.json');

/**
 * Builds when the sources are not those of the last build.
 * @param {(line: string) => void} say
 * @param {{ force?: boolean }} [options]
 */
export async function ensureBuild(say, { force = false } = {}) {
  const hash = await hashInputs();
  if (!force && (await readStamp()) === hash && (await allExist(outputs))) return;
  say('building');
  await rm(stampFile, { force: true });
  await Promise.all([bundle(), emitTypes(), writeJobFileSchema()]);
  await writeEsmEntry();
  // The hash from before the build: an edit made meanwhile makes the next build.
  await mkdir(stateFolder, { recursive: true });
  await writeFile(`${stampFile}.new`, JSON.stringify({ hash }));
  await rename(`${stampFile}.new`, stampFile);
}

async function bundle() {
  // Built for Node, so an Electron in the environment would only be asked for its version.
  const { code, output } = await run(
    process.execPath,
    [inProject('node_modules/electron-vite/bin/electron-vite.js'), 'build'],
    {
      cwd: projectRoot,
      env: { ...process.env, NODE_ENV: 'production' },
    },
  );
  if (code !== 0) throw new SetupError('ERR_BUILD', 'the build failed (electron-vite build)', tail(output, 30));
}

/** Declarations only: whether the types are right is the business of `npm run types`. */
async function emitTypes() {
  await rm(inProject('out', 'types'), { recursive: true, force: true });
  const { code, output } = await run(
    process.execPath,
    [inProject('node_modules/typescript/bin/tsc'), '-p', 'tsconfig.lib.json'],
    {
      cwd: projectRoot,
    },
  );
  if (code !== 0)
    throw new SetupError('ERR_BUILD', 'the types of the library could not be written (tsc)', tail(output, 30));
  await writeFile(inProject('out/types/core/index.d.mts'), "export * from './index.js';\n");
}

/**
 * The library for `import`: an ES module that takes every name from the CommonJS build, so that both ways of loading
 * give the same classes.
 */
async function writeEsmEntry() {
  const list = 'process.stdout.write(JSON.stringify(Object.keys(require(process.argv[1]))))';
  const { code, stdout, output } = await run(process.execPath, ['-e', list, inProject('out/main/lib.js')]);
  if (code !== 0) throw new SetupError('ERR_BUILD', 'the built library does not load in plain Node', tail(output, 30));
  /** @type {string[]} */
  const names = JSON.parse(stdout);
  await writeFile(inProject('out/main/lib.mjs'), esmEntry(names));
}

/**
 * The text of an ES module that re-exports a CommonJS one.
 * @param {readonly string[]} names what the CommonJS module exports
 */
export function esmEntry(names) {
  const exported = names
    .filter((name) => name !== 'default' && /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name))
    .sort();
  return `import lib from './lib.js';\n\nexport const { ${exported.join(', ')} } = lib;\n`;
}

async function readStamp() {
  const text = await readFile(stampFile, 'utf8').catch(() => '{}');
  try {
    return /** @type {{ hash?: string }} */ (JSON.parse(text)).hash ?? null;
  } catch {
    return null;
  }
}

/** One hash over names and contents: a fresh clone or a touched file is no change, a renamed file is one. */
async function hashInputs() {
  const files = (await Promise.all(inputs.map((path) => listFiles(inProject(path))))).flat().sort();
  const contents = await Promise.all(files.map((file) => readFile(file)));
  const hash = createHash('sha256').update(process.version);
  for (const [i, file] of files.entries()) {
    const content = contents[i] ?? Buffer.alloc(0);
    hash.update(`\0${relative(projectRoot, file).split(sep).join('/')}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}

/** @param {string} path @returns {Promise<string[]>} */
async function listFiles(path) {
  const entries = await readdir(path, { withFileTypes: true, recursive: true }).catch(() => null);
  if (entries === null) return (await exists(path)) ? [path] : [];
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

/** @param {readonly string[]} paths */
const allExist = async (paths) => (await Promise.all(paths.map((path) => exists(inProject(path))))).every(Boolean);

/** @param {string} path */
const exists = (path) =>
  access(path).then(
    () => true,
    () => false,
  );
