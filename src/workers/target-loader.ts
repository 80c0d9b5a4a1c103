import { realpathSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { toErrorInfo } from '../core/error-info';
import { TargetLoadError, TargetNotFoundError } from '../core/errors';
import { concurrentTarget, execUrl } from '../core/targets/target-spec';
import type { ResolvedTarget } from '../shared/worker-protocol';

/** A target as the engine calls it. What it takes and gives is the user's business, hence `unknown`. */
export type TargetFunction = (...args: readonly unknown[]) => unknown;

const loaded = new Map<string, TargetFunction>();

/** Whether {@link loadTarget} has nothing more to load for it. */
export function isLoaded(target: ResolvedTarget): boolean {
  return loaded.has(keyOf(target));
}

/**
 * The function that a resolved target names. A module is loaded once per version of its file.
 *
 * @throws TargetNotFoundError when the module or the export is not there
 * @throws TargetLoadError when the module is there but fails to load
 */
export async function loadTarget(target: ResolvedTarget): Promise<TargetFunction> {
  const key = keyOf(target);
  const cached = loaded.get(key);
  if (cached) return cached;
  const found = await findTarget(target);
  loaded.set(key, found);
  return found;
}

function keyOf(target: ResolvedTarget): string {
  return `${target.url}#${target.exportName}`;
}

async function findTarget(target: ResolvedTarget): Promise<TargetFunction> {
  if (target.url === execUrl) return (await import('./exec-target')).execTarget;
  if (target.url.startsWith('builtin:')) return findBuiltin(target);
  return findExport(await importModule(target), target);
}

async function findBuiltin(target: ResolvedTarget): Promise<TargetFunction> {
  // Only when one is wanted: what they are made of takes a thread longer to load than all the rest of it.
  const { builtinTargets } = await import('./targets/index');
  const name = target.url.slice('builtin:'.length);
  const definition = builtinTargets.get(name);
  if (!definition) {
    throw new TargetNotFoundError(
      `There is no built-in target "${name}". There are: ${[...builtinTargets.keys()].join(', ')}.`,
    );
  }
  const { run, combine } = definition;
  const callable: TargetFunction =
    target.exportName === 'run.combine'
      ? (proc, parts, args) => combine(proc as never, parts as never, args)
      : (proc, args) => run(proc as never, args);
  return target.exportName === 'run.combine' ? callable : Object.assign(callable, { combine });
}

async function importModule(target: ResolvedTarget): Promise<object> {
  const path = fileURLToPath(target.url);
  try {
    statSync(path);
  } catch (error) {
    throw new TargetNotFoundError(`The module of target ${target.label} is not there: ${path}`, { cause: error });
  }
  forgetCommonJs(path);
  try {
    return (await import(/* @vite-ignore */ target.url)) as object;
  } catch (error) {
    const info = toErrorInfo(error);
    throw new TargetLoadError(`The module of target ${target.label} cannot be loaded: ${info.name}: ${info.message}`, {
      cause: error,
    });
  }
}

/** Node keeps CommonJS modules by their path, whatever version the URL asks for. */
function forgetCommonJs(path: string): void {
  const { cache } = createRequire(path);
  const real = realpathSync(path);
  for (const name of [path, real]) Reflect.deleteProperty(cache, name);
}

/** Looks an export up; dots go into properties (`fn.combine`). CommonJS modules also offer theirs through `default`. */
function findExport(module: object, target: ResolvedTarget): TargetFunction {
  const path = target.exportName.split('.');
  const inDefault = 'default' in module && isContainer(module.default) ? follow(module.default, path) : undefined;
  const found = follow(module, path) ?? inDefault;
  const inner = concurrentTarget(found) ?? found;
  if (typeof inner === 'function') return inner as TargetFunction;
  const exports = Object.keys(module).filter(
    (name) => name !== 'default' && name !== '__esModule' && name !== 'module.exports',
  );
  const offered = exports.length > 0 ? `It exports: ${exports.join(', ')}.` : 'It exports nothing.';
  const what =
    found === undefined
      ? `has no export "${target.exportName}"`
      : `exports "${target.exportName}", but it is not a function`;
  throw new TargetNotFoundError(`The module of target ${target.label} ${what}. ${offered}`);
}

function follow(container: object, path: readonly string[]): unknown {
  let value: unknown = container;
  for (const name of path) {
    if (!isContainer(value) || !Object.hasOwn(value, name)) return undefined;
    value = (value as Record<string, unknown>)[name];
  }
  return value;
}

function isContainer(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}
