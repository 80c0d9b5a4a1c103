import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FutureError, JobCancelledError } from '../../../../src/core/errors';
import { Future } from '../../../../src/core/tasks/future';

/** What a promise came to, without making the test wait for it longer than it takes. */
const outcomeOf = (waiting: PromiseLike<unknown>): Promise<unknown> =>
  Promise.resolve(waiting).then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );

describe('a Future', () => {
  it('is awaited like a promise, before and after it is set', async () => {
    const future = new Future<number>();
    const early = future.then((value) => value + 1);
    future.setObject(41);
    expect(await early).toBe(42);
    expect(await future).toBe(41);
    expect(await Promise.all([future, future])).toEqual([41, 41]);
  });

  it('tells whether it is set and whether there is a value', () => {
    const [unset, value, nothing, failed] = [new Future(), new Future(), new Future(), new Future()];
    value.setObject(0);
    nothing.setObject(undefined);
    failed.setObject(new Error('no'));
    expect([unset, value, nothing, failed].map((future) => future.isSet)).toEqual([false, true, true, true]);
    expect([unset, value, nothing, failed].map((future) => future.isEmpty)).toEqual([true, false, true, true]);
  });

  it('fails when an Error is set', async () => {
    const future = new Future<number>();
    const error = new RangeError('no');
    future.setObject(error);
    await expect(future).rejects.toBe(error);
    expect(await future.catch((caught: unknown) => caught)).toBe(error);
  });

  it('cannot be set twice', async () => {
    const future = new Future<number>();
    future.setObject(1);
    expect(() => future.setObject(2)).toThrow(FutureError);
    expect(() => future.setObject(new Error('late'))).toThrow('This Future has been set already.');
    expect(await future).toBe(1);
  });

  it('can be set again after it was cleared', async () => {
    const future = new Future<number>();
    future.setObject(1);
    future.clear();
    expect(future.isSet).toBe(false);
    future.setObject(2);
    expect(await future).toBe(2);
  });

  it('calls finally whether it has a value or an error', async () => {
    const [good, bad] = [new Future<string>(), new Future<string>()];
    const ended = vi.fn();
    good.setObject('value');
    bad.setObject(new Error('no'));
    expect(await good.finally(ended)).toBe('value');
    await expect(bad.finally(ended)).rejects.toThrow('no');
    expect(ended).toHaveBeenCalledTimes(2);
  });
});

describe('a Future set to another Future or promise', () => {
  it('has the inner value', async () => {
    const [inner, middle, outer] = [new Future<string>(), new Future<string>(), new Future<string>()];
    outer.setObject(middle);
    middle.setObject(inner);
    expect(outer.isSet).toBe(false);
    inner.setObject('inner');
    expect(await outer).toBe('inner');
    expect(outer.isSet).toBe(true);
  });

  it('fails with the inner error', async () => {
    const outer = new Future<string>();
    outer.setObject(Promise.reject(new Error('inner')));
    await expect(outer).rejects.toThrow('inner');
  });

  it('cannot be set a second time while the inner one is open', async () => {
    const [inner, outer] = [new Future<number>(), new Future<number>()];
    outer.setObject(inner);
    expect(() => outer.setObject(2)).toThrow(FutureError);
    expect(() => outer.setObject(new Future())).toThrow(FutureError);
    inner.setObject(1);
    expect(await outer).toBe(1);
  });

  it('stays cancelled when the inner value comes later', async () => {
    const [inner, outer] = [new Future<number>(), new Future<number>()];
    outer.setObject(inner);
    outer.cancel('enough');
    inner.setObject(1);
    await inner;
    await expect(outer).rejects.toThrow(new JobCancelledError('enough'));
  });

  it('keeps what was set after a clear when the earlier inner value comes later', async () => {
    const [inner, outer] = [new Future<number>(), new Future<number>()];
    outer.setObject(inner);
    outer.clear();
    outer.setObject(2);
    inner.setObject(1);
    await inner;
    expect(await outer).toBe(2);
  });
});

