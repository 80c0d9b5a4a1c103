import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { decodeValue } from '../../../src/core/data/serialize';
import { History } from '../../../src/history/history';
import { packValues } from '../../../src/history/pack-values';
import { schemaVersion } from '../../../src/history/schema';
import { openSqlite } from '../../../src/history/sqlite';
import { enqueue } from '../../../src/history/store/queue';
import type { Notice } from '../../../src/history/types';
import { claimedRun, commitAll, encoded, makeStore, newRun, news, temporaryFolder } from './helpers';

/** A sound history of 40 runs, the first with 246 items that have ended; and the same before its log was merged. */
let sound: Buffer = Buffer.alloc(0);
let unmerged = { database: Buffer.alloc(0), log: Buffer.alloc(0) };

const itemText = (item: number): string => `${item}`.padEnd(300, '.');

beforeAll(() => {
  const folder = mkdtempSync(join(tmpdir(), 'history-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const store = makeStore(folder, { identity: { pid: 2 ** 22 + 5 } });
  const jobs = [{ key: 'thumbs', kind: 'map', label: 'T', target: 't', total: 400 }];
  const { run, fence } = claimedRun(store, { jobs, name: 'run 0' });
  for (let start = 0; start < 300; start += 50) {
    const payload = packValues(Array.from({ length: 40 }, (_, index) => encoded(itemText(start + index))));
    const error = { name: 'E', message: 'no' };
    commitAll(store, {
      run,
      fence,
      batch: start + 1,
      jobs: [
        news({
          settled: [
            { start, count: 40, state: 'done', attempts: 1, payload },
            { start: start + 40, count: 1, state: 'failed', attempts: 2, payload: null, error },
          ],
          lines: [{ at: 1, rank: 0, stream: 'log', text: `line ${start}` }],
        }),
      ],
    });
  }
  const runs = Array.from({ length: 39 }, (_, index) =>
    newRun({ name: `run ${index + 1}`, plan: `${index}`.repeat(3000) }),
  );
  enqueue(store, runs);
  const path = join(folder, 'procession.db');
  unmerged = { database: readFileSync(path), log: readFileSync(`${path}-wal`) };
  store.database.close();
  sound = readFileSync(path);
});

/** A data folder with these files. */
function folderWith(files: Readonly<Record<string, Uint8Array | string>>): string {
  const folder = temporaryFolder();
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  return folder;
}

interface Found {
  readonly history: History;
  readonly folder: string;
  readonly setAside: (Notice & { type: 'set-aside' }) | undefined;
  readonly names: readonly string[];
  readonly ms: number;
}

/** Opens the history in a folder, as the next start of a program does. */
async function startIn(folder: string): Promise<Found> {
  const before = performance.now();
  const history = await History.open({ folder, thread: false });
  onTestFinished(() => history.close());
  const ms = performance.now() - before;
  const setAside = history.notices.find((notice) => notice.type === 'set-aside');
  const { rows } = await history.list({ sort: 'created', limit: 1000 });
  return { history, folder, setAside, names: rows.map(({ name }) => name), ms };
}

const plans = [newRun().plan, ...Array.from({ length: 39 }, (_, index) => `${index}`.repeat(3000))];
const allNames = Array.from({ length: 40 }, (_, index) => `run ${index}`);

/** The first run as it was: each item with its own value, the others missing. */
async function expectItemsAsRecorded({ history }: Found): Promise<void> {
  const blocks = await history.values({ run: 1, job: 'thumbs', limit: 1000 });
  const found = blocks.flatMap(({ start, values }) =>
    values.map((value, index) => [start + index, value && decodeValue(value)]),
  );
  for (const [item, text] of found) expect(text).toBe(itemText(Number(item)));
  const remainder = await history.remainder(1);
  const missing = remainder[0]?.missing.reduce((sum, [start, end]) => sum + end - start, 0);
  const failed = await history.settled({ run: 1, job: 'thumbs', state: 'failed' });
  expect(Number(missing) + found.length + failed.length).toBe(400);
  expect(remainder[0]?.counts).toEqual({ done: found.length, failed: failed.length, skipped: 0, cancelled: 0 });
}

function expectKept({ setAside, folder }: Found, original: Uint8Array): void {
  expect(setAside?.movedTo).toMatch(/\/procession\.db\.(damaged|newer)-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d(-\d+)?$/);
  const kept = readFileSync(setAside?.movedTo ?? '');
  expect(kept.equals(Buffer.from(original))).toBe(true);
  expect(readdirSync(folder).filter((name) => /new-|next|lock|copy/.test(name))).toEqual([]);
}

test('a sound history is opened as it is, and says nothing but who is gone', async () => {
  const found = await startIn(folderWith({ 'procession.db': sound }));
  expect(found.history.notices).toEqual([{ type: 'interrupted', runs: [1] }]);
  expect(found.names).toEqual(allNames);
  await expectItemsAsRecorded(found);
});

test('a history whose log was not merged is whole', async () => {
  const found = await startIn(folderWith({ 'procession.db': unmerged.database, 'procession.db-wal': unmerged.log }));
  expect(found.setAside).toBeUndefined();
  expect(found.names).toEqual(allNames);
});

describe('a file that cannot be used is kept aside, and what can be read is taken over:', () => {
  const zeroed = (bytes: number) => (): Buffer => Buffer.concat([Buffer.alloc(bytes), sound.subarray(bytes)]);

  test.each([
    ['the header is zeroed', zeroed(100), 40, true],
    ['the first page is zeroed', zeroed(4096), 40, true],
    ['half of it is cut off', () => sound.subarray(0, Math.floor(sound.length / 2)), 0, false],
    ['it ends in the middle of a page', () => sound.subarray(0, sound.length - 5000), 1, false],
    ['all but 5,000 bytes are cut off', () => sound.subarray(0, 5000), 0, false],
    ['it has no bytes', () => Buffer.alloc(0), 0, false],
    ['it is a text', () => Buffer.from('Dear diary,\n'.repeat(900)), 0, false],
    ['it is a text of a few bytes', () => Buffer.from('hello'), 0, false],
    ['it is all zeros', () => Buffer.alloc(50_000), 0, false],
  ])('%s', async (_case, content, atLeast, isComplete) => {
    const found = await startIn(folderWith({ 'procession.db': content() }));
    expect(found.names.length).toBeGreaterThanOrEqual(atLeast);
    expect(allNames).toEqual(expect.arrayContaining([...found.names]));
    expect(found.setAside).toMatchObject({ salvagedRuns: found.names.length, isComplete });
    // The promise is five seconds; it takes a hundredth of that where nothing else is done.
    expect(found.ms).toBeLessThan(25_000);
    expectKept(found, content());
    if (found.names.includes('run 0')) await expectItemsAsRecorded(found);
    await found.history.enqueue([newRun({ name: 'afterwards' })]);
  });

  test('it is empty, but its log holds everything that was written', async () => {
    const found = await startIn(folderWith({ 'procession.db': '', 'procession.db-wal': unmerged.log }));
    expect(found.setAside).toMatchObject({ salvagedRuns: 40, isComplete: false });
    expect(found.names).toEqual(allNames);
    await expectItemsAsRecorded(found);
  });

  test('it is gone, and its log is left', async () => {
    const found = await startIn(folderWith({ 'procession.db-wal': unmerged.log }));
    expect(found.setAside?.reason).toContain('only its log is left');
    expect(existsSync(`${found.setAside?.movedTo}-wal`)).toBe(true);
    expect(found.names).toEqual(allNames);
  });

  test('it is the database of another program', async () => {
    const folder = temporaryFolder();
    const other = openSqlite(join(folder, 'procession.db'));
    other.exec('CREATE TABLE bookmarks (id INTEGER PRIMARY KEY, url TEXT); INSERT INTO bookmarks VALUES (1, 2)');
    other.close();
    const content = readFileSync(join(folder, 'procession.db'));
    const found = await startIn(folder);
    expect(found.setAside?.reason).toContain('another program');
    expectKept(found, content);
  });

  test('a newer Procession has written it', async () => {
    const folder = folderWith({ 'procession.db': sound });
    const newer = openSqlite(join(folder, 'procession.db'));
    newer.exec(`PRAGMA user_version = ${schemaVersion + 1}`);
    newer.close();
    const content = readFileSync(join(folder, 'procession.db'));
    const found = await startIn(folder);
    expect(found.setAside?.reason).toContain('a newer Procession has written it');
    expect(found.setAside?.movedTo).toContain('procession.db.newer-');
    expectKept(found, content);
    expect(found.names).toEqual([]);
  });

  test('some of its bits have flipped', async () => {
    let setAside = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ at: fc.nat(sound.length - 1), bit: fc.nat(7) }), { minLength: 1, maxLength: 12 }),
        async (flips) => {
          const bytes = Buffer.from(sound);
          for (const { at, bit } of flips) bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << bit), at);
          const folder = mkdtempSync(join(tmpdir(), 'history-'));
          writeFileSync(join(folder, 'procession.db'), bytes);
          const history = await History.open({ folder, thread: false });
          try {
            const { rows } = await history.list({ limit: 1000 });
            const notice = history.notices.find(({ type }) => type === 'set-aside');
            if (notice?.type === 'set-aside') {
              setAside += 1;
              expect(readFileSync(notice.movedTo).equals(bytes)).toBe(true);
              expect(notice.salvagedRuns).toBe(rows.length);
            } else expect(rows.length).toBe(40);
            for (const { id } of rows) {
              const run = await history.get(id);
              // Two bits may make another run of one, but never another plan of one.
              if (!run?.isDefinitionLost) expect(plans).toContain(run?.plan);
              const blocks = await history.values({ run: id, job: 'thumbs', limit: 1000 }).catch((error: unknown) => {
                expect(error).toMatchObject({ code: expect.stringMatching(/DAMAGED|STATE/) as string });
                return [];
              });
              for (const { start, values } of blocks)
                for (const [index, value] of values.entries())
                  expect(value && decodeValue(value)).toBe(itemText(start + index));
            }
          } finally {
            await history.close();
            rmSync(folder, { recursive: true, force: true });
          }
        },
      ),
      { numRuns: 25, seed: 19 },
    );
    expect(setAside).toBeGreaterThan(5);
  }, 60_000);
});

