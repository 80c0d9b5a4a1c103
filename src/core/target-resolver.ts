import { createHash } from 'node:crypto';
import { mkdirSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import type { BuildFailure } from 'esbuild';
import type { ResolvedTarget } from '../shared/worker-protocol';
import { TargetLoadError, TargetNotFoundError } from './errors';
import {
  commandSpec,
  commandUrl,
  execSpec,
  execUrl,
  type LocatedTarget,
  locateTarget,
  type TargetSpec,
  versionedUrl,
} from './target-spec';

interface Bundle {
  readonly target: string;
  /** Every source file that went into it, with its version. */
  readonly inputs: ReadonlyMap<string, string>;
}

const typescriptExtensions = new Set(['.ts', '.mts', '.cts', '.tsx']);

/**
 * Turns what a user wrote as a target into what a compute thread can import.
 *
 * JavaScript is imported as it is. TypeScript is bundled with esbuild first, into a file named by its content, so
 * an unchanged target is built once. The answer is given at once whenever nothing has to be built.
 */
export class TargetResolver {
  readonly #folder: () => string;
  readonly #bundles = new Map<string, Bundle>();
  readonly #pending = new Map<string, Promise<string>>();

  /** @param folder where bundles go; asked when the first one is made */
  constructor(folder: () => string) {
    this.#folder = folder;
  }

  /**
   * @throws TypeError, TargetNotFoundError as {@link locateTarget} does, and when the file is not there
   * @throws TargetLoadError (as a rejection) when TypeScript does not compile
   */
  resolve(spec: TargetSpec, from?: string): ResolvedTarget | Promise<ResolvedTarget> {
    if (spec === execSpec) return { url: execUrl, exportName: 'run', label: 'concurrentExec' };
    if (spec === commandSpec) return { url: commandUrl, exportName: 'run', label: 'run' };
    const located = locateTarget(spec, from);
    if (located.kind === 'builtin') {
      return { url: `builtin:${located.name}`, exportName: located.exportName, label: located.label };
    }
    const version = versionOf(located.path);
    if (version === undefined) {
      throw new TargetNotFoundError(`The module of target ${located.label} is not there: ${located.path}`);
    }
    if (!typescriptExtensions.has(extname(located.path))) {
      return { url: versionedUrl(located.path, version), exportName: located.exportName, label: located.label };
    }
    const known = this.#bundles.get(located.path);
    if (known && isCurrent(known)) return { url: known.target, exportName: located.exportName, label: located.label };
    // Several jobs at once wait for one build.
    const pending =
      this.#pending.get(located.path) ?? this.#build(located).finally(() => this.#pending.delete(located.path));
    this.#pending.set(located.path, pending);
    return pending.then((url) => ({ url, exportName: located.exportName, label: located.label }));
  }

  async #build(located: LocatedTarget & { kind: 'file' }): Promise<string> {
    const startedAt = Date.now();
    const { build } = await import('esbuild');
    const result = await build({
      entryPoints: [located.path],
      absWorkingDir: dirname(located.path),
      bundle: true,
      write: false,
      metafile: true,
      format: 'esm',
      platform: 'node',
      target: 'node18',
      sourcemap: 'inline',
      logLevel: 'silent',
      // The engine's own package is for types and scripts; native addons cannot be bundled.
      external: ['procession', '*.node'],
      // Bundled CommonJS packages call require; ES modules have none.
      banner: {
        js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
      },
    }).catch((error: unknown) => {
      throw new TargetLoadError(
        `The module of target ${located.label} does not compile: ${describeBuildErrors(error)}`,
        { cause: error },
      );
    });
    const output = result.outputFiles[0];
    if (!output) throw new TargetLoadError(`The module of target ${located.label} compiled to nothing.`);
    const inputs = new Map(
      Object.keys(result.metafile.inputs).map((input) => {
        const path = join(dirname(located.path), input);
        return [path, versionOf(path) ?? ''];
      }),
    );
    const target = versionedUrl(this.#store(output.contents), '1');
    // A file that was edited meanwhile may have been read before or after.
    const isSettled = [...inputs.keys()].every(
      (path) => (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0) < startedAt,
    );
    if (isSettled) this.#bundles.set(located.path, { target, inputs });
    return target;
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

function describeBuildErrors(error: unknown): string {
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
