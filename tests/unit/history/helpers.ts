import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { encodeValue } from '../../../src/core/data/serialize';
import { History } from '../../../src/history';
import { openDatabase } from '../../../src/history/open-database';
import { ownIdentity, type ProcessIdentity } from '../../../src/history/process-identity';
import { SpillFolder } from '../../../src/history/spill-folder';
import { openSqlite } from '../../../src/history/sqlite';
import { commit, type JobBatch, prepare, type RunBatch } from '../../../src/history/store/commit';
import { claim } from '../../../src/history/store/ownership';
import { enqueue } from '../../../src/history/store/queue';
import { Store, type StoreOptions } from '../../../src/history/store/store';
import type { NewRun } from '../../../src/history/types';

/** A folder of its own, gone after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'history-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A history in a folder of its own, on this thread; closed after the test. */
export async function openHistory(): Promise<History> {
  const history = await History.open({ folder: temporaryFolder(), thread: false });
  onTestFinished(() => history.close());
  return history;
}

let opened = 0;

type TestOptions = Partial<StoreOptions> & { readonly identity?: Partial<ProcessIdentity> };

/** An open history, as one process has it; closed after the test. */
export function openStore(folder = temporaryFolder(), options: TestOptions = {}): Store {
  const store = makeStore(folder, options);
  onTestFinished(() => store.database.close());
  return store;
}

/** An open history, which whoever asks for it closes. */
export function makeStore(folder: string, { identity, ...rest }: TestOptions = {}): Store {
  const database = openDatabase(folder, openSqlite);
  // No test here cuts the power, and waiting for the disk is most of the time.
  database.exec('PRAGMA synchronous = OFF');
  const owner = { id: `owner-${++opened}`, kind: 'test', identity: { ...ownIdentity(), ...identity } };
  return new Store({ database, spill: new SpillFolder(join(folder, 'results')), owner, ...rest });
}

export const newRun = (changes: Partial<NewRun> = {}): NewRun => ({
  name: 'thumbs.yaml',
  file: '/home/someone/thumbs.yaml',
  source: 'version: 1\n',
  plan: '{"jobs":[]}',
  hash: 'hash-1',
  args: {},
  versions: { procession: '0.1.0' },
  jobs: [{ key: 'thumbs', kind: 'map', label: 'Thumbnails', target: 'thumbs.mjs#make', total: 10 }],
  ...changes,
});

/** A run that this store owns. */
export function claimedRun(
  store: Store,
  changes: Partial<NewRun> = {},
): { readonly run: number; readonly fence: number } {
  const [id = 0] = enqueue(store, [newRun(changes)]);
  const outcome = claim(store, { run: id });
  if (!outcome.ok) throw new Error('The run could not be claimed.');
  return outcome;
}

/** What is new about the job "thumbs". */
export const news = (changes: Partial<JobBatch>): JobBatch => ({
  key: 'thumbs',
  update: {},
  settled: [],
  lines: [],
  droppedLines: 0,
  ...changes,
});

/** Commits batches as the service does. */
export const commitAll = (store: Store, ...batches: readonly RunBatch[]): ReturnType<typeof commit> =>
  commit(
    store,
    batches.map((batch) => prepare(store, batch)),
  );

export const encoded = (value: unknown): Uint8Array => encodeValue(value, 'value');
