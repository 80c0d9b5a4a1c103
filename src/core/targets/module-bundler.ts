import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, extname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { BuildFailure, Plugin } from 'esbuild';
import { TargetLoadError } from '../errors';
import { libraryEntry } from '../pool/worker-entries';
import { versionedUrl } from './target-spec';

interface Bundle {
  readonly url: string;
  /** Every source file that went into it, with its version. */
  readonly inputs: ReadonlyMap<string, string>;
}

const typescriptExtensions = new Set(['.ts', '.mts', '.cts', '.tsx']);

/**
 * Turns a user's module into one that Node can import: JavaScript as it is, TypeScript bundled with esbuild, with
 * source maps, into a file named by its content. A module that has not changed keeps its URL and is built once.
 */
export class ModuleBundler {
  readonly #folder: () => string;
  readonly #bundles = new Map<string, Bundle>();
  readonly #pending = new Map<string, Promise<string>>();
  /** The addresses of modules that need no bundle, by path, as of their last version. */
  readonly #plain = new Map<string, { readonly version: string; readonly url: string }>();

  /** @param folder where bundles go; asked when the first one is made */
  constructor(folder: () => string) {
    this.#folder = folder;
  }

  /**
   * The URL to import a module by; at once whenever nothing has to be built.
   *
   * @param what it is, for messages: `The module of target ./a.ts#go`
   * @param bundleAll JavaScript is bundled too
   * @returns undefined when there is no such file
   * @throws TargetLoadError (as a rejection) when TypeScript does not compile
   */
  urlOf(path: string, what: string, bundleAll = false): string | undefined | Promise<string> {
    const version = versionOf(path);
    if (version === undefined) return undefined;
    if (!bundleAll && !typescriptExtensions.has(extname(path))) return this.#plainUrl(path, version);
    const known = this.#bundles.get(path);
    if (known && isCurrent(known)) return known.url;
    // Several that want it at once wait for one build.
    const pending = this.#pending.get(path) ?? this.#build(path, what).finally(() => this.#pending.delete(path));
    this.#pending.set(path, pending);
    return pending;
  }

  /** Made once per version: it costs more than looking which version the file is. */
  #plainUrl(path: string, version: string): string {
    const before = this.#plain.get(path);
    if (before?.version === version) return before.url;
    const url = versionedUrl(path, version);
    this.#plain.set(path, { version, url });
    return url;
  }

  async #build(path: string, what: string): Promise<string> {
    const startedAt = Date.now();
    const { build } = await import('esbuild');
    const result = await build({
      entryPoints: [path],
      absWorkingDir: dirname(path),
      bundle: true,
      write: false,
      metafile: true,
      format: 'esm',
      platform: 'node',
      target: 'node18',
      sourcemap: 'inline',
      // The bundle lies elsewhere: without this, paths in stacks would lead beside it.
      sourceRoot: new URL('.', pathToFileURL(path)).href,
      logLevel: 'silent',
      // Native addons cannot be bundled.
      external: ['*.node'],
      plugins: [ownPackage(path), ownAddress],
      // Bundled CommonJS packages call require; ES modules have none.
      banner: {
        js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
      },
    }).catch((error: unknown) => {
      throw new TargetLoadError(`${what} does not compile: ${describeBuildErrors(error)}`, { cause: error });
    });
    const output = result.outputFiles[0];
    if (!output) throw new TargetLoadError(`${what} compiled to nothing.`);
    const inputs = new Map(
      Object.keys(result.metafile.inputs).map((input) => {
        const source = join(dirname(path), input);
        return [source, versionOf(source) ?? ''];
      }),
    );
    const url = versionedUrl(this.#store(output.contents), '1');
    // A file that was edited meanwhile may have been read before or after.
    const isSettled = [...inputs.keys()].every(
      (source) => (statSync(source, { throwIfNoEntry: false })?.mtimeMs ?? 0) < startedAt,
    );
    if (isSettled) this.#bundles.set(path, { url, inputs });
    return url;
  }

  #store(contents: Uint8Array): string {
    const folder = this.#folder();
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const name = createHash('sha256').update(contents).digest('hex').slice(0, 32);
    const path = join(folder, `${name}.mjs`);
    const temporary = join(folder, `${name}.${process.pid}.tmp`);
    writeFileSync(temporary, contents, { mode: 0o600 });
    renameSync(temporary, path);
    return path;
  }
}

/**
 * The engine's own package is never bundled: there would be two of its classes. The bundle lies in another folder, from
 * which it would not be found, so the bundle names the file that the user's module would get.
 */
function ownPackage(path: string): Plugin {
  return {
    name: 'own-package',
    setup: (build) => {
      build.onResolve({ filter: /^procession$/ }, () => ({ path: locate(path), external: true }));
    },
  };
}

/**
 * `import.meta.url` is the address of the file that it stands in, as in JavaScript that is not bundled: what a module
 * reads or names relative to itself does not lie beside the bundle.
 */
const ownAddress: Plugin = {
  name: 'own-address',
  setup: (build) => {
    build.onLoad({ filter: /\.[cm]?[jt]sx?$/ }, async ({ path }) => {
      const contents = await readFile(path, 'utf8');
      if (!contents.includes('import.meta.url')) return undefined;
      const { code } = await build.esbuild.transform(contents, {
        loader: /\.[cm]?ts$/.test(path) ? 'ts' : path.endsWith('.tsx') ? 'tsx' : 'jsx',
        sourcefile: path,
        sourcemap: 'inline',
        target: 'node18',
        define: { 'import.meta.url': JSON.stringify(pathToFileURL(path).href) },
      });
      return { contents: code, loader: 'js' };
    });
  },
};

function locate(path: string): string {
  const installed = findOwnPackage(path);
  // Not installed there: the engine that is running serves, as long as it has been built.
  const entry = installed ?? libraryEntry();
  return installed !== undefined || existsSync(entry) ? pathToFileURL(entry).href : 'procession';
}

/** What a module gets that imports `procession` from here; undefined where it is not installed. */
export function findOwnPackage(path: string): string | undefined {
  try {
    return createRequire(path).resolve('procession');
  } catch {
    return undefined;
  }
}

/** What a build failed of, each with its place. */
export function describeBuildErrors(error: unknown): string {
  const { errors = [], message } = error as Partial<BuildFailure> & Error;
  if (errors.length === 0) return message;
  return errors
    .map(({ text, location }) =>
      location ? `${location.file}:${location.line}:${location.column + 1}: ${text}` : text,
    )
    .join('\n');
}

function isCurrent(bundle: Bundle): boolean {
  return [...bundle.inputs].every(([path, version]) => versionOf(path) === version);
}

function versionOf(path: string): string | undefined {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat?.isFile() ? `${stat.mtimeMs}-${stat.size}` : undefined;
}
