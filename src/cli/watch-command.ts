import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseAssignment } from '../jobs/job-args';
import { FileWatch, type WatchedFile, type WatchedState } from '../runner/watched-files';
import type { CommandContext } from './command-context';
import { type ExitCode, exitCodes } from './exit-codes';
import { loadJobFiles } from './load-job-files';
import { type RunOptions, runCommand } from './run-command';
import { StopSignals } from './stop-signals';

/** How often everything is looked at, in milliseconds; less often where looking takes long. */
const lookEveryMs = 400;
/** No more than this share of the time is spent on looking. */
const mostOfTime = 0.05;
/** So many runs in a row may have changed what they work on. */
const mostOwnChanges = 3;

/** `procession run --watch`: runs again whenever a job file, its modules or its inputs have changed, until a Ctrl-C. */
export async function watchCommand(
  files: readonly string[],
  options: RunOptions,
  context: CommandContext,
): Promise<ExitCode> {
  const watch = new Watch(files, options);
  const note = (text: string): void => {
    if (options.quiet !== true) context.stderr.write(`${text}\n`);
  };
  let ownChanges = 0;
  let before = await watch.look();
  for (;;) {
    const restart = new AbortController();
    const isOver = new AbortController();
    // A change of the code makes what runs worthless; new inputs can wait until it is done.
    const guard = watch.codeChange(before, isOver.signal).then((changed) => {
      if (changed) restart.abort();
    });
    const exitCode = await runCommand(files, { ...options, restart: restart.signal }, context);
    isOver.abort();
    await guard;
    if (hasStopped(exitCode)) return exitCode;
    const after = await watch.look();
    ownChanges = after.code === before.code && after.inputs !== before.inputs ? ownChanges + 1 : 0;
    if (ownChanges >= mostOwnChanges) {
      note('Runs change their own inputs again and again; the next run waits for another change.');
      before = after;
      ownChanges = 0;
    }
    note(isSame(before, after) ? 'Waiting for changes; Ctrl-C ends.' : 'Something has changed.');
    const stop = new StopSignals({
      onFirst: () => undefined,
      onSecond: () => undefined,
      onThird: (code) => process.exit(code),
    });
    try {
      before = await watch.change(before, stop.finishing);
      if (stop.exitCode !== undefined) return stop.exitCode;
    } finally {
      stop.close();
    }
  }
}

/** Whether a run ended because somebody wants everything to end. */
function hasStopped(exitCode: ExitCode): boolean {
  const ends: readonly ExitCode[] = [
    exitCodes.interrupted,
    exitCodes.terminated,
    exitCodes.hungUp,
    exitCodes.pipeClosed,
    exitCodes.usage,
    exitCodes.notTrusted,
    exitCodes.history,
  ];
  return ends.includes(exitCode);
}

class Watch {
  readonly #files: readonly string[];
  readonly #options: RunOptions;
  readonly #watch = new FileWatch();
  #tookMs = 0;

  constructor(files: readonly string[], options: RunOptions) {
    this.#files = files;
    this.#options = options;
  }

  async look(): Promise<WatchedState> {
    const startedAt = performance.now();
    const state = await this.#watch.look(await this.#read());
    this.#tookMs = performance.now() - startedAt;
    return state;
  }

  /** Resolves when something is no longer as it was, and has stayed as it then is for a moment. */
  async change(from: WatchedState, signal: AbortSignal): Promise<WatchedState> {
    for (let last = from; ; ) {
      const state = await this.look();
      if (signal.aborted || (!isSame(state, from) && isSame(state, last))) return state;
      last = state;
      await this.#pause(signal);
    }
  }

  /** Whether the code has changed before the signal is aborted. */
  async codeChange(from: WatchedState, signal: AbortSignal): Promise<boolean> {
    for (;;) {
      await this.#pause(signal);
      if (signal.aborted) return false;
      if ((await this.look()).code !== from.code) return true;
    }
  }

  async #pause(signal: AbortSignal): Promise<void> {
    const ms = Math.max(lookEveryMs, this.#tookMs / mostOfTime);
    await delay(ms, undefined, { signal }).catch(() => undefined);
  }

  /** The files as they are now; whatever is wrong with one is told by the run. */
  async #read(): Promise<WatchedFile[]> {
    const assignments = (this.#options.arg ?? []).map(parseAssignment);
    const loaded = await loadJobFiles(this.#files, assignments).catch(() => ({ ok: false }) as const);
    if (!loaded.ok) return this.#files.map((file) => ({ kind: 'wrong', path: resolve(file) }));
    return loaded.files.map((file) =>
      file.kind === 'script'
        ? { kind: 'script', path: file.path }
        : { kind: 'jobs', path: file.run.file, run: file.run },
    );
  }
}

function isSame(a: WatchedState, b: WatchedState): boolean {
  return a.code === b.code && a.inputs === b.inputs;
}
