import { useEffect, useState } from 'react';

/** Milliseconds since the epoch while `ticking`, as they are every `everyMs` milliseconds. */
export function useNow(ticking: boolean, everyMs = 200): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (!ticking) return undefined;
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [ticking, everyMs]);
  return now;
}
