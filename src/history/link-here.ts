import type { FromService } from './messages';
import type { LinkEvents, ServiceLink } from './service-link';
import { openSqlite } from './sqlite';
import { type ServiceOptions, startService } from './start-service';

/** Runs the service on this very thread, which then waits for the disk: for programs that only look something up. */
export function linkHere(options: ServiceOptions, { onMessage }: LinkEvents, open = openSqlite): ServiceLink {
  // Answers come later, as they do from a thread.
  const post = (message: FromService): void => queueMicrotask(() => onMessage(message));
  const service = startService(options, open, post);
  return {
    post: (message) => service?.receive(message),
    keepAlive: () => undefined,
    end: () => Promise.resolve(),
  };
}
