import { useEffect, useState } from 'react';
import { formatDate } from '../lib/format';
import { formatAgo } from './format-time';

/** A time as a person counts it, the exact one on hover. */
export function Ago({ time }: { readonly time: number }) {
  const now = useMinute();
  return (
    <time dateTime={new Date(time).toISOString()} title={formatDate(time)} className="num">
      {formatAgo(time, now)}
    </time>
  );
}

/** Milliseconds since the epoch, new twice a minute. */
function useMinute(): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 30_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}
