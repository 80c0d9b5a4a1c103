import { decodeValue, encodeValue } from '../core/data/serialize';
import { reviveError } from '../core/error-info';
import { JobCancelledError } from '../core/errors';
import type { CallReply, InvokeRequest } from '../shared/worker-protocol';

/**
 * What a target gets for the proxy of a server's object. Every name is a method, since what there is only the server
 * knows; `then` is not, or an `await` would take it for a promise.
 *
 * @param id the object
 * @param call asks the server and sleeps until the answer is there; undefined when the run is cancelled meanwhile
 */
export function remoteObject(id: number, call: (request: InvokeRequest) => CallReply | undefined): object {
  const methods = new Map<string, (...args: unknown[]) => unknown>();
  const makeMethod =
    (method: string) =>
    (...args: unknown[]): unknown => {
      const payload = args.length === 0 ? undefined : encodeValue(args, `${method}(…)`);
      const reply = call({ op: 'invoke', object: id, method, payload });
      if (!reply) throw new JobCancelledError('The job was cancelled.');
      if (!reply.ok) throw reviveError(reply.error);
      return reply.value === undefined ? undefined : decodeValue(reply.value);
    };
  return new Proxy(Object.freeze(Object.create(null) as object), {
    get(_target, name) {
      if (typeof name !== 'string' || name === 'then') return undefined;
      const method = methods.get(name) ?? makeMethod(name);
      methods.set(name, method);
      return method;
    },
  });
}
