import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { encodeValue } from '../core/data/serialize';
import type { History, NewRun, RunRecorder } from '../history';
import { hashText } from '../jobs/plan-hash';
import { scriptPlanToJson } from '../jobs/plan-json';
import { CallRecording } from './call-recording';
import type { ScriptOutcome, ScriptRunEvent } from './script-run';
import { ResumeError, versionsOf } from './stored-runs';

/**
 * Writes what becomes of a script into the history: a run with one job, the script itself, and beneath it the jobs that
 * it asks its server for. What they are for is its own business; nothing of it can be resumed.
 */
export class ScriptRecording {
  readonly #recorder: RunRecorder;
  readonly #key: string;
  readonly #calls: CallRecording;

  /**
   * Puts a script into the history and takes it.
   *
   * @throws ResumeError when somebody else has taken it already
   */
  static async begin(
    history: History,
    path: string,
    args: Readonly<Record<string, unknown>>,
    version: string,
  ): Promise<ScriptRecording> {
    const [id = 0] = await history.enqueue([await newScriptRun(path, args, version)]);
    return await ScriptRecording.take(history, id, basename(path));
  }

  /**
   * Takes the run of a script that is in the history, to run it from its beginning.
   *
   * @param key of its one job
   * @throws ResumeError when it is over, or somebody else has taken it already
   */
  static async take(history: History, id: number, key: string): Promise<ScriptRecording> {
    const claim = await history.claim(id);
    if (!claim.ok)
      throw new ResumeError(
        claim.owner
          ? `Run ${id} is being worked on by process ${claim.owner.pid} (${claim.owner.kind}).`
          : `Run ${id} is ${claim.state}; nothing of it is left to do.`,
      );
    // It runs from its beginning, so what it had asked for before it was cut off is of no use any more.
    const stored = await history.get(id);
    for (const job of stored?.jobList ?? []) if (job.kind === 'call') ignore(claim.recorder.remove(job.key));
    return new ScriptRecording(claim.recorder, key);
  }

  private constructor(recorder: RunRecorder, key: string) {
    this.#recorder = recorder;
    this.#key = key;
    this.#calls = new CallRecording(recorder, key);
  }

  /** Aborted when another process has taken the run over. */
  get signal(): AbortSignal {
    return this.#recorder.signal;
  }

  /** The script was ended from outside, and its run can be resumed: from its beginning. */
  async interrupt(): Promise<void> {
    this.#calls.end();
    ignore(this.#recorder.job(this.#key, { state: 'interrupted' }));
    await this.#recorder.release('interrupted');
  }

  onEvent(event: ScriptRunEvent): void {
    const at = Date.now();
    if (event.type === 'server') this.#calls.onServerEvent(event.event);
    else if (event.type === 'begun')
      ignore(this.#recorder.job(this.#key, { state: 'running', startedAt: at, attempts: 1 }));
    else if (event.type === 'log')
      ignore(
        this.#recorder.log(
          this.#key,
          event.lines.map((line) => ({ at, ...line })),
        ),
      );
  }

  /** The script is over. */
  async end(outcome: ScriptOutcome, code: number): Promise<void> {
    const key = this.#key;
    this.#calls.end();
    if (outcome.state === 'refused') {
      ignore(this.#recorder.job(key, { state: 'failed', error: outcome.error }));
      await this.#recorder.end('failed', { reason: outcome.error.message, code });
      return;
    }
    const { state, startedAt, endedAt, errors, result } = outcome;
    ignore(this.#recorder.job(key, { state, startedAt, endedAt, error: errors[0]?.error ?? null }));
    if (result !== undefined) ignore(this.#recorder.result(key, encodeValue(result, 'result')));
    await this.#recorder.end(state, { code });
  }
}

/** A script as it is put into the queue. */
export async function newScriptRun(
  path: string,
  args: Readonly<Record<string, unknown>>,
  version: string,
): Promise<NewRun> {
  const source = await readFile(path, 'utf8').catch(() => '');
  const name = basename(path);
  return {
    name,
    file: path,
    source,
    plan: scriptPlanToJson(path),
    hash: hashText(source),
    args,
    versions: versionsOf(version),
    jobs: [{ key: name, kind: 'script', label: name, target: path, total: 1 }],
  };
}

/** What cannot be recorded any more shows in the history's own events. */
function ignore(recorded: Promise<void>): void {
  recorded.catch(() => undefined);
}
