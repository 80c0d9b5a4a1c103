import { describe, expect, it } from 'vitest';
import { Fetcher } from '../../../src/renderer/state/fetcher';

/** A fetcher whose requests and pauses end when the test says so. */
function makeFetcher() {
  const asked: boolean[] = [];
  const answers: ((more: boolean) => void)[] = [];
  const rests: (() => void)[] = [];
  const fetcher = new Fetcher(
    (fresh) =>
      new Promise((resolve) => {
        asked.push(fresh);
        answers.push(resolve);
      }),
    () => new Promise<void>((resolve) => rests.push(resolve)),
  );
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
  };
  return {
    fetcher,
    asked,
    answer: async (more = false) => {
      answers.shift()?.(more);
      await settle();
    },
    rest: async () => {
      rests.shift()?.();
      await settle();
    },
  };
}

describe('what fetches news', () => {
  it('asks at once, then once for all that was announced meanwhile', async () => {
    const { fetcher, asked, answer, rest } = makeFetcher();
    fetcher.announce(1);
    expect(asked).toEqual([true]);
    for (let version = 2; version < 50; version += 1) fetcher.announce(version);
    await answer();
    expect(asked).toEqual([true]);
    await rest();
    expect(asked).toEqual([true, false]);
    await answer();
    await rest();
    expect(asked).toEqual([true, false]);
    fetcher.announce(50);
    expect(asked).toEqual([true, false, false]);
  });

  it('goes on while there is more', async () => {
    const { fetcher, asked, answer, rest } = makeFetcher();
    fetcher.announce(1);
    await answer(true);
    await rest();
    await answer(true);
    await rest();
    await answer(false);
    await rest();
    expect(asked).toEqual([true, false, false]);
  });

  it('asks for nothing after its end', async () => {
    const { fetcher, asked, answer, rest } = makeFetcher();
    fetcher.announce(1);
    fetcher.announce(2);
    fetcher.end();
    await answer(true);
    await rest();
    fetcher.announce(3);
    expect(asked).toEqual([true]);
  });
});
