import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { reviveError, toErrorInfo } from '../../../src/core/error-info';
import { BarrierBrokenError, JobCancelledError, ProcessionError, WorkerDiedError } from '../../../src/core/errors';

class MeshError extends Error {
  readonly code: string;
  constructor(code: string, detail: string) {
    super(`Mesh: ${detail}`);
    this.code = code;
  }
}

class ShapeError extends TypeError {}

/** What arrives on the other side. */
const across = (thrown: unknown): Error => reviveError(structuredClone(toErrorInfo(thrown)));

describe('toErrorInfo', () => {
  it('tells class, message, code and stack', () => {
    const error = new MeshError('ERR_MESH', 'not closed');
    expect(toErrorInfo(error)).toEqual({
      name: 'MeshError',
      message: 'Mesh: not closed',
      code: 'ERR_MESH',
      stack: error.stack,
    });
  });

  it('tells the class of one that never set its name, whatever it extends', () => {
    expect(toErrorInfo(new ShapeError('flat')).name).toBe('ShapeError');
    expect(toErrorInfo(new (class extends Error {})('no name')).name).toBe('Error');
    expect(toErrorInfo(new RangeError('far')).name).toBe('RangeError');
  });

  it('tells the name that an error gave itself', () => {
    expect(toErrorInfo(Object.assign(new Error('x'), { name: 'Custom' })).name).toBe('Custom');
    expect(toErrorInfo(Object.assign(new ShapeError('x'), { name: 'TypeError' })).name).toBe('TypeError');
    expect(toErrorInfo(new DOMException('stop', 'AbortError')).name).toBe('AbortError');
  });

  it('tells a numeric code as text and leaves other codes out', () => {
    expect(toErrorInfo(Object.assign(new Error('x'), { code: 7 })).code).toBe('7');
    expect(toErrorInfo(Object.assign(new Error('x'), { code: { deep: 1 } }))).not.toHaveProperty('code');
  });

  it('tells the chain of causes, also those that are no errors', () => {
    const error = new Error('outer', { cause: new MeshError('ERR_MESH', 'torn') });
    expect(toErrorInfo(error)).toMatchObject({ cause: { name: 'MeshError', message: 'Mesh: torn', code: 'ERR_MESH' } });
    expect(toErrorInfo(new Error('outer', { cause: 'text' })).cause).toEqual({
      name: 'NonError',
      message: '"text" was thrown, which is not an Error.',
    });
  });

  it('keeps what a program ended with', () => {
    const error = Object.assign(new Error('git failed'), { exitCode: 128 });
    expect(toErrorInfo(error).exitCode).toBe(128);
    expect(reviveError(toErrorInfo(error))).toMatchObject({ message: 'git failed', exitCode: 128 });
    expect(toErrorInfo(Object.assign(new Error(''), { exitCode: 'many' }))).not.toHaveProperty('exitCode');
  });

  it('ends with a chain of causes that goes in a circle', () => {
    const error = new Error('round');
    error.cause = error;
    let depth = 0;
    for (let info = toErrorInfo(error).cause; info; info = info.cause) depth += 1;
    expect(depth).toBe(8);
  });

  it('takes an error of another realm for an error', () => {
    const foreign: unknown = runInNewContext('new RangeError("far")');
    expect(foreign instanceof Error).toBe(false);
    expect(toErrorInfo(foreign)).toMatchObject({ name: 'RangeError', message: 'far' });
  });

  it.each([
    ['undefined', undefined],
    ['null', null],
    ['42', 42],
    ['7n', 7n],
    ['"text"', 'text'],
    ['Symbol(s)', Symbol('s')],
    ['{"a":1}', { a: 1 }],
    ['[object Object]', { big: 1n }],
  ])('says that %s was thrown, which is not an Error', (text, thrown) => {
    expect(toErrorInfo(thrown)).toEqual({ name: 'NonError', message: `${text} was thrown, which is not an Error.` });
  });
});

