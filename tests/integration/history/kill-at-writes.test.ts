import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { decodeValue } from '../../../src/core/data/serialize';
import { History } from '../../../src/history';
import { openSqlite } from '../../../src/history/sqlite';
import { buildPrograms, linesOf, start, temporaryFolder } from './programs';

let programs = '';
beforeAll(async () => {
  programs = await buildPrograms('workload');
});
afterAll(() => rmSync(programs, { recursive: true, force: true }));

const itemsPerRun = 8;
const done = Array.from({ length: itemsPerRun }, (_, item) => item).filter((item) => item !== 3);
const valueOf = (run: number, item: number): unknown =>
  item % 5 === 4 ? undefined : `${run}/${item}`.padEnd(item === 6 ? 70_000 : 10, '.');

/** The items that are recorded of a run, each as often as it is. */
async function itemsOf(history: History, run: number): Promise<Map<number, number>> {
  const counts = new Map<number, number>();
  for (const state of ['done', 'failed', 'skipped', 'cancelled'] as const)
    for (const { start: from, end } of await history.settled({ run, job: 'a', state }))
      for (let item = from; item < end; item += 1) counts.set(item, (counts.get(item) ?? 0) + 1);
  return counts;
}

/** What the killed process was told is there, and nothing is there twice. */
async function expectInvariant(folder: string, killedAt: number): Promise<void> {
  const where = `killed at write ${killedAt}`;
  const history = await History.open({ folder, thread: false });
  try {
    expect(
      history.notices.filter(({ type }) => type !== 'interrupted'),
      where,
    ).toEqual([]);
    const acknowledged = linesOf(join(folder, 'acknowledged')).map((line) => line.split(' '));
    const { rows } = await history.list({ limit: 10 });
    const states = new Map(rows.map(({ id, state }) => [id, state]));
    const isRemoved = acknowledged.some(([what]) => what === 'removed');
    for (const [what, ...ids] of acknowledged) {
      if (what === 'queued' && !isRemoved)
        for (const id of ids.slice(0, 2)) expect(states.has(Number(id)), where).toBe(true);
      if (what === 'cancelled') expect(['cancelled', undefined], where).toContain(states.get(Number(ids[0])));
      if (what === 'end') expect(states.get(Number(ids[0])), where).toBe('failed');
      if (what === 'removed') expect(states.has(3), where).toBe(false);
      if (what === 'result')
        expect(decodeValue((await history.result({ run: Number(ids[0]), job: 'a' })) ?? new Uint8Array()), where).toBe(
          'r'.repeat(3000),
        );
    }
    for (const { id, state, owner, items } of rows) {
      expect([state, owner], where).not.toContainEqual('running');
      const recorded = await itemsOf(history, id);
      expect(
        [...recorded.values()].filter((count) => count !== 1),
        where,
      ).toEqual([]);
      for (const [what, run, item] of acknowledged)
        if (what === 'item' && Number(run) === id) expect(recorded.has(Number(item)), where).toBe(true);
      expect(items.done + items.failed + items.skipped + items.cancelled, where).toBe(recorded.size);
    }
  } finally {
    await history.close();
  }
  const database = openSqlite(join(folder, 'procession.db'));
  expect(database.prepare('PRAGMA integrity_check').all(), where).toEqual([{ integrity_check: 'ok' }]);
  expect(database.prepare('PRAGMA foreign_key_check').all(), where).toEqual([]);
  database.close();
}

/** In the end all is as if nobody had been killed. */
async function expectFinished(folder: string, where: string): Promise<void> {
  const history = await History.open({ folder, thread: false });
  onTestFinished(() => history.close());
  const { rows } = await history.list({ sort: 'created' });
  expect(
    rows.map(({ id, state }) => [id, state]),
    where,
  ).toEqual([
    [1, 'failed'],
    [2, 'failed'],
  ]);
  for (const { id } of rows) {
    const blocks = await history.values({ run: id, job: 'a' });
    const values = blocks.flatMap(({ start: from, values: kept }) =>
      kept.map((value, index) => [from + index, value && decodeValue(value)]),
    );
    expect(values, where).toEqual(done.map((item) => [item, valueOf(id, item)]));
    expect((await history.settled({ run: id, job: 'a', state: 'failed' }))[0], where).toMatchObject({
      start: 3,
      end: 4,
      attempts: 2,
    });
  }
  // Of each run the result and the value of item 6 are too large for the database.
  expect(readdirSync(join(folder, 'results')).length, where).toBeGreaterThanOrEqual(4);
  await history.close();
}

test('killed before and after every write, nothing that was acknowledged is lost and no item is recorded twice', async () => {
  const whole = temporaryFolder();
  const copies = temporaryFolder();
  const { lines, complaints } = await start(programs, 'workload', [whole, copies]).ended;
  expect(complaints).toBe('');
  await expectFinished(whole, 'not killed');
  const writes = Number(lines[0]);
  expect(writes).toBeGreaterThan(100);
  expect(readdirSync(copies)).toHaveLength(writes);

  // Before the first acknowledgement there may be nothing at all.
  const hasBegun = (of: string): boolean => readdirSync(of).includes('acknowledged');
  for (let killAt = 1; killAt <= writes; killAt += 1) {
    const copy = join(copies, String(killAt));
    if (hasBegun(copy)) await expectInvariant(copy, killAt);
  }

  // Every tenth is really killed, and goes on to the end.
  let next = 10;
  const worker = async (): Promise<void> => {
    for (let killAt = next; killAt <= writes; killAt = next) {
      next += 10;
      const folder = temporaryFolder();
      const killed = await start(programs, 'workload', [folder, String(killAt)]).ended;
      expect([killed.signal, killed.complaints]).toEqual(['SIGKILL', '']);
      // What it leaves is what the copy has.
      const acknowledged = (of: string): string[] => (hasBegun(of) ? linesOf(join(of, 'acknowledged')) : []);
      expect(acknowledged(folder)).toEqual(acknowledged(join(copies, String(killAt))));
      if (hasBegun(folder)) await expectInvariant(folder, killAt);
      const resumed = await start(programs, 'workload', [folder]).ended;
      expect([resumed.code, resumed.complaints]).toEqual([0, '']);
      await expectFinished(folder, `killed at write ${killAt}, then resumed`);
      rmSync(folder, { recursive: true, force: true });
    }
  };
  await Promise.all([worker(), worker()]);
}, 300_000);