describe('getObjectWait', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('gives the value at once when it is there', async () => {
    const future = new Future<number>();
    future.setObject(3);
    expect(await future.getObjectWait(0)).toBe(3);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('gives undefined when the time is over, and the value to who asks later', async () => {
    const future = new Future<number>();
    const waiting = future.getObjectWait(1000);
    vi.advanceTimersByTime(1000);
    expect(await waiting).toBeUndefined();
    expect(future.isSet).toBe(false);
    future.setObject(3);
    expect(await future.getObjectWait(1000)).toBe(3);
  });

  it('gives a value that comes in time and leaves no timer', async () => {
    const future = new Future<number>();
    const waiting = future.getObjectWait(1000);
    future.setObject(3);
    expect(await waiting).toBe(3);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('throws the error that was set', async () => {
    const future = new Future<number>();
    const waiting = outcomeOf(future.getObjectWait(1000));
    const error = new Error('no');
    future.setObject(error);
    expect(await waiting).toEqual({ error });
  });

  it('waits for as long as it is told, also longer than a timer can', async () => {
    const future = new Future<number>();
    const waiting = future.getObjectWait(30 * 24 * 3600 * 1000);
    vi.advanceTimersByTime(24 * 24 * 3600 * 1000);
    future.setObject(3);
    expect(await waiting).toBe(3);
  });

  it('without a limit sets no timer', async () => {
    const future = new Future<number>();
    const waiting = future.getObjectWait();
    expect(vi.getTimerCount()).toBe(0);
    future.setObject(3);
    expect(await waiting).toBe(3);
  });
});

describe('cancel', () => {
  it('makes a Future without an owner fail at once', async () => {
    const future = new Future<number>();
    future.cancel('not needed');
    await expect(future).rejects.toThrow(new JobCancelledError('not needed'));
  });

  it('asks the owner, who settles it', async () => {
    const asked = vi.fn();
    const future = new Future<number>(asked);
    future.cancel('why');
    expect(asked.mock.calls).toEqual([['why']]);
    expect(future.isSet).toBe(false);
    future.setObject(new JobCancelledError('done'));
    await expect(future).rejects.toThrow('done');
  });

  it('does nothing once the Future is set', async () => {
    const asked = vi.fn();
    const future = new Future<number>(asked);
    future.setObject(1);
    future.cancel();
    expect(asked).not.toHaveBeenCalled();
    expect(await future).toBe(1);
  });
});

describe('Future.get', () => {
  it('gives the value of a Future, a promise, or the value itself', async () => {
    const future = new Future<number>();
    future.setObject(1);
    expect(await Promise.all([Future.get(future), Future.get(Promise.resolve(2)), Future.get(3)])).toEqual([1, 2, 3]);
  });

  it('unwraps Futures of Futures, however deep, and throws what the innermost fails with', async () => {
    const wrap = (inner: Future<string>): Future<string> => {
      const outer = new Future<string>();
      outer.setObject(inner);
      return outer;
    };
    const [good, bad] = [new Future<string>(), new Future<string>()];
    const deep = [good, bad].map((inner) => Future.get(wrap(wrap(wrap(inner)))));
    good.setObject('innermost');
    bad.setObject(new RangeError('innermost'));
    expect(await deep[0]).toBe('innermost');
    await expect(deep[1]).rejects.toThrow(new RangeError('innermost'));
  });
});

describe('Future.run', () => {
  it('has what the function sets, now or later', async () => {
    const opened = new Future<string>();
    const later = Future.run<string>(async (future) => {
      await opened;
      future.setObject('later');
    });
    opened.setObject('');
    expect(await Future.run<string>((future) => future.setObject('now'))).toBe('now');
    expect(await later).toBe('later');
  });

  it('has the exception of the function, also of an async one', async () => {
    const fails = Future.run(() => {
      throw new RangeError('now');
    });
    const failsLater = Future.run(() => Promise.reject(new RangeError('later')));
    await expect(fails).rejects.toThrow(new RangeError('now'));
    await expect(failsLater).rejects.toThrow(new RangeError('later'));
  });

  it('has whatever was thrown, even undefined', async () => {
    const thrown: unknown[] = [undefined, 42];
    const outcomes = thrown.map((value) =>
      outcomeOf(
        Future.run(() => {
          throw value;
        }),
      ),
    );
    expect(await Promise.all(outcomes)).toEqual([{ error: undefined }, { error: 42 }]);
  });

  it('fails when the function ends without setting it', async () => {
    await expect(Future.run(() => 'returned, not set')).rejects.toThrow(FutureError);
    await expect(Future.run(async () => undefined)).rejects.toThrow(
      'The function ended without setting its Future. Call setObject in every path.',
    );
  });

  it('waits for what the function set it to, though the function has ended', async () => {
    const inner = new Future<string>();
    const outer = Future.run<string>((future) => future.setObject(inner));
    inner.setObject('inner');
    expect(await outer).toBe('inner');
  });
});

describe('a failed Future that nobody awaits', () => {
  it('ends no program with an unhandled rejection', async () => {
    const unhandled = vi.fn();
    process.on('unhandledRejection', unhandled);
    try {
      new Future().setObject(new Error('nobody looks'));
      new Future().cancel();
      new Future().setObject(Promise.reject(new Error('nor here')));
      Future.run(() => Promise.reject(new Error('nor here')));
      const [inner, outer] = [new Future<number>(), new Future<number>()];
      outer.setObject(inner);
      outer.cancel();
      inner.setObject(1);
      // Rejections are reported when the microtasks are done, before the next turn of the event loop.
      await new Promise(setImmediate);
      await new Promise(setImmediate);
      expect(unhandled).not.toHaveBeenCalled();
    } finally {
      process.off('unhandledRejection', unhandled);
    }
  });

  it('that somebody waits for with a limit does neither', async () => {
    const unhandled = vi.fn();
    process.on('unhandledRejection', unhandled);
    try {
      const future = new Future<number>();
      expect(await future.getObjectWait(0)).toBeUndefined();
      future.setObject(new Error('too late'));
      await new Promise(setImmediate);
      expect(unhandled).not.toHaveBeenCalled();
    } finally {
      process.off('unhandledRejection', unhandled);
    }
  });
});
