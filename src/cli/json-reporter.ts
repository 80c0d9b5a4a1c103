import { decodeValue } from '../core/data/serialize';
import type { SettledItem } from '../core/items/item-result';
import { toPlain } from '../jobs/output-json';
import { ItemList } from '../jobs/plan-items';
import type { JobOutcome } from '../runner/outcome';
import type { PlannedJob } from '../shared/plan';
import { isReport } from '../shared/report';
import type { JobView, Reporter, RunEvent } from './run-events';

/** Version of the stream's format; a change that would break a reader raises it. */
const streamVersion = 1;
const progressEveryMs = 250;

/**
 * One JSON object a line for programs. Every line has `v`, `ts` (ISO 8601, UTC), `seq` (from 0, without gaps) and
 * `type`; those of a job also have `file` and `job` (its id, with its combination of a matrix). docs/cli.md lists the fields.
 */
export class JsonReporter implements Reporter {
  readonly #write: (text: string) => void;
  readonly #now: () => number;
  readonly #nextLine: () => number;
  readonly #told = new Map<JobView['plan'], number>();

  constructor(write: (text: string) => void, nextLine: () => number, now: () => number = Date.now) {
    this.#write = write;
    this.#nextLine = nextLine;
    this.#now = now;
  }

  report(event: RunEvent): void {
    for (const fields of this.#linesOf(event)) {
      // That of an item says how it ended.
      this.#write(jsonLine(this.#nextLine(), this.#now(), event.type, fields));
    }
  }

  close(): void {
    this.#told.clear();
  }

  #linesOf(event: RunEvent): Record<string, unknown>[] {
    switch (event.type) {
      case 'run.start':
        return [
          {
            numProcs: event.numProcs,
            jobs: event.jobs.map(({ plan, label, range }) => ({
              ...nameOf(plan),
              label,
              ...workOf(plan),
              range,
            })),
          },
        ];
      case 'job.start':
        return [
          {
            ...nameOf(event.job.plan),
            ...(event.job.plan.kind === 'call' && { label: event.job.label }),
            range: event.job.range,
            ranks: event.job.ranks.map(({ start, end }, rank) => ({ rank, start, end })),
          },
        ];
      case 'job.progress':
        return this.#progress(event.job);
      case 'log':
        return event.lines.map(({ rank, stream, text }) => ({ ...nameOf(event.job.plan), rank, stream, text }));
      case 'items':
        return event.items.map((item) => itemLine(event.job.plan, item));
      case 'job.end':
        return [{ ...nameOf(event.job.plan), ...outcomeOf(event.outcome) }];
      case 'run.end':
        return [{ ...event.summary }];
    }
  }

  #progress({ plan, label, range, progress, ranks }: JobView): Record<string, unknown>[] {
    const now = this.#now();
    if ((range === 0 || progress < range) && now - (this.#told.get(plan) ?? 0) < progressEveryMs) return [];
    this.#told.set(plan, now);
    const counts = ranks.map(({ count }) => count);
    return [{ ...nameOf(plan), ...(plan.kind === 'script' ? { label } : { counts }), done: progress, range }];
  }
}

/** One line of a stream: what every line has, then its own fields, which may name another type. */
export function jsonLine(seq: number, now: number, type: string, fields: Readonly<Record<string, unknown>>): string {
  return `${JSON.stringify({ v: streamVersion, ts: new Date(now).toISOString(), seq, type, ...fields })}\n`;
}

/** `item.done`, `item.failed` or `item.skipped`, with the item's place and name. */
function itemLine(plan: JobView['plan'], settled: SettledItem): Record<string, unknown> {
  const { index, state, attempts, durationMs } = settled;
  return {
    type: `item.${state}`,
    ...nameOf(plan),
    index,
    item: itemOf(plan, index),
    attempts,
    ...(durationMs !== undefined && { ms: Math.round(durationMs * 1000) / 1000 }),
    ...(settled.state === 'done' &&
      settled.payload !== undefined && { value: plainOrNote(decodeValue(settled.payload)) }),
    ...(settled.state !== 'done' && { error: settled.error }),
  };
}

function workOf(plan: JobView['plan']): Record<string, unknown> {
  switch (plan.kind) {
    case 'run':
      return { command: plan.argv };
    case 'target':
    case 'map':
      return { target: plan.target };
    case 'script':
      return { script: plan.file };
    case 'call':
      return {};
  }
}

/** Making the list anew for each item would take longer than many an item does. */
const lists = new WeakMap<PlannedJob, ItemList>();

function itemOf(plan: JobView['plan'], index: number): unknown {
  if (plan.kind === 'script' || plan.kind === 'call') return index;
  const list = lists.get(plan) ?? new ItemList(plan);
  lists.set(plan, list);
  return list.at(index);
}

function nameOf({ file, key }: JobView['plan']): { file: string; job: string } {
  return { file, job: key };
}

function outcomeOf({
  state,
  result,
  errors,
  items,
  reason,
  output,
  startedAt,
  endedAt,
}: JobOutcome): Record<string, unknown> {
  return {
    state,
    ms: Math.max(0, endedAt - startedAt),
    ...(items && { items }),
    ...(reason !== undefined && { reason }),
    ...(isReport(result) && { figures: result.figures }),
    ...(result !== undefined && { result: plainOrNote(result) }),
    ...(output !== undefined && { output }),
    ...(errors.length > 0 && { errors }),
  };
}

/** Large arrays are told by their length only: `output` is the place for them, a stream of events is not. */
function plainOrNote(result: unknown): unknown {
  try {
    return toPlain(result, 'length');
  } catch (error) {
    return { omitted: error instanceof Error ? error.message : String(error) };
  }
}
