import { indexStates, type LaneSpans } from '../../shared/range';

/** What a trace says of one job. Times are milliseconds since the epoch; NaN while not known. */
export interface TracedJob {
  readonly key: string;
  readonly label: string;
  readonly state: string;
  readonly began: number;
  /** NaN: it had not ended when the trace was taken. */
  readonly ended: number;
  /** The process of each rank; null when it is not known. */
  readonly pids: readonly (number | null)[];
  /** What each rank worked on when. */
  readonly spans: readonly LaneSpans[];
}

/** A run, or what is known of it so far. */
export interface TracedRun {
  readonly name: string;
  /** When the trace was taken: what had not ended is drawn up to here. */
  readonly at: number;
  readonly jobs: readonly TracedJob[];
}

/** A complete event: something that took a time, in microseconds. */
interface CompleteEvent {
  readonly ph: 'X';
  readonly name: string;
  readonly cat: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
  readonly dur: number;
  readonly args: Readonly<Record<string, unknown>>;
}

/** What a process or a thread is called, and where it stands. */
interface MetadataEvent {
  readonly ph: 'M';
  readonly name: 'process_name' | 'thread_name' | 'process_sort_index' | 'thread_sort_index';
  readonly pid: number;
  readonly tid: number;
  readonly args: Readonly<Record<string, string | number>>;
}

export type TraceEvent = CompleteEvent | MetadataEvent;

/** The object form of the Trace Event Format, as Perfetto and chrome://tracing read it. */
export interface ChromeTrace {
  readonly displayTimeUnit: 'ms';
  readonly otherData: Readonly<Record<string, string>>;
  readonly traceEvents: readonly TraceEvent[];
}

/** The lane of the jobs themselves: no worker has this process id. */
const runPid = 1;
/** Ranks whose process is not known stand here. */
const unknownPid = 2;

/**
 * A run in the Trace Event Format: a process for the run, with a thread for each job, and the worker processes, with a
 * thread for each rank that they were. Times are microseconds since the begin of the first job.
 *
 * Rules of the format (Trace Event Format, "Complete Events" and "Metadata Events"): `ts` and `dur` are microseconds,
 * and events of one thread are nested or apart. So what overlaps by the inaccuracy of clocks is cut.
 */
export function chromeTrace(run: TracedRun): ChromeTrace {
  const begin = Math.min(...run.jobs.flatMap(({ began, spans }) => [began, ...spans.map(firstBegan)]).filter(isKnown));
  const origin = isKnown(begin) ? begin : run.at;
  const micros = (ms: number): number => Math.max(0, Math.round((ms - origin) * 1000));
  const until = (ms: number): number => (isKnown(ms) ? ms : run.at);
  const lanes = new Lanes();
  lanes.process(runPid, run.name, -1);
  for (const [place, job] of run.jobs.entries()) {
    const { key, label, state, began, ended } = job;
    lanes.thread(runPid, place + 1, label);
    if (isKnown(began)) {
      const [ts, end] = [micros(began), micros(until(ended))];
      lanes.add({
        ph: 'X',
        name: label,
        cat: 'job',
        pid: runPid,
        tid: place + 1,
        ts,
        dur: Math.max(0, end - ts),
        args: { job: key, state },
      });
    }
    for (const [rank, { spans, states }] of job.spans.entries()) {
      const pid = job.pids[rank] ?? unknownPid;
      const tid = rank + 1;
      lanes.process(pid, pid === unknownPid ? 'Workers' : `Worker ${pid}`, rank);
      lanes.thread(pid, tid, `rank ${rank}`);
      for (const [span, place] of states.entries()) {
        const [from = Number.NaN, to = Number.NaN, start = 0, end = 0] = spans.subarray(span * 4, span * 4 + 4);
        if (!isKnown(from)) continue;
        const ts = micros(from);
        lanes.add({
          ph: 'X',
          name: end - start === 1 ? `item ${start}` : `items ${start} to ${end - 1}`,
          cat: 'work',
          pid,
          tid,
          ts,
          dur: Math.max(0, micros(until(to)) - ts),
          args: { job: key, rank, start, end, state: indexStates[place] ?? 'waiting' },
        });
      }
    }
  }
  return {
    displayTimeUnit: 'ms',
    otherData: { run: run.name, began: new Date(origin).toISOString(), program: 'Procession' },
    traceEvents: lanes.events,
  };
}

/** Events by process and thread: metadata first, then what happened, in the order of time. */
class Lanes {
  readonly #metadata: MetadataEvent[] = [];
  readonly #named = new Set<string>();
  readonly #threads = new Map<string, CompleteEvent[]>();

  process(pid: number, name: string, order: number): void {
    if (this.#named.has(String(pid))) return;
    this.#named.add(String(pid));
    this.#metadata.push(
      { ph: 'M', name: 'process_name', pid, tid: 0, args: { name } },
      { ph: 'M', name: 'process_sort_index', pid, tid: 0, args: { sort_index: order } },
    );
  }

  thread(pid: number, tid: number, name: string): void {
    if (this.#named.has(`${pid} ${tid}`)) return;
    this.#named.add(`${pid} ${tid}`);
    this.#metadata.push(
      { ph: 'M', name: 'thread_name', pid, tid, args: { name } },
      { ph: 'M', name: 'thread_sort_index', pid, tid, args: { sort_index: tid } },
    );
  }

  add(event: CompleteEvent): void {
    const thread = `${event.pid} ${event.tid}`;
    const events = this.#threads.get(thread);
    if (events === undefined) this.#threads.set(thread, [event]);
    else events.push(event);
  }

  get events(): TraceEvent[] {
    return [...this.#metadata, ...[...this.#threads.values()].flatMap(apart).sort((a, b) => a.ts - b.ts)];
  }
}

/** Events of one thread in their order, each at its end when the next one begins. */
function apart(events: readonly CompleteEvent[]): CompleteEvent[] {
  const sorted = [...events].sort((a, b) => a.ts - b.ts);
  return sorted.map((event, place) => {
    const next = sorted[place + 1];
    return next !== undefined && event.ts + event.dur > next.ts ? { ...event, dur: next.ts - event.ts } : event;
  });
}

const isKnown = Number.isFinite;

const firstBegan = ({ spans }: LaneSpans): number => spans[0] ?? Number.NaN;