describe('toErrorInfo never throws, and gives plain data', () => {
  const refuse = (): never => {
    throw new Error('a trap');
  };
  const trapped = new Proxy(new Error('x'), { get: refuse, getPrototypeOf: refuse, has: refuse, ownKeys: refuse });
  const revoked = Proxy.revocable({}, {});
  revoked.revoke();
  const throwingGetters = Object.defineProperties(new Error('seen'), {
    code: { get: refuse },
    cause: { get: refuse },
    stack: { get: refuse },
  });
  const oddMessage = Object.defineProperty(new Error('x'), 'message', { value: { toString: refuse } });
  class Odd extends Error {}
  Object.defineProperty(Odd, 'name', { value: () => 'a function' });

  it.each([
    ['a proxy with throwing traps', trapped],
    ['a revoked proxy', revoked.proxy],
    ['an error with throwing getters', throwingGetters],
    ['a message that cannot be a text', oddMessage],
    ['an object that cannot be a text', { toJSON: refuse, toString: refuse }],
    ['an object without a prototype', Object.create(null)],
    ['a class whose name is a function', new Odd('odd')],
    ['a name that is a symbol', Object.assign(new Error('x'), { name: Symbol('n') })],
    ['a function', refuse],
  ])('for %s', (_, thrown: unknown) => {
    const info = toErrorInfo(thrown);
    expect(structuredClone(info)).toEqual(info);
    expect(typeof info.name).toBe('string');
    expect(typeof info.message).toBe('string');
    expect(across(thrown)).toBeInstanceOf(Error);
  });

  it('and keeps what can be read', () => {
    expect(toErrorInfo(throwingGetters)).toEqual({ name: 'Error', message: 'seen' });
  });

  it('and keeps a message of something huge within bounds', () => {
    expect(toErrorInfo({ text: 'x'.repeat(1_000_000) }).message.length).toBeLessThan(2000);
  });
});

describe('an error that crosses to another process', () => {
  it.each([
    ['TypeError', new TypeError('m'), TypeError],
    ['RangeError', new RangeError('m'), RangeError],
    ['SyntaxError', new SyntaxError('m'), SyntaxError],
    ['Error', new Error('m'), Error],
    ['WorkerDiedError', new WorkerDiedError('m'), WorkerDiedError],
    ['JobCancelledError', new JobCancelledError('m'), JobCancelledError],
    ['BarrierBrokenError', new BarrierBrokenError('m'), BarrierBrokenError],
  ])('comes back as %s', (name, error, type) => {
    const back = across(error);
    expect(Object.getPrototypeOf(back)).toBe(type.prototype);
    expect([back.name, back.message]).toEqual([name, 'm']);
  });

  it("keeps the code of the engine's own classes", () => {
    expect(across(new WorkerDiedError('m'))).toMatchObject({ code: 'ERR_WORKER_DIED' });
    expect(across(new WorkerDiedError('m'))).toBeInstanceOf(ProcessionError);
  });

  it('keeps name, message, code, cause and the remote stack of a class that this side does not know', () => {
    const error = new MeshError('ERR_MESH', 'not closed');
    error.cause = new RangeError('far', { cause: 42 });
    const back = across(error);
    expect(back).toMatchObject({ name: 'MeshError', message: 'Mesh: not closed', code: 'ERR_MESH' });
    expect(back.stack).toBe(error.stack);
    expect(back.cause).toBeInstanceOf(RangeError);
    expect((back.cause as Error).cause).toMatchObject({ message: '42 was thrown, which is not an Error.' });
    expect(String(back)).toBe('MeshError: Mesh: not closed');
  });

  it('is an error also when undefined was thrown', () => {
    expect(across(undefined)).toBeInstanceOf(Error);
    expect(across(undefined).message).toBe('undefined was thrown, which is not an Error.');
  });

  it('is not misled by names of what every object has', () => {
    expect(reviveError({ name: 'constructor', message: 'm' })).toMatchObject({ name: 'constructor', message: 'm' });
    expect(reviveError({ name: '__proto__', message: 'm' })).toBeInstanceOf(Error);
  });

  it('is told again as it was', () => {
    for (const thrown of [new MeshError('E', 'x'), new ShapeError('y'), new WorkerDiedError('z'), 42]) {
      const info = toErrorInfo(thrown);
      expect(toErrorInfo(reviveError(info))).toMatchObject(info);
    }
  });
});
