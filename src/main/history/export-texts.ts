import { decodeValue } from '../../core/data/serialize';
import type { History, StoredRun } from '../../history';
import { toPlain } from '../../jobs/output-json';
import { SecretMask } from '../../runner/secrets';
import { planOf } from '../../runner/stored-runs';
import { csvText } from '../../shared/csv';
import type { ExportKind } from '../../shared/ipc-history';
import type { RunRow, StoredJob } from '../../shared/stored-run';
import { chromeTrace } from './chrome-trace';
import { itemNames, planOfJob } from './run-detail';
import { tracedRun } from './traced-run';

/** So many runs are read at a time, and so many rows of items. */
const runsAtOnce = 200;
const rowsAtOnce = 200;
/** Larger results are named in JSON, not written. */
const mostResultBytes = 16 * 1024 * 1024;

type Cell = string | number | null;

/** What an export writes, part by part. Runs that are gone meanwhile are left out. */
export async function* exportTexts(
  history: History,
  kind: ExportKind,
  runs: readonly number[],
  environment: Readonly<NodeJS.ProcessEnv>,
): AsyncGenerator<string> {
  switch (kind) {
    case 'runs-csv':
      yield* runsCsv(history, runs);
      return;
    case 'jobs-csv':
      yield csvLine(jobColumns);
      for (const id of runs) {
        const run = await readRun(history, id, environment);
        if (run !== undefined) yield run.stored.jobList.map((job) => csvLine(jobCells(run, job))).join('');
      }
      return;
    case 'items-csv':
      yield csvLine(['run', 'job', 'item', 'name', 'state', 'attempts', 'value', 'error']);
      for (const id of runs) {
        const run = await readRun(history, id, environment);
        for (const job of run?.stored.jobList ?? []) if (run !== undefined) yield* itemsCsv(history, run, job);
      }
      return;
    case 'json':
      yield* asJson(history, runs, environment);
      return;
    case 'trace': {
      const [id = 0] = runs;
      const stored = await history.get(id);
      if (!stored) throw new RangeError(`Run ${id} is not in the history any more.`);
      yield JSON.stringify(chromeTrace(await tracedRun(history, stored, Date.now())));
    }
  }
}

/** A run, and what hides its secrets wherever they may have got into. */
interface ReadRun {
  readonly stored: StoredRun;
  readonly mask: SecretMask;
}

async function readRun(
  history: History,
  id: number,
  environment: Readonly<NodeJS.ProcessEnv>,
): Promise<ReadRun | undefined> {
  const stored = await history.get(id);
  if (!stored) return undefined;
  let jobs: ConstructorParameters<typeof SecretMask>[0] = [];
  try {
    ({ jobs } = planOf(stored));
  } catch {
    // Of one that cannot be read any more no secrets are known.
  }
  return { stored, mask: new SecretMask(jobs, environment) };
}

async function* runsCsv(history: History, runs: readonly number[]): AsyncGenerator<string> {
  yield csvLine([
    ...['run', 'name', 'state', 'file', 'targets', 'queued', 'started', 'ended', 'seconds', 'jobs', 'jobs done'],
    ...['jobs failed', 'items', 'done', 'failed', 'skipped', 'cancelled', 'exit code', 'failure'],
  ]);
  for (let from = 0; from < runs.length; from += runsAtOnce) {
    const ids = runs.slice(from, from + runsAtOnce);
    const lines = new Map((await history.lines(ids)).map((line) => [line.id, line]));
    yield ids
      .flatMap((id) => lines.get(id) ?? [])
      .map((line) =>
        csvLine([
          ...[line.id, line.name, line.state, line.file, line.targets.join(' '), iso(line.createdAt)],
          ...[iso(line.startedAt), iso(line.endedAt), seconds(line)],
          ...[line.jobs.total, line.jobs.done, line.jobs.failed],
          ...[line.items.total, line.items.done, line.items.failed, line.items.skipped, line.items.cancelled],
          ...[line.exitCode, line.failure],
        ]),
      )
      .join('');
  }
}

const jobColumns = [
  ...['run', 'run name', 'job', 'label', 'kind', 'target', 'state', 'items', 'done', 'failed', 'skipped', 'cancelled'],
  ...['attempts', 'started', 'ended', 'seconds', 'error', 'output'],
];

