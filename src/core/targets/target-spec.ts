import { createRequire } from 'node:module';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { TargetNotFoundError } from '../errors';

/**
 * What a job runs: `"<module>#<export>"`, the same in two parts, or a function made by `concurrent`.
 *
 * The module is an absolute path, a `file:` URL, a path relative to `options.from`, a package resolved from there,
 * or `builtin:name` (which needs no export).
 */
export type TargetSpec =
  | string
  | {
      /** The module, in any of the forms above. */
      readonly module: string;
      /** Name of its export. */
      readonly export: string;
    }
  | ConcurrentTarget;

/** What `ProcessServer.prepareTarget` tells about a target. */
export interface TargetInfo {
  /** Whether it has a `combine` function. */
  readonly hasCombine: boolean;
}

/** The mark on a function made by `concurrent`: where its original is to be found. */
export const concurrentMark: unique symbol = Symbol.for('procession.concurrent') as never;

/** A function made by {@link concurrent}, as a target. */
export interface ConcurrentTarget {
  /** @hidden */
  readonly [concurrentMark]: { readonly module: string; readonly export: string; readonly original: unknown };
}

/**
 * What `concurrentExec` runs. It is known by being this very object: nothing that a job file or a user writes can name
 * it.
 */
export const execSpec = Object.freeze({ module: 'procession', export: 'concurrentExec' });

/** What the compute thread knows it as. */
export const execUrl = 'internal:exec';

/** What `run` runs for each item; known by being this very object, as {@link execSpec} is. */
export const commandSpec = Object.freeze({ module: 'procession', export: 'run' });

/** What the compute thread knows it as. */
export const commandUrl = 'internal:command';

/** Where a target is, before its file has been looked at. */
export type LocatedTarget =
  | { readonly kind: 'builtin'; readonly name: string; readonly exportName: string; readonly label: string }
  | { readonly kind: 'file'; readonly path: string; readonly exportName: string; readonly label: string };

/**
 * Finds the file that a target names.
 *
 * @param spec the target as a user wrote it
 * @param from file that relative paths and packages are resolved from
 * @throws TypeError when it is not a target at all
 * @throws TargetNotFoundError when its package cannot be resolved
 */
export function locateTarget(spec: TargetSpec, from?: string): LocatedTarget {
  const { module, exportName } = splitSpec(spec);
  if (module.startsWith('builtin:')) {
    const [name = '', ...path] = module.slice('builtin:'.length).split('.');
    const member = [...path, ...(exportName === undefined ? [] : [exportName])].join('.');
    if (member !== '' && member !== 'combine') {
      throw new TargetNotFoundError(
        `The built-in target ${JSON.stringify(name)} has no function ${JSON.stringify(member)}. It is called as "builtin:${name}".`,
      );
    }
    return { kind: 'builtin', name, exportName: member === 'combine' ? 'run.combine' : 'run', label: module };
  }
  if (exportName === undefined || exportName === '') {
    throw new TypeError(
      `The target ${JSON.stringify(module)} names no function. Write it as "module#export", for example "./work.mjs#count".`,
    );
  }
  return { kind: 'file', path: locateModule(module, from), exportName, label: `${module}#${exportName}` };
}

/** The original of a function made by `concurrent`, or undefined for any other value. */
export function concurrentTarget(value: unknown): unknown {
  return isConcurrent(value) ? value[concurrentMark].original : undefined;
}

export function isConcurrent(value: unknown): value is ConcurrentTarget {
  return typeof value === 'function' && concurrentMark in value;
}

/** Takes anything: callers in plain JavaScript have no types to hold them. */
function splitSpec(spec: unknown): { module: string; exportName: string | undefined } {
  if (typeof spec === 'string') {
    const hash = spec.lastIndexOf('#');
    return hash < 0
      ? { module: spec, exportName: undefined }
      : { module: spec.slice(0, hash), exportName: spec.slice(hash + 1) };
  }
  if (isConcurrent(spec)) return { module: spec[concurrentMark].module, exportName: spec[concurrentMark].export };
  if (typeof spec === 'function') {
    throw new TypeError(
      'A plain function cannot be a target: another process has no access to its variables. Export it from a module and name it as "module#export", or wrap it with concurrent().',
    );
  }
  if (isNamed(spec)) return { module: spec.module, exportName: spec.export };
  throw new TypeError(
    'A target is "module#export", { module, export }, "builtin:name", or a function made by concurrent().',
  );
}

function isNamed(spec: unknown): spec is { readonly module: string; readonly export: string } {
  if (typeof spec !== 'object' || spec === null) return false;
  const { module, export: exportName } = spec as { module?: unknown; export?: unknown };
  return typeof module === 'string' && typeof exportName === 'string';
}

function locateModule(module: string, from: string | undefined): string {
  if (module.startsWith('file:')) return fileURLToPath(module);
  if (isAbsolute(module)) return module;
  const base = from?.startsWith('file:') ? fileURLToPath(from) : from;
  if (/^\.{1,2}[\\/]/.test(module)) {
    if (base === undefined) {
      throw new TypeError(
        `The target module ${JSON.stringify(module)} is relative, and options.from does not say to what. Pass from: __filename or import.meta.url.`,
      );
    }
    return resolve(dirname(base), module);
  }
  try {
    return createRequire(base ?? join(process.cwd(), 'index.js')).resolve(module);
  } catch (error) {
    throw new TargetNotFoundError(
      `The package ${JSON.stringify(module)} cannot be found from ${base ?? process.cwd()}. Install it there, or give a path that begins with "./" or "/".`,
      {
        cause: error,
      },
    );
  }
}

/** The URL of a version of a file: a changed file is another module, so it is loaded again. */
export function versionedUrl(path: string, version: string): string {
  const url = pathToFileURL(path);
  url.searchParams.set('v', version);
  return url.href;
}

/** What a job is called that is given no label. */
export function describeTarget(target: TargetSpec): string {
  if (typeof target === 'string') return target;
  return 'module' in target ? `${target.module}#${target.export}` : 'concurrent function';
}
