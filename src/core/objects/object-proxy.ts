declare const served: unique symbol;

let nextId = 1;

/**
 * Stands for an object of the server among the arguments of a job; see `ObjectServer.getProxy`. It can be passed at
 * any depth. Here it has no methods: the target gets a {@link RemoteObject} in its place.
 */
export class ObjectProxy<T extends object = object> extends DataView<ArrayBuffer> {
  /** @hidden */
  declare readonly [served]: T;
  /** @internal */
  readonly id: number;

  /** @internal Made by `ObjectServer.getProxy`. */
  constructor() {
    // A view is what the serialiser asks about wherever it meets one, which saves a search through every argument.
    super(new ArrayBuffer(0));
    this.id = nextId++;
  }
}

export function isObjectProxy(value: unknown): value is ObjectProxy {
  return value instanceof ObjectProxy;
}

/**
 * What a target gets in the place of a proxy: the methods of the server's object. Each call blocks until the object
 * has answered; promises are awaited there. Properties that are not methods cannot be read.
 */
export type RemoteObject<T extends object> = {
  readonly [K in keyof T as T[K] extends (...args: never[]) => unknown ? K : never]: T[K] extends (
    ...args: infer A
  ) => infer R
    ? (...args: A) => Awaited<R>
    : never;
};
