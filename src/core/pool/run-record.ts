import { closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { type RunPhase, runPhases } from '../../shared/engine-info';

/** What a compute thread did last: a run, and how far it was. */
export interface RecordedRun {
  readonly runId: number;
  readonly phase: RunPhase;
}

/**
 * Two words in a small file, where a compute thread notes what it is about to do. What it keeps in memory is gone with
 * its process; this is still there, and tells whether the target's module, the target itself or its result was at work
 * when the process ended. A note takes about a microsecond.
 */
export class RunRecord {
  readonly #file: number;
  readonly #words = new Int32Array(2);
  readonly #bytes = new Uint8Array(this.#words.buffer);

  constructor(path: string) {
    this.#file = openSync(path, 'w', 0o600);
  }

  note(runId: number, phase: RunPhase): void {
    this.#words[0] = runId;
    this.#words[1] = runPhases.indexOf(phase);
    writeSync(this.#file, this.#bytes, 0, this.#bytes.length, 0);
  }

  close(): void {
    closeSync(this.#file);
  }
}

/** What was noted last, and the end of the record; undefined when there is none that can be read. */
export function takeRecord(path: string): RecordedRun | undefined {
  try {
    const bytes = readFileSync(path);
    rmSync(path, { force: true });
    if (bytes.length < 8) return undefined;
    const phase = runPhases[bytes.readInt32LE(4)];
    return phase && { runId: bytes.readInt32LE(0), phase };
  } catch {
    return undefined;
  }
}
