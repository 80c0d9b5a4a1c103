import type { CallReply, InvokeRequest } from '../../shared/worker-protocol';
import { decodeValue, encodeValue } from '../data/serialize';
import { toErrorInfo } from '../error-info';
import { ObjectProxyError } from '../errors';
import { CallQueue } from './call-queue';
import { findMethod } from './object-methods';
import { isObjectProxy, ObjectProxy } from './object-proxy';

interface ServedCall {
  readonly job: HeldObjects;
  readonly request: InvokeRequest;
  /** Whether the rank that called still waits for the answer. */
  readonly isWanted: () => boolean;
  readonly reply: (reply: CallReply) => void;
  /** The method has returned a promise, which is waited for. */
  isPending: boolean;
}

interface ServedObject {
  readonly object: object;
  readonly proxy: ObjectProxy;
  readonly queue: CallQueue<ServedCall>;
  isReleased: boolean;
  /** How many jobs hold the proxy. */
  holders: number;
}

/**
 * Lets targets call methods of objects that live on the server.
 *
 * ```ts
 * const counter = server.objServer.getProxy(new Counter());
 * await server.callProcessFunc(100, 0, null, './work.mjs#count', [counter]);
 * ```
 *
 * In the target the argument has the object's methods, which are called like any other: `counter.add(3)` blocks the
 * rank, runs on the server's object and gives what it returns. Promises are awaited on the server. An exception
 * arrives as one, with its class, message, code and cause. Arguments and results are copied.
 *
 * ```text
 * rank ── invoke ──► job that passed the proxy ──► queue of the object ──► method ── answer ──► rank
 * ```
 *
 * Calls of one object run one at a time, in the order in which they come, whichever ranks and jobs they are from; so
 * a method must not wait for a job that calls the same object. A promise is waited for until it settles or its caller
 * is gone; then the calls behind it have their turn. Only methods can be called: the object's own and those
 * of its classes, but not `constructor` and not what every object inherits from `Object.prototype`.
 *
 * A rank can reach only objects that were passed to its own job. The server holds an object for as long as a job that
 * got its proxy waits or runs, and no longer.
 */
export class ObjectServer {
  readonly #byObject = new WeakMap<object, ServedObject>();
  readonly #byProxy = new WeakMap<ObjectProxy, ServedObject>();
  readonly #held = new Set<ServedObject>();

  /** How many objects are held by jobs that wait or run. */
  get size(): number {
    return this.#held.size;
  }

  /**
   * The proxy of an object, to be passed as an argument of a job of this server. The same object always has the same
   * proxy, until it is released.
   *
   * @throws TypeError when it is not an object
   */
  getProxy<T extends object>(object: T): ObjectProxy<T> {
    if (typeof object !== 'object' || (object as unknown) === null || isObjectProxy(object)) {
      throw new TypeError('getProxy takes an object with methods.');
    }
    let entry = this.#byObject.get(object);
    if (!entry) {
      entry = { object, proxy: new ObjectProxy(), queue: new CallQueue(), isReleased: false, holders: 0 };
      this.#byObject.set(object, entry);
      this.#byProxy.set(entry.proxy, entry);
    }
    return entry.proxy as ObjectProxy<T>;
  }

  /**
   * Ends the service of an object at once, also for jobs that run: their calls fail with {@link ObjectProxyError}.
   * Not needed to free memory.
   *
   * @param object the object, or its proxy
   * @returns whether it was served
   */
  release(object: object): boolean {
    const entry = isObjectProxy(object) ? this.#byProxy.get(object) : this.#byObject.get(object);
    if (!entry || entry.isReleased) return false;
    entry.isReleased = true;
    this.#byObject.delete(entry.object);
    for (const call of entry.queue.drop(() => true)) call.reply(refuse(releasedError()));
    return true;
  }

