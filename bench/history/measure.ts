import { statSync } from 'node:fs';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { encodeValue } from '../../src/core/data/serialize';
import { History, type NewRun, type RunRecorder } from '../../src/history';
import { openSqlite } from '../../src/history/sqlite';

/* Measures the history in the folder that is given, and prints a line for each figure. */
const folder = process.argv[2] ?? '';
const queuedRuns = 100_000;
const items = 1_000_000;

const say = (what: string, figure: string): void => console.log(`${what.padEnd(70)} ${figure}`);

async function timed<T>(work: () => Promise<T> | T): Promise<[result: T, ms: number]> {
  const before = performance.now();
  const result = await work();
  return [result, performance.now() - before];
}

const ms = (value: number): string => `${value < 10 ? value.toFixed(2) : value.toFixed(0)} ms`;
const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
const bytesOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;

const newRun = (index: number, total: number): NewRun => ({
  name: `Thumbnails of day ${index}`,
  file: '/home/someone/pictures/thumbs.yaml',
  source: 'version: 1\njobs:\n  - map: ./thumbs.mjs#make\n    range: 1000\n',
  plan: JSON.stringify({ jobs: [{ id: 'thumbs', range: total }] }),
  hash: 'b5bb9d8014a0f9b1d61e21e796d78dccdf1352f23cd32812f4850b878ae4944c',
  args: {},
  versions: { procession: '0.1.0', node: process.versions.node },
  jobs: [{ key: 'thumbs', kind: 'map', label: 'Thumbnails', target: 'thumbs.mjs#make', total }],
});

async function measureQueue(): Promise<void> {
  const history = await History.open({ folder: join(folder, 'queue') });
  const [, enqueueMs] = await timed(() =>
    history.enqueue(Array.from({ length: queuedRuns }, (_, index) => newRun(index, 1000))),
  );
  say(`queue ${queuedRuns} runs of a job each, in one transaction`, ms(enqueueMs));
  await history.close();
  const [again, openMs] = await timed(() => History.open({ folder: join(folder, 'queue') }));
  say('open it again, with a thread and a check', ms(openMs));
  for (const [what, query] of [
    ['first page of 100 in the order of the queue', { sort: 'order', states: ['queued'] }],
    ['page 900', { sort: 'order', offset: 90_000 }],
    ['two words in all names', { text: 'thumb 99' }],
    ['by name', { sort: 'name' }],
    [`all ${queuedRuns}`, { limit: queuedRuns }],
  ] as const) {
    const [, listMs] = await timed(() => again.list(query));
    say(`list: ${what}`, ms(listMs));
  }
  const [recorder, claimMs] = await timed(() => again.claimNext());
  say('claim the next', ms(claimMs));
  await recorder?.release('queued');
  await again.close();
  say(`size of the database with ${queuedRuns} runs`, megabytes(bytesOf(join(folder, 'queue', 'procession.db'))));
}

async function claim(history: History, run: number): Promise<RunRecorder> {
  const outcome = await history.claim(run);
  if (!outcome.ok) throw new Error('The run could not be claimed.');
  return outcome.recorder;
}

async function measureItems(perReport: number): Promise<void> {
  const path = join(folder, `items-${perReport}`);
  const history = await History.open({ folder: path });
  const [run = 0] = await history.enqueue([newRun(0, items)]);
  const recorder = await claim(history, run);
  const value = encodeValue({ size: 12_345, ok: true }, 'value');
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  const [, recordMs] = await timed(async () => {
    for (let start = 0; start < items; start += perReport) {
      void recorder.done('thumbs', start, new Array<Uint8Array>(perReport).fill(value));
      // As reports of workers arrive: not all in one turn.
      if ((start / perReport) % 100 === 99) await new Promise(setImmediate);
    }
    await history.flush();
  });
  delay.disable();
  await history.close();
  const size = bytesOf(join(path, 'procession.db'));
  say(
    `record ${items} items of ${value.byteLength} bytes, ${perReport} a report`,
    `${ms(recordMs)}, ${megabytes(size)}`,
  );
  say('  longest wait of the event loop meanwhile', ms(delay.max / 1e6));
  const database = openSqlite(join(path, 'procession.db'), { readOnly: true });
  const rows = database.prepare<{ count: number }>('SELECT count(*) AS count FROM settled').get();
  database.close();
  say('  rows for them', String(rows?.count));
  const [again, openMs] = await timed(() => History.open({ folder: path }));
  const [, leftMs] = await timed(() => again.remainder(run));
  say('  open it again; what is left to do', `${ms(openMs)}; ${ms(leftMs)}`);
  await again.close();
}

/** One item each 100 ms for a day, as fast as it goes: a transaction for each. */
function measureCommits(): void {
  for (const synchronous of ['NORMAL', 'FULL']) {
    const database = openSqlite(join(folder, `commits-${synchronous}.db`));
    database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = ${synchronous}; CREATE TABLE t (a INTEGER, b BLOB)`);
    const insert = database.prepare<never>('INSERT INTO t VALUES (?, ?)');
    const block = new Uint8Array(4096);
    const times = Array.from({ length: 1000 }, (_, index) => {
      const before = performance.now();
      database.exec('BEGIN IMMEDIATE');
      insert.run(index, block);
      database.exec('COMMIT');
      return performance.now() - before;
    }).sort((a, b) => a - b);
    database.close();
    const at = (part: number): string => ms(times[Math.floor(part * (times.length - 1))] ?? 0);
    say(`commit of 4 KiB, synchronous ${synchronous}: median, 99%, longest`, `${at(0.5)}, ${at(0.99)}, ${at(1)}`);
  }
}

async function measureLooking(): Promise<void> {
  const database = openSqlite(join(folder, 'queue', 'procession.db'));
  const revision = database.prepare('SELECT last FROM revisions');
  const owners = database.prepare('SELECT * FROM owners');
  const [, lookMs] = await timed(() => {
    for (let index = 0; index < 10_000; index += 1) {
      revision.get();
      owners.all();
    }
  });
  database.close();
  say('look for changes once', `${((lookMs / 10_000) * 1000).toFixed(0)} microseconds`);
}

async function main(): Promise<void> {
  await measureQueue();
  await measureItems(1000);
  await measureItems(1);
  measureCommits();
  await measureLooking();
}

void main();
