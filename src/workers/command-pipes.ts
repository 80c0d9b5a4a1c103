import { execFile } from 'node:child_process';
import { constants, openSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** How long making pipes may take, in milliseconds. */
const limitMs = 10_000;

/** Reading ends of the pipes that commands write to, as file descriptors of this process. */
export type PipeReaders = readonly [stdout: number, stderr: number];

/**
 * Makes the pipes that the commands of a compute thread write to. They have no name when this is done.
 *
 * It is the control thread that opens them: what a compute thread opens is closed for it when it is ended, also what
 * it has given away by then and what therefore may be somebody else's.
 *
 * @param done gets the reading ends, which are the caller's to close; null when this system has no such pipes
 */
export function openCommandPipes(folder: string, done: (readers: PipeReaders | null) => void): void {
  if (process.platform !== 'linux') {
    done(null);
    return;
  }
  const name = `pipe-${process.pid}-${process.hrtime.bigint()}`;
  const paths = [join(folder, `${name}-stdout`), join(folder, `${name}-stderr`)] as const;
  execFile('mkfifo', ['-m', '600', ...paths], { timeout: limitMs }, (error) => {
    done(error ? null : openReaders(paths));
  });
}

function openReaders(paths: readonly [string, string]): PipeReaders | null {
  const open = (path: string): number => openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    return [open(paths[0]), open(paths[1])];
  } catch {
    return null;
  } finally {
    for (const path of paths) rmSync(path, { force: true });
  }
}