test('a newer history that is open elsewhere is left alone, and it is said what to do', async () => {
  const folder = folderWith({ 'procession.db': sound });
  const newer = openSqlite(join(folder, 'procession.db'));
  onTestFinished(() => newer.close());
  newer.exec(`PRAGMA user_version = ${schemaVersion + 1}`);
  await expect(History.open({ folder, thread: false })).rejects.toMatchObject({
    code: 'ERR_HISTORY_IN_USE',
    message: expect.stringContaining('has it open now. Close that one') as string,
  });
  expect(newer.prepare('SELECT id FROM runs').all()).toHaveLength(40);
});

test('what was set aside is said at every start until somebody has seen it', async () => {
  const folder = folderWith({ 'procession.db': 'hello' });
  const first = await startIn(folder);
  await first.history.close();
  const second = await startIn(folder);
  expect(second.setAside).toEqual(first.setAside);
  await second.history.dismissNotice();
  await second.history.close();
  expect((await startIn(folder)).history.notices).toEqual([]);
});

test('a replacement that was cut off after the old file had been moved is finished by the next start', async () => {
  const folder = folderWith({ 'procession.db': 'hello' });
  const { history, setAside } = await startIn(folder);
  await history.enqueue([newRun({ name: 'kept' })]);
  await history.close();
  copyFileSync(join(folder, 'procession.db'), join(folder, 'procession.db.next'));
  rmSync(join(folder, 'procession.db'));
  writeFileSync(join(folder, 'procession.db.new-123'), 'half');
  const found = await startIn(folder);
  expect(found.setAside).toEqual(setAside);
  expect(found.names).toEqual(['kept']);
});

test('two that are set aside in the same second keep different names', async () => {
  const folder = folderWith({ 'procession.db': 'one' });
  await (await startIn(folder)).history.close();
  const start = Date.now();
  const kept: string[] = [];
  for (const text of ['two', 'three', 'four']) {
    writeFileSync(join(folder, 'procession.db'), text);
    const found = await startIn(folder);
    await found.history.close();
    kept.push(readFileSync(found.setAside?.movedTo ?? '', 'utf8'));
  }
  expect(kept).toEqual(['two', 'three', 'four']);
  expect(readdirSync(folder).filter((name) => name.includes('.damaged-'))).toHaveLength(4);
  expect(start).toBeGreaterThan(0);
});

test('a database and its folder are for their owner only, also when they were open to others', async () => {
  const folder = temporaryFolder();
  const inner = join(folder, 'data');
  await (await startIn(inner)).history.close();
  const found = await startIn(inner);
  await found.history.enqueue([newRun()]);
  expect(statSync(inner).mode & 0o777).toBe(0o700);
  for (const name of readdirSync(inner))
    expect([name, statSync(join(inner, name)).mode & 0o777]).toEqual([name, 0o600]);
});
