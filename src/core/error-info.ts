import { inspect } from 'node:util';
import type { ErrorInfo } from '../shared/engine-info';
import { CommandFailedError, engineErrorClass } from './errors';

const maxCauses = 8;
/** Of something that was thrown and is no error, in characters. */
const longestDescription = 1000;

/**
 * Makes plain data of whatever was thrown. Never throws itself, whatever getters or proxies the value hides:
 * an error that cannot be told must not hang the job that raised it.
 */
export function toErrorInfo(thrown: unknown, depth = 0): ErrorInfo {
  try {
    if (isErrorLike(thrown)) {
      const code = read(thrown, 'code');
      const cause = read(thrown, 'cause');
      const stack = read(thrown, 'stack');
      const exitCode = read(thrown, 'exitCode');
      return {
        name: nameOf(thrown),
        message: textOf(read(thrown, 'message') ?? ''),
        ...(typeof code === 'string' || typeof code === 'number' ? { code: String(code) } : {}),
        ...(typeof stack === 'string' ? { stack } : {}),
        ...(cause !== undefined && depth < maxCauses ? { cause: toErrorInfo(cause, depth + 1) } : {}),
        ...(thrown instanceof CommandFailedError && thrown.result ? { command: thrown.result } : {}),
        ...(typeof exitCode === 'number' && Number.isInteger(exitCode) ? { exitCode } : {}),
      };
    }
    return { name: 'NonError', message: `${shorten(describeValue(thrown))} was thrown, which is not an Error.` };
  } catch {
    return { name: 'Error', message: 'Something was thrown that cannot be described.' };
  }
}

/**
 * Rebuilds an error on this side. JavaScript's own classes and the engine's come back as themselves; any other
 * class comes back as an `Error` that carries its name, message, code, cause and the remote stack.
 */
export function reviveError(info: ErrorInfo): Error {
  const options = info.cause === undefined ? undefined : { cause: reviveError(info.cause) };
  const EngineError = engineErrorClass(info.name);
  const engineOptions = info.command ? { ...options, result: info.command } : options;
  const error = EngineError ? new EngineError(info.message, engineOptions) : reviveForeign(info, options);
  if (info.exitCode !== undefined)
    Object.defineProperty(error, 'exitCode', {
      value: info.exitCode,
      configurable: true,
      enumerable: true,
      writable: true,
    });
  if (info.stack !== undefined)
    Object.defineProperty(error, 'stack', { value: info.stack, configurable: true, writable: true });
  return error;
}

const standardErrors: Readonly<Record<string, ErrorConstructor>> = {
  Error,
  EvalError,
  RangeError,
  ReferenceError,
  SyntaxError,
  TypeError,
  URIError,
};

function reviveForeign(info: ErrorInfo, options: ErrorOptions | undefined): Error {
  const Standard = Object.hasOwn(standardErrors, info.name) ? standardErrors[info.name] : undefined;
  const error = new (Standard ?? Error)(info.message, options);
  if (error.name !== info.name)
    Object.defineProperty(error, 'name', { value: info.name, configurable: true, writable: true });
  if (info.code !== undefined)
    Object.defineProperty(error, 'code', { value: info.code, configurable: true, enumerable: true, writable: true });
  return error;
}

/** Errors of other realms (a `vm` context, a jest-like sandbox) are errors too, so `instanceof` is not enough. */
function isErrorLike(value: unknown): value is object {
  if (value instanceof Error) return true;
  return typeof value === 'object' && value !== null && Object.prototype.toString.call(value) === '[object Error]';
}

/** The class as a person wrote it: a custom class that never set `name` still is told by its constructor. */
function nameOf(error: object): string {
  const name = read(error, 'name');
  const constructor = read(error, 'constructor');
  const className: unknown = typeof constructor === 'function' ? constructor.name : undefined;
  const isInherited = typeof name === 'string' && Object.hasOwn(standardErrors, name) && !Object.hasOwn(error, 'name');
  const names = isInherited ? [className, name] : [name, className];
  return names.find((candidate): candidate is string => typeof candidate === 'string' && candidate !== '') ?? 'Error';
}

function read(object: object, key: string): unknown {
  try {
    return (object as Record<string, unknown>)[key];
  } catch {
    return undefined;
  }
}

function describeValue(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'object' && value !== null) {
    try {
      // undefined for an object whose toJSON gives undefined, whatever the type says.
      const text = JSON.stringify(value) as string | undefined;
      return text ?? Object.prototype.toString.call(value);
    } catch {
      return Object.prototype.toString.call(value);
    }
  }
  return inspect(value);
}

/** A message as text, whatever it is. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return value === undefined || value === null ? '' : inspect(value);
}

function shorten(text: string): string {
  return text.length > longestDescription ? `${text.slice(0, longestDescription)}…` : text;
}
