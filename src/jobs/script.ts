import { existsSync } from 'node:fs';
import { basename, extname } from 'node:path';
import type { BuildFailure, Message } from 'esbuild';
import { toErrorInfo } from '../core/error-info';
import { ProcessionError } from '../core/errors';
import type { ProcessServer } from '../core/process-server';
import { findOwnPackage, type ModuleBundler } from '../core/targets/module-bundler';
import type { Task } from '../core/tasks/task';
import type { Problem } from './problem';

/**
 * The scripted form of a job file: a module that uses the engine by itself.
 *
 *   export default async (server, { args, signal, task }) => { … }
 */
export type ScriptFunction = (server: ProcessServer, context: ScriptContext) => unknown;

export interface ScriptContext {
  /** What was given on the command line, as `--arg name=value`. */
  readonly args: Readonly<Record<string, unknown>>;
  /** Aborted when the script is to end: by a Ctrl-C, or when it is cancelled. */
  readonly signal: AbortSignal;
  /** Shows how far the script is. It is cancelled when `signal` is aborted, and with it jobs that were given it. */
  readonly task: Task;
}

/** A script that cannot be run: it is not there, does not load, or has no default function. */
export class ScriptError extends ProcessionError {
  constructor(message: string, options?: ErrorOptions) {
    super('ERR_SCRIPT', message, options);
  }
}

const scriptExtensions: ReadonlySet<string> = new Set(['.mjs', '.ts', '.mts']);

/** Whether a path is named like a script. */
export function isScriptName(path: string): boolean {
  return scriptExtensions.has(extname(path).toLowerCase());
}

/**
 * What is wrong with a script as far as it shows without running any of it: that it cannot be parsed, or has no
 * default export.
 *
 * @param path absolute
 * @param file the same as the person named it
 */
export async function checkScript(path: string, file: string): Promise<Problem[]> {
  const problem = (line: number, column: number, length: number, message: string): Problem => ({
    file,
    line,
    column,
    length: Math.max(1, length),
    code: 'E215',
    message,
  });
  const { build } = await import('esbuild');
  try {
    // Only this one file: what it imports is looked for when it is run.
    const { metafile } = await build({
      entryPoints: [path],
      bundle: false,
      write: false,
      metafile: true,
      format: 'esm',
      outdir: '.',
      logLevel: 'silent',
    });
    const exported = Object.values(metafile.outputs).flatMap(({ exports }) => exports);
    return exported.includes('default') ? [] : [problem(1, 1, 1, noDefault)];
  } catch (error) {
    const { errors = [] } = error as Partial<BuildFailure>;
    if (errors.length === 0) throw error;
    return errors.map(({ text, location }: Message) =>
      problem(location?.line ?? 1, (location?.column ?? 0) + 1, location?.length ?? 1, `${text.replace(/\.$/, '')}.`),
    );
  }
}

const noDefault =
  'The script exports no default function; write export default async (server, { args, signal, task }) => { … }.';

/**
 * Loads a script into this process, which runs what stands at its top level. Call it only for what is trusted.
 * TypeScript is bundled first; errors in it show the lines that the person wrote.
 *
 * @param path absolute
 * @throws ScriptError
 */
export async function loadScript(path: string, bundler: ModuleBundler): Promise<ScriptFunction> {
  const name = basename(path);
  if (!existsSync(path)) throw new ScriptError(`The script ${path} is not there.`);
  const [fault] = await checkScript(path, path);
  if (fault) throw new ScriptError(`${path}:${fault.line}:${fault.column}: ${fault.message}`);
  // Where Procession is not installed, Node itself would not find it.
  const isAlone = findOwnPackage(path) === undefined;
  const url = await compile(path, name, isAlone, bundler);
  if (url === undefined) throw new ScriptError(`The script ${path} is no file.`);
  process.setSourceMapsEnabled(true);
  const loaded = await importModule(url, name);
  const script: unknown = 'default' in loaded ? loaded.default : undefined;
  if (typeof script !== 'function')
    throw new ScriptError(`The default export of ${name} must be a function, not ${describe(script)}.`);
  return script as ScriptFunction;
}

async function compile(
  path: string,
  name: string,
  bundleAll: boolean,
  bundler: ModuleBundler,
): Promise<string | undefined> {
  try {
    return await bundler.urlOf(path, `The script ${name}`, bundleAll);
  } catch (error) {
    throw new ScriptError(toErrorInfo(error).message, { cause: error });
  }
}

async function importModule(url: string, name: string): Promise<object> {
  try {
    return (await import(/* @vite-ignore */ url)) as object;
  } catch (error) {
    const info = toErrorInfo(error);
    throw new ScriptError(`The script ${name} cannot be loaded: ${info.name}: ${info.message}`, { cause: error });
  }
}

function describe(value: unknown): string {
  return value === null ? 'null' : Array.isArray(value) ? 'a list' : typeof value;
}
