// A script: a module that uses the engine by itself, for what a job file cannot say.
import { checkResultMap, listResults, type ProcessServer, type Task } from 'procession';

interface Context {
  readonly args: Readonly<Record<string, unknown>>;
  readonly signal: AbortSignal;
  readonly task: Task;
}

/** Doubles the range until counting its steps takes longer than half a second. */
export default async (server: ProcessServer, { signal }: Context): Promise<number> => {
  for (let range = 1000; ; range *= 2) {
    const startedAt = performance.now();
    const results = await server.callProcessFunc(
      range,
      0,
      null,
      './work.mjs#triangle',
      [],
      {},
      {
        from: import.meta.url,
        signal,
      },
    );
    checkResultMap(results);
    if (performance.now() - startedAt > 500) return listResults(results).length;
  }
};
