import type { AlgorithmProcess } from '../../../src/core/algorithm-process-types';
import { partitionSequence } from '../../../src/core/jobs/partition';
import { randomStream } from '../../../src/core/random';
import type { TargetDefinition } from '../../../src/core/targets/target-definition';
import { isReport, type Report } from '../../../src/shared/report';

/** A job of a built-in target without any process. */
export interface InlineJob {
  readonly definition: TargetDefinition;
  readonly range: number;
  readonly total: number;
  readonly args?: Readonly<Record<string, unknown>>;
  /** Files, cut per rank. */
  readonly items?: readonly string[];
  /** Gets what ranks emit. */
  readonly onEmit?: (rank: number, value: unknown) => void;
}

/** What an inline job gives: the ranks' parts, what was logged, and the combined report. */
export interface InlineResult {
  readonly parts: readonly unknown[];
  readonly report: Report;
  readonly logs: readonly string[];
}

class Meeting extends Error {}

/**
 * Runs the ranks of a job one after the other in this thread. A target that exchanges objects once is run twice: first
 * up to its exchange, to learn what each rank gives, then through it, with what the others gave.
 */
export function runInline(job: InlineJob): InlineResult {
  const logs: string[] = [];
  const given: unknown[] = [];
  const { onEmit: _onEmit, ...quiet } = job;
  for (let index = 0; index < job.total; index++) {
    try {
      runRank(quiet, index, logs, (obj) => {
        given[index] = obj;
        throw new Meeting();
      });
    } catch (error) {
      if (!(error instanceof Meeting)) throw error;
    }
  }
  const parts = Array.from({ length: job.total }, (_, index) => runRank(job, index, logs, () => others(given, index)));
  const report = job.definition.combine(
    processOf(job, 0, logs, () => new Map()),
    parts,
    job.args,
  );
  if (!isReport(report)) throw new TypeError('The target did not combine its parts into a report.');
  return { parts, report, logs };
}

/** The value of a report's figure. */
export function figure(report: Report, label: string): number | string | undefined {
  return report.figures.find((candidate) => candidate.label === label)?.value;
}

type Exchange = (obj: unknown) => Map<number, unknown>;

function runRank(job: InlineJob, index: number, logs: string[], exchange: Exchange): unknown {
  const proc = processOf(job, index, logs, exchange);
  const items = job.items === undefined ? {} : { items: job.items.slice(proc.startVal, proc.endVal) };
  return job.definition.run(proc, { ...job.args, ...items });
}

function others(given: readonly unknown[], index: number): Map<number, unknown> {
  return new Map([...given.entries()].filter(([rank]) => rank !== index));
}

function processOf(
  { range, total, onEmit }: InlineJob,
  index: number,
  logs: string[],
  exchange: Exchange,
): AlgorithmProcess {
  const [startVal, endVal] = partitionSequence(range, index, total);
  const indices = Array.from({ length: endVal - startVal }, (_, i) => startVal + i);
  return {
    index,
    total,
    startVal,
    endVal,
    maxVal: range,
    jobId: 1,
    signal: new AbortController().signal,
    nRange: () => indices,
    pRange: () => indices,
    setProgress: () => undefined,
    sync: () => undefined,
    // The caller of shareObject promises what type comes back; a stand-in can only pass it on.
    shareObject: <T>(_name: string, obj: T) => (total === 1 ? new Map<number, T>() : (exchange(obj) as Map<number, T>)),
    getObjects: <T>() => new Map<number, T>(),
    emit: (value) => onEmit?.(index, value),
    rng: randomStream,
    log: (...args) => {
      logs.push(args.join(' '));
    },
  };
}
