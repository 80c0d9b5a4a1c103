import { formatDate } from '../lib/format';
import { formatAgo } from '../lib/format-ago';
import { useMinute } from '../lib/use-minute';

interface AgoProps {
  readonly time: number;
  /** What is said on pointing, after the exact time. */
  readonly more?: string;
}

/** A time as a person counts it; the exact one on pointing. */
export function Ago({ time, more = '' }: AgoProps) {
  const now = useMinute();
  return (
    <time dateTime={new Date(time).toISOString()} title={`${formatDate(time)}${more}`} className="num">
      {formatAgo(time, Math.max(now, time))}
    </time>
  );
}
