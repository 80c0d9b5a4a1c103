import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { encodeValue } from '../core/data/serialize';
import type { History, NewRun, RunRecorder } from '../history';
import { hashText } from '../jobs/plan-hash';
import { scriptPlanToJson } from '../jobs/plan-json';
import type { ScriptOutcome, ScriptRunEvent } from './script-run';
import { ResumeError, versionsOf } from './stored-runs';

/**
 * Writes what becomes of a script into the history: a run with one job, the script itself. What it asks its server for
 * is its own business; nothing of it can be resumed.
 */
export class ScriptRecording {
  readonly #recorder: RunRecorder;
  readonly #key: string;

  /** @throws ResumeError when somebody else has taken it already */
  static async begin(
    history: History,
    path: string,
    args: Readonly<Record<string, unknown>>,
    version: string,
  ): Promise<ScriptRecording> {
    const source = await readFile(path, 'utf8').catch(() => '');
    const name = basename(path);
    const run: NewRun = {
      name,
      file: path,
      source,
      plan: scriptPlanToJson(path),
      hash: hashText(source),
      args,
      versions: versionsOf(version),
      jobs: [{ key: name, kind: 'script', label: name, target: path, total: 1 }],
    };
    const [id = 0] = await history.enqueue([run]);
    const claim = await history.claim(id);
    if (!claim.ok) throw new ResumeError(`Run ${id} has been taken by another process.`);
    return new ScriptRecording(claim.recorder, name);
  }

  private constructor(recorder: RunRecorder, key: string) {
    this.#recorder = recorder;
    this.#key = key;
  }

  onEvent(event: ScriptRunEvent): void {
    const at = Date.now();
    if (event.type === 'begun') ignore(this.#recorder.job(this.#key, { state: 'running', startedAt: at, attempts: 1 }));
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

/** What cannot be recorded any more shows in the history's own events. */
function ignore(recorded: Promise<void>): void {
  recorded.catch(() => undefined);
}
