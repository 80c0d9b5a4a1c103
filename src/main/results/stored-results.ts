import { decodeValue } from '../../core/data/serialize';
import type { History } from '../../history';
import type { ResultRef } from '../../shared/result';
import type { ListedJob } from '../listed-job';

/** Results of so many jobs are held: of the one that is looked at, and of those before it. */
const mostHeld = 4;
/** A list of more values than this is not read back; `procession show` and the file of its output have them. */
const mostValues = 1_000_000;

/** Results of jobs that ended before this start of the app, read from the history when somebody looks at them. */
export class StoredResults {
  readonly #history: () => Promise<History>;
  /** By key of the job, the latest last. */
  readonly #held = new Map<number, { readonly run: number; readonly value: unknown }>();

  constructor(history: () => Promise<History>) {
    this.#history = history;
  }

  /** The result, once it has been loaded. */
  value({ key, run }: ResultRef): unknown {
    const held = this.#held.get(key);
    return held?.run === run ? held.value : undefined;
  }

  /** Reads the result of a job, if the history has it and this process has not. */
  async load(ref: ResultRef, job: Readonly<ListedJob> | undefined): Promise<void> {
    if (job?.run !== ref.run || job.result !== undefined || !job.isResultStored || job.entry === null) return;
    if (this.value(ref) !== undefined) return;
    const value = await this.#read(job, job.entry.run);
    this.#held.delete(ref.key);
    this.#held.set(ref.key, { run: ref.run, value });
    const [oldest] = this.#held.keys();
    if (this.#held.size > mostHeld && oldest !== undefined) this.#held.delete(oldest);
  }

  async #read({ plan }: Readonly<ListedJob>, run: number): Promise<unknown> {
    const history = await this.#history();
    const job = { run, job: plan.key };
    const bytes = await history.result(job);
    if (bytes !== undefined) return decodeValue(bytes);
    // The result of a job of items are their values, which are stored one by one.
    if (plan.kind === 'target' || plan.range > mostValues) return undefined;
    const values: unknown[] = Array.from({ length: plan.range }, () => undefined);
    for (let from = 0; ; ) {
      const blocks = await history.values({ ...job, from });
      for (const { start, values: found } of blocks)
        found.forEach((value, offset) => {
          values[start + offset] = value && decodeValue(value);
        });
      const last = blocks.at(-1);
      if (last === undefined) return values;
      from = last.start + Math.max(1, last.values.length);
    }
  }
}
