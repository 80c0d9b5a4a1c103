import { useSyncExternalStore } from 'react';

const stepMs = 20_000;
const listeners = new Set<() => void>();
let now = Date.now();
let timer: ReturnType<typeof setInterval> | null = null;

/** Milliseconds since the epoch, new three times a minute; one clock for all who ask. */
export const useMinute = (): number => useSyncExternalStore(follow, () => now);

function follow(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(tick, stepMs);
  // Nobody has kept the time while nobody asked for it.
  if (listeners.size === 1) now = Date.now();
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0 || timer === null) return;
    clearInterval(timer);
    timer = null;
  };
}

function tick(): void {
  now = Date.now();
  for (const listener of listeners) listener();
}
