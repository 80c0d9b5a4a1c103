import { ObjectProxyError } from '../errors';

type Method = (this: unknown, ...args: unknown[]) => unknown;

/**
 * The method of that name that a target may call: the object's own or one of its classes'.
 *
 * What every object has from `Object.prototype` is none of them, and neither is `constructor`: from there a target
 * would get at everything that the server's process can do. Accessors are not run.
 *
 * @throws ObjectProxyError when there is no such method
 */
export function findMethod(object: object, name: string): Method {
  if (name === 'constructor' || name === '__proto__') {
    throw new ObjectProxyError(`${name} cannot be called through a proxy.`);
  }
  for (const owner of owners(object)) {
    const property = Object.getOwnPropertyDescriptor(owner, name);
    if (!property) continue;
    if (typeof property.value === 'function') return property.value as Method;
    throw new ObjectProxyError(
      `${name} is a property. Only methods can be called through a proxy: give the object a method that returns it.`,
    );
  }
  const names = methodNames(object);
  const offered = names.length > 0 ? `It has: ${names.join(', ')}.` : 'It has none.';
  throw new ObjectProxyError(`The object has no method "${name}" that can be called through a proxy. ${offered}`);
}

function methodNames(object: object): string[] {
  const names = owners(object).flatMap((owner) =>
    Object.entries(Object.getOwnPropertyDescriptors(owner))
      .filter(([name, property]) => name !== 'constructor' && typeof property.value === 'function')
      .map(([name]) => name),
  );
  return [...new Set(names)].sort();
}

/** The object and its prototypes, without `Object.prototype`, also that of another realm. */
function owners(object: object): object[] {
  const found: object[] = [];
  for (let owner: object | null = object; owner; owner = Reflect.getPrototypeOf(owner)) {
    const isRoot = Reflect.getPrototypeOf(owner) === null && Object.hasOwn(owner, 'hasOwnProperty');
    if (!isRoot) found.push(owner);
  }
  return found;
}
