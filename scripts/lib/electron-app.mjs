// Small Electron apps that tests and benchmarks run the engine in.
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { inProject } from './project.mjs';

/**
 * Bundles a main script of Electron into an app. The engine is the one that was built, which finds its workers beside
 * itself, not a copy inside the bundle.
 *
 * @param {string} entry path of the script, in a folder whose files it finds through `__dirname`
 * @param {string} folder where the app is made
 */
export async function bundleApp(entry, folder) {
  const { build } = await import('esbuild');
  await build({
    entryPoints: [entry],
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
          setup.onResolve({ filter: /^procession$/ }, () => ({ path: inProject('out/main/lib.js'), external: true })),
      },
    ],
    define: { __dirname: JSON.stringify(dirname(entry)) },
    logLevel: 'error',
  });
  writeFileSync(join(folder, 'package.json'), '{ "name": "app", "main": "main.cjs" }');
}
