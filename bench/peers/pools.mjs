/*
 * One interface over the engine and its peers. `run` gives the answer of one task; with a signal it can be aborted.
 */
import { fileURLToPath } from 'node:url';

/**
 * @typedef {object} Pool
 * @property {(name: string, value: unknown, signal?: AbortSignal) => PromiseLike<unknown>} run
 * @property {((count: number) => PromiseLike<unknown>) | undefined} [map] its own way to work on a range, if it has one
 * @property {() => unknown} stop
 */

const path = (/** @type {string} */ name) => fileURLToPath(new URL(name, import.meta.url));

/** @param {'process' | 'auto'} isolation @returns {(workers: number) => Promise<Pool>} */
const engine = (isolation) => async (workers) => {
  const { ProcessServer } = await import('../../out/main/lib.mjs');
  const server = new ProcessServer({ numProcs: workers, allowOversubscribe: true }).start();
  const target = (/** @type {string} */ name) => `${path('targets.mjs')}#${name}`;
  return {
    run: async (name, value, signal) => {
      const options = { isolation, ...(signal && { signal }) };
      const [result] = (await server.callProcessFunc(1, 1, null, target(name), [value], {}, options)).values();
      if (result instanceof Error) throw result;
      return result;
    },
    map: (count) => server.map(count, target('squareItem')),
    stop: () => server.stop(),
  };
};

/** @param {'worker_threads' | 'child_process'} runtime @returns {(workers: number) => Promise<Pool>} */
const tinypool = (runtime) => async (workers) => {
  const { Tinypool } = await import('tinypool');
  const pool = new Tinypool({
    filename: path('work.mjs'),
    runtime,
    minThreads: workers,
    maxThreads: workers,
    ...(runtime === 'child_process' ? { serialization: 'advanced' } : {}),
  });
  return {
    run: (name, value, signal) => pool.run(value, { name, ...(signal && { signal }) }),
    stop: () => pool.destroy(),
  };
};

/** @param {'thread' | 'process'} workerType @returns {(workers: number) => Promise<Pool>} */
const workerpool = (workerType) => async (workers) => {
  const { pool: make } = await import('workerpool');
  const options = { workerType, minWorkers: workers, maxWorkers: workers };
  const forkOpts = workerType === 'process' ? { forkOpts: { serialization: 'advanced' } } : {};
  const pool = make(path('worker-workerpool.mjs'), { ...options, ...forkOpts });
  return {
    run: (name, value, signal) => {
      const task = pool.exec(name, [value]);
      signal?.addEventListener('abort', () => task.cancel());
      return task;
    },
    stop: () => pool.terminate(true),
  };
};

/** @param {'FixedThreadPool' | 'FixedClusterPool'} kind @returns {(workers: number) => Promise<Pool>} */
const poolifier = (kind) => async (workers) => {
  const library = await import('poolifier');
  const settings = kind === 'FixedClusterPool' ? { settings: { serialization: 'advanced' } } : {};
  const options = { errorHandler: () => undefined, ...settings };
  const pool = new library[kind](workers, path('worker-poolifier.mjs'), options);
  return {
    run: (name, value, signal) => pool.execute(value, name, signal),
    stop: () => pool.destroy(),
  };
};

/** @type {Readonly<Record<string, (workers: number) => Promise<Pool>>>} */
export const pools = {
  'procession, processes': engine('process'),
  'procession, in its process': engine('auto'),
  'piscina, threads': async (workers) => {
    const { Piscina } = await import('piscina');
    const pool = new Piscina({ filename: path('work.mjs'), minThreads: workers, maxThreads: workers });
    return {
      run: (name, value, signal) => pool.run(value, { name, ...(signal && { signal }) }),
      stop: () => pool.destroy(),
    };
  },
  'tinypool, threads': tinypool('worker_threads'),
  'tinypool, processes': tinypool('child_process'),
  'workerpool, threads': workerpool('thread'),
  'workerpool, processes': workerpool('process'),
  'poolifier, threads': poolifier('FixedThreadPool'),
  'poolifier, processes': poolifier('FixedClusterPool'),
};
