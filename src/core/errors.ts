import type { CommandResult } from '../shared/command';

/** Base of every error that the engine itself raises. `code` is stable; messages may improve. */
export class ProcessionError extends Error {
  /** Which error it is, for programs: `ERR_WORKER_DIED` for example. */
  readonly code: string;

  /**
   * @param code stable name of the error
   * @param message what happened to what, and what to do
   * @param options `cause`: the error that led to it
   */
  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.name = new.target.name;
  }
}

/** The target's module does not exist, or it has no such export, or the export is not a function. */
export class TargetNotFoundError extends ProcessionError {
  constructor(message: string, options?: ErrorOptions) {
    super('ERR_TARGET_NOT_FOUND', message, options);
  }
}

/** The target's module is there but cannot be loaded: a syntax error, a missing import, an exception or a death at load. */
export class TargetLoadError extends ProcessionError {
  constructor(message: string, options?: ErrorOptions) {
    super('ERR_TARGET_LOAD', message, options);
  }
}

/** A rank's process or compute thread ended before it had given its result. */
export class WorkerDiedError extends ProcessionError {
  constructor(message: string, options?: ErrorOptions) {
    super('ERR_WORKER_DIED', message, options);
  }
}

/** A rank needed more memory than it may use. */
export class OutOfMemoryError extends ProcessionError {
  constructor(message: string, options?: ErrorOptions) {
    super('ERR_OUT_OF_MEMORY', message, options);
  }
}

/** The job was cancelled. */
export class JobCancelledError extends ProcessionError {
  constructor(message: string, options?: ErrorOptions) {
    super('ERR_JOB_CANCELLED', message, options);
  }
}

/** The job took longer than its `timeoutMs`, counted from its start. */
export class JobTimeoutError extends ProcessionError {
  constructor(message: string, options?: ErrorOptions) {
    super('ERR_JOB_TIMEOUT', message, options);
  }
}

/** Stands in the place of an item's value that was not worked on, on purpose: its job was finished early, or it was skipped. */
export class ItemSkippedError extends ProcessionError {
  constructor(message: string, options?: ErrorOptions) {
    super('ERR_ITEM_SKIPPED', message, options);
  }
}

/** The server was stopped before the job could finish, or is stopped already. */
export class ServerStoppedError extends ProcessionError {
  constructor(message = 'The server has been stopped.', options?: ErrorOptions) {
    super('ERR_SERVER_STOPPED', message, options);
  }
}

/** Thrown by `sync()` and `shareObject()` when another rank of the job has failed: look at that rank's error. */
export class SiblingError extends ProcessionError {
  constructor(message: string, options?: ErrorOptions) {
    super('ERR_SIBLING_FAILED', message, options);
  }
}

/** Thrown by `sync()` and `shareObject()` when the ranks can no longer all meet, though none of them failed. */
export class BarrierBrokenError extends ProcessionError {
  constructor(message: string, options?: ErrorOptions) {
    super('ERR_BARRIER_BROKEN', message, options);
  }
}

/** An argument, a shared object or a result that cannot be sent to another process; the message names its path. */
export class SerializationError extends ProcessionError {
  constructor(message: string, options?: ErrorOptions) {
    super('ERR_NOT_SERIALIZABLE', message, options);
  }
}

/** What a rank returned or emitted is too large to be read without holding the server up. */
export class ResultTooLargeError extends ProcessionError {
  constructor(message: string, options?: ErrorOptions) {
    super('ERR_RESULT_TOO_LARGE', message, options);
  }
}

/** A job that waited has more ranks than the server has processes since it was resized, and its arguments were cut for them. */
export class PoolTooSmallError extends ProcessionError {
  constructor(message: string, options?: ErrorOptions) {
    super('ERR_POOL_TOO_SMALL', message, options);
  }
}

/** A method of a server's object could not be called: there is none of that name, or the object has been released. */
export class ObjectProxyError extends ProcessionError {
  constructor(message: string, options?: ErrorOptions) {
    super('ERR_OBJECT_PROXY', message, options);
  }
}

