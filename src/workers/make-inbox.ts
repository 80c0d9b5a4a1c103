import { execFile } from 'node:child_process';
import { constants, openSync, writeSync } from 'node:fs';
import { encodeMark } from '../core/meetings/meeting-frames';

/** How long making the pipe may take, in milliseconds. */
const limitMs = 10_000;

/**
 * Makes the inbox of this worker process: a named pipe that ranks on other workers write into and the compute thread
 * reads.
 *
 * It is open in this process from now on, so that what others write before the compute thread opens it is kept.
 *
 * @param done gets a function that wakes a compute thread that waits for the inbox; undefined when there can be none
 */
export function makeInbox(path: string, done: (wake: (() => void) | undefined) => void): void {
  execFile('mkfifo', ['-m', '600', path], { timeout: limitMs }, (error) => {
    if (error) done(undefined);
    else done(openWake(path));
  });
}

function openWake(path: string): (() => void) | undefined {
  try {
    const fd = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
    return () => {
      try {
        writeSync(fd, encodeMark(0));
      } catch {
        // The pipe is full: then nobody sleeps for want of something to read.
      }
    };
  } catch {
    return undefined;
  }
}