  /**
   * The objects whose proxies a job was given.
   *
   * @internal
   * @throws TypeError when a proxy is not of this server or has been released
   */
  hold(proxies: Iterable<ObjectProxy>): HeldObjects {
    const objects = new Map<number, ServedObject>();
    for (const proxy of proxies) {
      const entry = this.#byProxy.get(proxy);
      if (!entry)
        throw new TypeError('An argument is the proxy of an object of another server. Make one with this one.');
      if (entry.isReleased) throw new TypeError('An argument is the proxy of an object that has been released.');
      objects.set(proxy.id, entry);
    }
    for (const entry of objects.values()) {
      entry.holders += 1;
      this.#held.add(entry);
    }
    return new HeldObjects(objects, (entry) => {
      entry.holders -= 1;
      if (entry.holders === 0) this.#held.delete(entry);
    });
  }
}

/** What the ranks of one job may call, for as long as the job waits or runs. */
export class HeldObjects {
  readonly #objects: Map<number, ServedObject>;
  readonly #letGo: (entry: ServedObject) => void;

  constructor(objects: Map<number, ServedObject>, letGo: (entry: ServedObject) => void) {
    this.#objects = objects;
    this.#letGo = letGo;
  }

  /** A rank calls a method. Its answer comes when the calls before it have been answered. */
  call(request: InvokeRequest, isWanted: () => boolean, reply: (reply: CallReply) => void): void {
    const entry = this.#objects.get(request.object);
    if (!entry || entry.isReleased) reply(refuse(entry ? releasedError() : strangerError()));
    else run(entry, entry.queue.enter({ job: this, request, isWanted, reply, isPending: false }));
  }

  /**
   * A rank of the job has ended. The call that it waited for is not waited for by others any longer: a method that never
   * settles holds its object up only for as long as its caller is there.
   */
  rankEnded(): void {
    for (const entry of this.#objects.values()) passOn(entry, (call) => call.job === this && !call.isWanted());
  }

  /** The job has ended. What its ranks still wanted is not run. */
  release(): void {
    for (const entry of this.#objects.values()) {
      passOn(entry, (call) => call.job === this);
      this.#letGo(entry);
    }
    this.#objects.clear();
  }
}

/** For jobs without a proxy among their arguments. */
export const noObjects = new HeldObjects(new Map(), () => undefined);

/** Takes out the calls that nobody wants, and goes on behind the one that is waited for when it is one of them. */
function passOn(entry: ServedObject, isUnwanted: (call: ServedCall) => boolean): void {
  entry.queue.drop(isUnwanted);
  const { running } = entry.queue;
  if (running?.isPending && isUnwanted(running)) run(entry, entry.queue.leave(running));
}

/** Runs a call, and those that wait behind it until one takes its time. */
function run(entry: ServedObject, first: ServedCall | undefined): void {
  for (let call = first; call; call = entry.queue.leave(call)) {
    if (!call.isWanted()) continue;
    const current = call;
    const { request, reply } = current;
    const answer = (value: unknown): void => reply(encodeAnswer(request.method, value));
    try {
      const args = request.payload === undefined ? [] : (decodeValue(request.payload) as unknown[]);
      const value: unknown = Reflect.apply(findMethod(entry.object, request.method), entry.object, args);
      if (isThenable(value)) {
        current.isPending = true;
        void Promise.resolve(value)
          .then(answer, (error: unknown) => reply(refuse(error)))
          .then(() => run(entry, entry.queue.leave(current)));
        return;
      }
      answer(value);
    } catch (error) {
      reply(refuse(error));
    }
  }
}

function encodeAnswer(method: string, value: unknown): CallReply {
  if (value === undefined) return { ok: true, entries: [] };
  try {
    return { ok: true, entries: [], value: encodeValue(value, `the result of ${method}()`) };
  } catch (error) {
    return refuse(error);
  }
}

function refuse(error: unknown): CallReply {
  return { ok: false, error: toErrorInfo(error) };
}

function releasedError(): Error {
  return new ObjectProxyError('The object has been released by its server.');
}

function strangerError(): Error {
  return new ObjectProxyError('This proxy was not passed to the job that uses it. Pass it as an argument of the job.');
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
