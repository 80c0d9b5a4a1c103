import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { History } from '../../../src/history/history';
import { migrate, versionOf } from '../../../src/history/migrate';
import { applicationId, migrations, schemaVersion } from '../../../src/history/schema';
import { openSqlite } from '../../../src/history/sqlite';
import { temporaryFolder } from './helpers';

describe('a history of an older version', () => {
  test.each([1, 2])('(schema %i) is brought up to date, and all of it can be read', async (version) => {
    const folder = temporaryFolder();
    const old = openSqlite(join(folder, 'procession.db'));
    old.exec(`PRAGMA auto_vacuum = INCREMENTAL; PRAGMA application_id = ${applicationId}`);
    old.exec(readFileSync(join(import.meta.dirname, `fixtures/schema-${version}.sql`), 'utf8'));
    expect(versionOf(old)).toBe(version);
    old.close();

    const history = await History.open({ folder, thread: false });
    onTestFinished(() => history.close());
    expect(history.notices).toEqual([]);
    expect((await history.list({ sort: 'order' })).rows.map(({ id, state }) => [id, state])).toEqual([
      [2, 'queued'],
      [1, 'interrupted'],
    ]);
    expect(await history.get(1)).toMatchObject({ source: 'version: 1\n', plan: '{}', isDefinitionLost: false });
    expect((await history.remainder(1))[0]).toMatchObject({
      missing: [
        [2, 4],
        [5, 10],
      ],
      counts: { done: 2, failed: 1, skipped: 0, cancelled: 0 },
    });
    expect(await history.values({ run: 1, job: 'thumbs' })).toEqual([{ start: 0, values: [undefined, undefined] }]);
    expect(await history.settled({ run: 1, job: 'thumbs', state: 'failed' })).toMatchObject([
      { start: 4, end: 5, attempts: 3, error: { message: 'broken' } },
    ]);
    // How long items took was not kept then, and no job was held by itself.
    expect((await history.settled({ run: 1, job: 'thumbs' })).map(({ durationsMs }) => durationsMs ?? null)).toEqual([
      null,
      null,
    ]);
    expect((await history.get(1))?.jobList.map(({ isHeld }) => isHeld)).toEqual([false]);
    const timeline = await history.timeline({ run: 1, job: 'thumbs' });
    expect(timeline && [...timeline]).toEqual(version === 1 ? undefined : [1, 2]);
    expect((await history.list({ isCleared: true })).rows.map(({ id }) => id)).toEqual(version === 1 ? [] : [2]);
    expect(await history.claim(1)).toMatchObject({ ok: true });
  });

  test('gets each step once, in order, and none of them when one fails', () => {
    const database = openSqlite(':memory:');
    onTestFinished(() => database.close());
    migrate(database);
    migrate(database);
    expect(versionOf(database)).toBe(schemaVersion);
    const more = [...migrations, 'CREATE TABLE notes (text TEXT)', 'ALTER TABLE notes ADD COLUMN at INTEGER'];
    expect(() => migrate(database, [...more, 'CREATE TABLE notes (again TEXT)'])).toThrow('already exists');
    expect(versionOf(database)).toBe(schemaVersion);
    migrate(database, more);
    expect(versionOf(database)).toBe(schemaVersion + 2);
    database.exec("INSERT INTO notes (text, at) VALUES ('a', 1)");
  });
});