function jobCells({ stored, mask }: ReadRun, job: StoredJob): Cell[] {
  const { items, error, output } = job;
  return [
    ...[stored.id, stored.name, job.key, job.label, job.kind, job.target, job.state, job.total],
    ...[doneOf(job), items.failed, items.skipped, items.cancelled, job.attempts],
    ...[iso(job.startedAt), iso(job.endedAt), seconds(job)],
    ...[error === null ? null : mask.text(`${error.name}: ${error.message}`), output],
  ];
}

/** The items of a job: what is done with its values, then what is not. */
async function* itemsCsv(history: History, { stored, mask }: ReadRun, job: StoredJob): AsyncGenerator<string> {
  const ref = { run: stored.id, job: job.key };
  const nameOf = itemNames(planOfJob(stored, job.key));
  const line = (item: number, state: string, attempts: number, value: Cell, error: Cell): string =>
    csvLine([stored.id, job.key, item, nameOf(item), state, attempts, value, error]);
  for (let from = 0; ; ) {
    // Both come row by row of the same table, so they belong together.
    const [ranges, blocks] = await Promise.all([
      history.settled({ ...ref, state: 'done', from, limit: rowsAtOnce }),
      history.values({ ...ref, from, limit: rowsAtOnce }),
    ]);
    const attempts = new Map(ranges.map((range) => [range.start, range.attempts]));
    yield blocks
      .flatMap(({ start, values }) =>
        values.map((value, place) =>
          line(start + place, 'done', attempts.get(start) ?? 1, mask.text(valueText(value)), null),
        ),
      )
      .join('');
    const last = blocks.at(-1);
    if (last === undefined || blocks.length < rowsAtOnce) break;
    from = last.start + last.values.length;
  }
  for (const state of ['failed', 'skipped', 'cancelled'] as const)
    for (let from = 0; ; ) {
      const ranges = await history.settled({ ...ref, state, from, limit: rowsAtOnce });
      for (const { start, end, attempts, error } of ranges) {
        const text = error === null ? null : mask.text(`${error.name}: ${error.message}`);
        for (let item = start; item < end; item += rowsAtOnce)
          yield Array.from({ length: Math.min(rowsAtOnce, end - item) }, (_, place) =>
            line(item + place, state, attempts, null, text),
          ).join('');
      }
      const last = ranges.at(-1);
      if (last === undefined || ranges.length < rowsAtOnce) break;
      from = last.end;
    }
}

/** Runs with all that is told of them, and the results of their jobs; values of items are left to their own export. */
async function* asJson(
  history: History,
  runs: readonly number[],
  environment: Readonly<NodeJS.ProcessEnv>,
): AsyncGenerator<string> {
  yield `{"format":"procession-history","version":1,"exported":${JSON.stringify(new Date().toISOString())},"runs":[`;
  let separator = '\n';
  for (const id of runs) {
    const run = await readRun(history, id, environment);
    if (run === undefined) continue;
    const { plan, jobList, owner: _, ...rest } = run.stored;
    const jobs = [];
    for (const job of jobList) jobs.push(await jobJson(history, run, job));
    const definition: unknown = run.stored.isDefinitionLost ? null : JSON.parse(plan);
    yield `${separator}${JSON.stringify({ ...run.mask.data(rest), plan: definition, jobs })}`;
    separator = ',\n';
  }
  yield '\n]}\n';
}

async function jobJson(history: History, { stored, mask }: ReadRun, job: StoredJob): Promise<unknown> {
  if (job.resultBytes === null || job.isResultRefused || job.resultBytes > mostResultBytes) return mask.data(job);
  const bytes = await history.result({ run: stored.id, job: job.key });
  return mask.data(bytes === undefined ? job : { ...job, result: toPlain(decodeValue(bytes), 'length') });
}

/** A value as a cell: texts as they are, all else as JSON. */
function valueText(bytes: Uint8Array | undefined): string {
  if (bytes === undefined) return '';
  const value = toPlain(decodeValue(bytes), 'length');
  return typeof value === 'string' ? value : JSON.stringify(value);
}

const csvLine = (cells: readonly Cell[]): string =>
  `${cells.map((cell) => (typeof cell === 'number' ? String(cell) : csvText(cell ?? ''))).join(',')}\n`;

const iso = (time: number | null): string | null => (time === null ? null : new Date(time).toISOString());

const seconds = ({ startedAt, endedAt }: Pick<RunRow, 'startedAt' | 'endedAt'>): number | null =>
  startedAt === null || endedAt === null ? null : (endedAt - startedAt) / 1000;

/** Of jobs that are called once per process nothing is counted item by item. */
const doneOf = ({ kind, items, progress }: StoredJob): number => (kind === 'target' ? progress : items.done);
