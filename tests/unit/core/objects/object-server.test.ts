import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { decodeValue, encodeValue } from '../../../../src/core/data/serialize';
import { findMethod } from '../../../../src/core/objects/object-methods';
import { type HeldObjects, ObjectServer } from '../../../../src/core/objects/object-server';
import type { CallReply } from '../../../../src/shared/worker-protocol';

/** Calls a method as a rank does; the reply, once it is there, is put into `replies`. */
function call(job: HeldObjects, id: number, method: string, replies: unknown[] = [], isWanted = () => true): unknown[] {
  const read = (reply: CallReply): unknown => {
    if (!reply.ok) return reply.error.name;
    return reply.value === undefined ? undefined : decodeValue(reply.value);
  };
  job.call({ op: 'invoke', object: id, method, payload: undefined }, isWanted, (reply) => replies.push(read(reply)));
  return replies;
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('an object server', () => {
  it('gives the same object the same proxy, until it is released', () => {
    const server = new ObjectServer();
    const object = { get: () => 1 };
    const proxy = server.getProxy(object);
    expect(server.getProxy(object)).toBe(proxy);
    expect(server.getProxy({ get: () => 1 })).not.toBe(proxy);
    expect(server.release(proxy)).toBe(true);
    expect(server.release(object)).toBe(false);
    expect(server.getProxy(object)).not.toBe(proxy);
  });

  it('refuses what is no object with methods', () => {
    const server = new ObjectServer();
    for (const bad of [null, 1, 'text', () => 1, undefined]) {
      expect(() => server.getProxy(bad as unknown as object)).toThrow(TypeError);
    }
    expect(() => server.getProxy(server.getProxy({}))).toThrow(TypeError);
  });

  it('holds an object for as long as a job has its proxy', () => {
    const server = new ObjectServer();
    const proxy = server.getProxy({ get: () => 1 });
    const jobs = [server.hold([proxy]), server.hold([proxy])];
    expect(server.size).toBe(1);
    jobs[0]?.release();
    jobs[0]?.release();
    expect(server.size).toBe(1);
    jobs[1]?.release();
    expect(server.size).toBe(0);
  });

  it('answers at once when the method does', () => {
    const server = new ObjectServer();
    const proxy = server.getProxy({
      get: () => new Map([['a', 1n]]),
      nothing: () => undefined,
      fail: () => {
        throw new RangeError('no');
      },
    });
    const job = server.hold([proxy]);
    expect(call(job, proxy.id, 'get')).toEqual([new Map([['a', 1n]])]);
    expect(call(job, proxy.id, 'nothing')).toEqual([undefined]);
    expect(call(job, proxy.id, 'fail')).toEqual(['RangeError']);
    expect(call(job, proxy.id + 1000, 'get')).toEqual(['ObjectProxyError']);
  });

  it('lets calls wait for one that takes its time, and skips those whose caller is gone', async () => {
    const server = new ObjectServer();
    const log: string[] = [];
    let open = (): void => undefined;
    const proxy = server.getProxy({
      wait: () => {
        log.push('wait');
        return new Promise<void>((resolve) => {
          open = resolve;
        });
      },
      note: () => void log.push('note'),
    });
    const [job, gone] = [server.hold([proxy]), server.hold([proxy])];
    const replies: unknown[] = [];
    call(job, proxy.id, 'wait', replies);
    call(gone, proxy.id, 'note', replies);
    call(job, proxy.id, 'note', replies, () => false);
    call(job, proxy.id, 'note', replies);
    expect([log, replies]).toEqual([['wait'], []]);
    gone.release();
    open();
    await turn();
    expect([log, replies]).toEqual([
      ['wait', 'note'],
      [undefined, undefined],
    ]);
  });

  it('goes on behind a call that never settles once its caller, or its job, is gone', () => {
    const server = new ObjectServer();
    const proxy = server.getProxy({ hang: () => new Promise(() => undefined), note: () => 'noted' });
    const [first, second] = [server.hold([proxy]), server.hold([proxy])];
    const replies: unknown[] = [];
    let isThere = true;
    call(first, proxy.id, 'hang', replies, () => isThere);
    call(first, proxy.id, 'note', replies);
    first.rankEnded();
    expect(replies).toEqual([]);
    isThere = false;
    first.rankEnded();
    expect(replies).toEqual(['noted']);
    call(first, proxy.id, 'hang', replies);
    call(second, proxy.id, 'note', replies);
    first.release();
    expect(replies).toEqual(['noted', 'noted']);
  });

  it('lets no second call in while a method that has not returned yet ends its own job', () => {
    const server = new ObjectServer();
    const log: string[] = [];
    const end = (): void => {
      log.push('begins to end');
      first.release();
      log.push('has ended');
    };
    const proxy = server.getProxy({ end, note: () => void log.push('noted') });
    const [first, second] = [server.hold([proxy]), server.hold([proxy])];
    const replies: unknown[] = [];
    call(first, proxy.id, 'end', replies);
    call(second, proxy.id, 'note', replies);
    expect(log).toEqual(['begins to end', 'has ended', 'noted']);
  });

  it('refuses calls that wait when the object is released, and later ones', async () => {
    const server = new ObjectServer();
    const object = { wait: () => turn() };
    const proxy = server.getProxy(object);
    const job = server.hold([proxy]);
    const replies: unknown[] = [];
    call(job, proxy.id, 'wait', replies);
    call(job, proxy.id, 'wait', replies);
    server.release(object);
    expect(call(job, proxy.id, 'wait', replies)).toEqual(['ObjectProxyError', 'ObjectProxyError']);
    await turn();
    await turn();
    expect(replies).toEqual(['ObjectProxyError', 'ObjectProxyError', undefined]);
  });
});

describe('the methods of an object', () => {
  class Base {
    inherited(): string {
      return 'base';
    }
  }
  class Derived extends Base {
    readonly field = 3;
    own(): string {
      return 'own';
    }
    get accessor(): never {
      throw new Error('was run');
    }
    override toString(): string {
      return 'mine';
    }
  }

  it('are its own and those of its classes, also when they hide one that all objects have', () => {
    const object = new Derived();
    expect(findMethod(object, 'own')).toBe(object.own);
    expect(findMethod(object, 'inherited')).toBe(object.inherited);
    expect(findMethod(object, 'toString')).toBe(object.toString);
    expect(findMethod(new Map(), 'get')).toBe(Map.prototype.get);
  });

  it.each(['constructor', '__proto__', '__defineGetter__', 'valueOf', 'field', 'accessor', 'nothing'])(
    'are not %s',
    (name) => {
      expect(() => findMethod(new Derived(), name)).toThrow(expect.objectContaining({ code: 'ERR_OBJECT_PROXY' }));
    },
  );

  it('are listed when one is asked for that is not there', () => {
    expect(() => findMethod(new Derived(), 'ownn')).toThrow('It has: inherited, own, toString.');
    expect(() => findMethod({}, 'x')).toThrow('It has none.');
  });

  it('are not what objects of another realm all have', () => {
    const foreign = runInNewContext('({ own: () => 1 })') as object;
    expect(findMethod(foreign, 'own')).toBeTypeOf('function');
    expect(() => findMethod(foreign, 'valueOf')).toThrow('no method');
  });
});

describe('a proxy that is sent', () => {
  it('is told apart from views, wherever it is, and keeps its identity', () => {
    const proxy = new ObjectServer().getProxy({});
    const proxies = new Set<typeof proxy>();
    const value = { view: Float64Array.of(1.5), deep: [new Set([proxy])], again: proxy, buffer: Buffer.from('x') };
    const bytes = encodeValue(value, 'args', proxies);
    expect([...proxies]).toEqual([proxy]);
    const revived = { id: proxy.id };
    const back = decodeValue(bytes, (id) => {
      expect(id).toBe(proxy.id);
      return revived;
    }) as typeof value;
    expect(back.view).toEqual(Float64Array.of(1.5));
    expect(back.buffer).toEqual(Buffer.from('x'));
    expect(back.again).toBe(revived);
    expect([...(back.deep[0] ?? [])]).toEqual([revived]);
  });

  it('is named where none may be', () => {
    const proxy = new ObjectServer().getProxy({});
    expect(() => encodeValue({ a: [proxy] }, 'result')).toThrow(/^result\.a\[0\] is the proxy of an object/);
    const bytes = encodeValue(proxy, 'args', new Set());
    expect(() => decodeValue(bytes)).toThrow(TypeError);
  });
});
