import { resolve } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';

const source = (path: string): string => resolve(import.meta.dirname, 'src', path);

/** What the plugins of the bundler tell of a module. */
interface Modules {
  getModuleInfo(id: string): { readonly isEntry: boolean; readonly importers: readonly string[] } | null;
}

/**
 * Puts what the page needs at its start into one file: each further one takes a way through the main process, which is
 * busy then. Everything else stays in files that are fetched when they are needed.
 */
function firstChunk(id: string, modules: Modules): string | null {
  const seen = new Set<string>();
  const leadsToEntry = (name: string): boolean => {
    if (seen.has(name)) return false;
    seen.add(name);
    const info = modules.getModuleInfo(name);
    return info !== null && (info.isEntry || info.importers.some(leadsToEntry));
  };
  return leadsToEntry(id) ? 'start' : null;
}

/**
 * One build makes everything that runs: the Electron main process, the worker entries that it (or plain Node)
 * forks, the command line and the library, the preload script and the window.
 *
 * Node-side code is CommonJS for Node 18: that is what the oldest supported Electron carries, and its main
 * process cannot load ES modules.
 */
export default defineConfig({
  main: {
    build: {
      target: 'node18',
      sourcemap: true,
      // Written into the bundle: of their many small files only what is used has to be read at each start.
      externalizeDeps: { exclude: ['yaml', 'zod'] },
      rolldownOptions: {
        input: {
          index: source('main/index.ts'),
          cli: source('cli/index.ts'),
          lib: source('core/index.ts'),
          'workers/control': source('workers/control.ts'),
          'workers/compute': source('workers/compute.ts'),
          'workers/script': source('runner/script-host.ts'),
          'workers/parent-watch': source('runner/parent-watch.ts'),
          'workers/history': source('history/thread.ts'),
        },
        output: { format: 'cjs', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
      },
    },
  },
  preload: {
    build: {
      target: 'node18',
      rolldownOptions: {
        input: { index: source('preload/index.ts') },
        output: { format: 'cjs', entryFileNames: '[name].js' },
      },
    },
  },
  renderer: {
    root: source('renderer'),
    server: { host: '127.0.0.1' },
    plugins: [react()],
    build: {
      target: 'chrome114',
      minify: true,
      // The content security policy takes fonts from files only, so none is written into the style sheet.
      assetsInlineLimit: 0,
      rolldownOptions: {
        input: { index: source('renderer/index.html') },
        output: { codeSplitting: { groups: [{ name: firstChunk }] } },
      },
    },
  },
});
