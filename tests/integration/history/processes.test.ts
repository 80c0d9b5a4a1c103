import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { decodeValue } from '../../../src/core/data/serialize';
import { History } from '../../../src/history';
import { buildPrograms, expectTook, linesOf, start, temporaryFolder } from './programs';

let programs = '';
beforeAll(async () => {
  programs = await buildPrograms('queue-worker');
});
afterAll(() => rmSync(programs, { recursive: true, force: true }));

const itemsPerRun = 40;

async function openHere(folder: string): Promise<History> {
  const history = await History.open({ folder, thread: false });
  onTestFinished(() => history.close());
  return history;
}

/** Which process recorded each item of a run; an item that is recorded twice would be there twice. */
async function recordersOf(history: History, run: number): Promise<[item: number, pid: unknown][]> {
  const blocks = await history.values({ run, job: 'a', limit: 1000 });
  return blocks.flatMap(({ start: from, values }) =>
    values.map((value, index): [number, unknown] => [from + index, value && decodeValue(value)]),
  );
}

interface Acknowledged {
  readonly what: string;
  readonly run: number;
  readonly item: number;
  readonly pid: number;
}

const acknowledgedIn = (folder: string): Acknowledged[] =>
  linesOf(join(folder, 'acknowledged')).map((line) => {
    const [what = '', run, second, third] = line.split(' ');
    return { what, run: Number(run), item: Number(second), pid: Number(third ?? second) };
  });

/** A steady source of numbers from 0 to 1, so that a failure can be looked at again. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

test('killed 50 times with 500 runs queued and 8 running, all are listed at once and no item is recorded again', async () => {
  const folder = temporaryFolder();
  const random = randomNumbers(16);
  let slowestMs = 0;
  for (let kill = 0; kill < 50; kill += 1) {
    const worker = start(programs, 'queue-worker', [folder, '8', kill === 0 ? '508' : '0']);
    await worker.line((line) => line === 'ready');
    await pause(random() * 300);
    worker.child.kill('SIGKILL');
    expect((await worker.ended).complaints).toBe('');
    const before = performance.now();
    const history = await openHere(folder);
    const { rows, total } = await history.list({ limit: 1000 });
    slowestMs = Math.max(slowestMs, performance.now() - before);
    expect([rows.length, total]).toEqual([508, 508]);
    expect(rows.filter(({ owner }) => owner !== null)).toEqual([]);
    await history.close();
  }
  expectTook('opening and listing a history after a kill', slowestMs, 3000);
  const history = await openHere(folder);
  const { rows } = await history.list({ limit: 1000 });
  const acknowledged = acknowledgedIn(folder);
  const items = acknowledged.filter(({ what }) => what === 'item');
  expect(items.length).toBeGreaterThan(500);
  // Nobody worked again on what had been acknowledged to a process before.
  expect(new Set(items.map(({ run, item }) => `${run} ${item}`)).size).toBe(items.length);
  const recorded = new Map<string, unknown>();
  for (const { id, items: counts } of rows) {
    const found = await recordersOf(history, id);
    expect(new Set(found.map(([item]) => item)).size).toBe(found.length);
    expect(counts.done).toBe(found.length);
    for (const [item, pid] of found) recorded.set(`${id} ${item}`, pid);
  }
  for (const { run, item, pid } of items) expect([run, item, recorded.get(`${run} ${item}`)]).toEqual([run, item, pid]);
  for (const { what, run } of acknowledged)
    if (what === 'end') expect(rows.find(({ id }) => id === run)?.state).toBe('done');
}, 300_000);

describe('a window and two command lines', () => {
  test('never own the same run', async () => {
    const folder = temporaryFolder();
    const history = await openHere(folder);
    const jobs = [{ key: 'a', kind: 'map', label: 'A', target: 'a.mjs#a', total: itemsPerRun }];
    const run = { name: 'run', file: null, source: '', plan: '{}', hash: 'h', args: {}, versions: {}, jobs };
    await history.enqueue(Array.from({ length: 24 }, () => run));
    const workers = [3, 2, 2].map((atATime) => start(programs, 'queue-worker', [folder, String(atATime)]));
    for (const { ended } of workers) expect(await ended).toMatchObject({ code: 0, complaints: '' });
    const claims = acknowledgedIn(folder).filter(({ what }) => what === 'claimed');
    expect(new Set(claims.map(({ run: id }) => id)).size).toBe(24);
    expect(claims).toHaveLength(24);
    for (const { run: id, pid } of claims)
      expect(await recordersOf(history, id)).toEqual(Array.from({ length: itemsPerRun }, (_, item) => [item, pid]));
    expect((await history.list({ states: ['done'] })).total).toBe(24);
  }, 120_000);

  test('take over what one of them leaves when it is killed, within a second', async () => {
    const folder = temporaryFolder();
    const dying = start(programs, 'queue-worker', [folder, '2', '8']);
    await dying.line((line) => line === 'ready');
    const history = await openHere(folder);
    await expect.poll(async () => (await history.list({ states: ['running'] })).total).toBe(2);
    const run = (await history.list({ states: ['running'] })).rows[0]?.id ?? 0;
    expect(await history.claim(run)).toMatchObject({
      ok: false,
      owner: { pid: dying.child.pid, kind: 'worker', isSelf: false },
    });
    const noticed = new Promise<number>((resolve) => {
      history.onEvent((event) => event.type === 'interrupted' && resolve(performance.now()));
    });
    const killedAt = performance.now();
    dying.child.kill('SIGKILL');
    expectTook('what a killed process leaves is noticed', (await noticed) - killedAt, 1000);
    expect(await history.claim(run)).toMatchObject({ ok: true });
  });

  test('leave a run to a process that is stopped, for as long as it lives', async () => {
    const folder = temporaryFolder();
    const stopped = start(programs, 'queue-worker', [folder, '1', '8']);
    await stopped.line((line) => line === 'ready');
    const history = await openHere(folder);
    await expect.poll(async () => (await history.list({ states: ['running'] })).total).toBe(1);
    stopped.child.kill('SIGSTOP');
    const run = (await history.list({ states: ['running'] })).rows[0]?.id ?? 0;
    await expect(history.claim(run)).resolves.toMatchObject({ ok: false, owner: { pid: stopped.child.pid } });
    stopped.child.kill('SIGCONT');
    expect(await stopped.ended).toMatchObject({ code: 0, complaints: '' });
    expect((await history.list({ states: ['done'] })).total).toBe(8);
  });
});

test('three processes that come to an empty folder at the same moment make one history', async () => {
  const folder = temporaryFolder();
  const workers = [1, 1, 1].map(() => start(programs, 'queue-worker', [folder, '1', '5']));
  for (const { ended } of workers) expect(await ended).toMatchObject({ code: 0, complaints: '' });
  const { total, rows } = await (await openHere(folder)).list();
  expect(total).toBe(15);
  expect(new Set(rows.map(({ state }) => state))).toEqual(new Set(['done']));
});
