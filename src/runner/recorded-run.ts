import type { ProcessServer } from '../core/process-server';
import type { RunRequest } from '../shared/stored-run';
import { JobFileRun, type JobFileRunEvent } from './job-file-run';
import { RunRecording } from './run-recording';
import type { OwnedRun } from './stored-runs';
import type { JobTrace } from './tracking/job-trace';
import { RunTraces } from './tracking/run-traces';

/** A run that this process owns, not begun yet, and the recording of what becomes of it. */
export interface RecordedRun {
  readonly run: JobFileRun;
  readonly recording: RunRecording;
  /** What another process has asked for; the run is on its way to its end then. */
  readonly asked: RunRequest | undefined;
}

/**
 * Prepares a run so that everything that happens in it is recorded: `run.start()` begins it, and `recording.end` is for
 * whoever knows how it ended. It ends by itself when another process asks for that, or has taken it over.
 *
 * @param onEvent told of what happens, after it has been handed to the recording
 * @param traceOf how a job goes, by its key, from whoever keeps that already; else it is kept here
 */
export function recordRun(
  server: ProcessServer,
  { plan, recorder, earlier, attempts, onRequest }: OwnedRun,
  onEvent: (event: JobFileRunEvent) => void,
  traceOf?: (key: string) => JobTrace | undefined,
): RecordedRun {
  let asked: RunRequest | undefined;
  const run = new JobFileRun({
    server,
    plan,
    environment: process.env,
    earlier,
    onEvent: (event) => {
      traces?.onRunEvent(event);
      recording.onRunEvent(event);
      onEvent(event);
    },
  });
  const traces = traceOf === undefined ? new RunTraces(plan, earlier, run.mask) : undefined;
  const recording = new RunRecording(recorder, plan, traceOf ?? ((key) => traces?.of(key)), attempts);
  const cleanups = [
    server.onEvent((event) => {
      traces?.onServerEvent(event);
      recording.onServerEvent(event);
    }),
    onRequest((request) => {
      asked = request;
      if (request === 'cancel') run.cancel('Cancelled by another process.');
      else {
        recording.stop();
        run.finish('Paused by another process.');
      }
    }),
  ];
  void run.ended.then(() => {
    for (const cleanup of cleanups) cleanup();
  });
  recorder.signal.addEventListener('abort', () => run.cancel('Another process has taken the run over.'), {
    once: true,
  });
  return {
    run,
    recording,
    get asked() {
      return asked;
    },
  };
}
