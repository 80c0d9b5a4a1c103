import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { DataLink } from '../../../../src/core/pool/data-link';
import { ThreadLinks } from '../../../../src/core/pool/thread-links';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A link that closes when it is told to. */
function fakeLink(generation: number): DataLink & { close(): void } {
  const listeners: (() => void)[] = [];
  return {
    generation,
    send: () => undefined,
    onMessage: () => undefined,
    onClose: (listener) => void listeners.push(listener),
    close: () => listeners.forEach((listener) => listener()),
  };
}

describe('a thread that has closed its link', () => {
  const stuck = vi.fn();
  beforeEach(() => void stuck.mockClear());

  function threadOf(generation: number): { links: ThreadLinks; link: ReturnType<typeof fakeLink> } {
    const links = new ThreadLinks(stuck);
    const link = fakeLink(generation);
    links.add(link);
    return { links, link };
  }

  it('and does not come to its end is told as stuck', () => {
    const { links, link } = threadOf(1);
    link.close();
    expect(links.current).toBeUndefined();
    vi.advanceTimersByTime(3900);
    expect(stuck).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1000);
    expect(stuck).toHaveBeenCalledTimes(1);
  });

  it.each(['before', 'after'])('and is told to be gone %s that is none', (when) => {
    const { links, link } = threadOf(3);
    const gone = vi.fn();
    if (when === 'before') links.drainThread(3, gone);
    link.close();
    if (when === 'after') links.drainThread(3, gone);
    vi.advanceTimersByTime(60_000);
    expect(gone).toHaveBeenCalledTimes(1);
    expect(stuck).not.toHaveBeenCalled();
  });

  it('with its process is none either, nor does that say anything about the next process', () => {
    const { links, link } = threadOf(2);
    link.close();
    links.drain(() => undefined);
    vi.advanceTimersByTime(60_000);
    expect(stuck).not.toHaveBeenCalled();
    links.clear();
    const next = fakeLink(1);
    links.add(next);
    next.close();
    vi.advanceTimersByTime(60_000);
    expect(stuck).toHaveBeenCalledTimes(1);
  });
});