/** A target tried to start a job of its own. */
export class NestedCallError extends ProcessionError {
  constructor(message: string, options?: ErrorOptions) {
    super('ERR_NESTED_CALL', message, options);
  }
}

/** A job was to run on the global server, and there is none. */
export class NoServerError extends ProcessionError {
  constructor(message = 'There is no global server: call ProcessServer.createGlobalServer() first.') {
    super('ERR_NO_SERVER', message);
  }
}

/** Something that a target has left behind used its `proc`, or a proxy, when its job was over. */
export class JobEndedError extends ProcessionError {
  constructor(message: string, options?: ErrorOptions) {
    super('ERR_JOB_ENDED', message, options);
  }
}

/** The program of a command, or its working folder, is not there or cannot be used. */
export class CommandStartError extends ProcessionError {
  constructor(message: string, options?: ErrorOptions) {
    super('ERR_COMMAND_START', message, options);
  }
}

/** A command ended with another exit code than 0, or by a signal. */
export class CommandFailedError extends ProcessionError {
  /** How it ended, and what it wrote. */
  readonly result: CommandResult | undefined;
  /** Its exit code; undefined when a signal ended it. */
  readonly exitCode: number | undefined;

  constructor(message: string, { result, ...options }: ErrorOptions & { readonly result?: CommandResult } = {}) {
    super('ERR_COMMAND_FAILED', message, options);
    this.result = result;
    this.exitCode = result?.exitCode ?? undefined;
  }
}

/** The file that a command was to fill cannot be written, or was not. */
export class OutputFileError extends ProcessionError {
  constructor(message: string, options?: ErrorOptions) {
    super('ERR_OUTPUT', message, options);
  }
}

/** A Future was used against its rules, or was never going to be set. */
export class FutureError extends ProcessionError {
  constructor(message: string, options?: ErrorOptions) {
    super('ERR_FUTURE', message, options);
  }
}

const engineErrors = {
  TargetNotFoundError,
  TargetLoadError,
  WorkerDiedError,
  OutOfMemoryError,
  JobCancelledError,
  JobTimeoutError,
  ItemSkippedError,
  ServerStoppedError,
  SiblingError,
  BarrierBrokenError,
  SerializationError,
  ResultTooLargeError,
  PoolTooSmallError,
  ObjectProxyError,
  NestedCallError,
  NoServerError,
  JobEndedError,
  CommandStartError,
  CommandFailedError,
  OutputFileError,
  FutureError,
} as const;

/** The engine's error class of that name, if it is one. */
export function engineErrorClass(
  name: string,
): (new (message: string, options?: ErrorOptions) => ProcessionError) | undefined {
  return Object.hasOwn(engineErrors, name) ? engineErrors[name as keyof typeof engineErrors] : undefined;
}

/** What is looked at of a failure: its name and what led to it, whether as an Error or as plain data. */
interface Caused {
  readonly name: string;
  readonly cause?: unknown;
}

/**
 * The failure to blame among those of one job's ranks: the first that a rank made by itself; else a broken barrier,
 * which names the rank that left; a `SiblingError`, which only says that another rank failed, when there is nothing else.
 * What a target has wrapped around one of these two, as its cause, counts as what it is wrapped around.
 */
export function pickRootFailure<F>(failures: readonly F[], errorOf: (failure: F) => Caused): F | undefined {
  const sources = failures.map((failure) => sourceOf(errorOf(failure)));
  const first = (source: FailureSource): F | undefined => failures[sources.indexOf(source)];
  return first('own') ?? first('barrier') ?? first('sibling');
}

type FailureSource = 'own' | 'barrier' | 'sibling';

function sourceOf(error: Caused): FailureSource {
  let link: unknown = error;
  // A chain of causes may be a circle.
  for (const seen = new Set<unknown>(); isCaused(link) && !seen.has(link); link = link.cause) {
    if (link.name === 'SiblingError') return 'sibling';
    if (link.name === 'BarrierBrokenError') return 'barrier';
    seen.add(link);
  }
  return 'own';
}

function isCaused(value: unknown): value is Caused {
  return typeof value === 'object' && value !== null && 'name' in value && typeof value.name === 'string';
}
