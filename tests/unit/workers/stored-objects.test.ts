import { describe, expect, it } from 'vitest';
import { Shelf, shelfBytes } from '../../../src/core/meetings/shelf';
import type { StoredReport } from '../../../src/shared/worker-protocol';
import { StoredObjects } from '../../../src/workers/stored-objects';

const run = { jobId: 1, attempt: 1, rank: 0, runId: 5 };
const payload = (text: string): Uint8Array => new Uint8Array(Buffer.from(text));

function stored(): { shelf: Shelf; posted: StoredReport[]; objects: StoredObjects } {
  const shelf = new Shelf();
  const posted: StoredReport[] = [];
  return { shelf, posted, objects: new StoredObjects(run, shelf, (report) => posted.push(report)) };
}

describe('what a run has stored', () => {
  it('is laid out for the control thread, of each name the latest, and posted to nobody', () => {
    const { shelf, posted, objects } = stored();
    objects.add('a', { version: 1, payload: payload('old') });
    objects.add('b', { version: 2, payload: payload('b') });
    objects.add('a', { version: 3, payload: payload('new') });
    expect(shelf.take(5).map(({ name, object }) => [name, object.version])).toEqual([
      ['a', 3],
      ['b', 2],
    ]);
    objects.add('b', { version: 4, payload: payload('b') });
    expect(shelf.take(5).map(({ name }) => name)).toEqual(['b']);
    expect(posted).toEqual([]);
  });

  it('is posted when there is no room for it', () => {
    const { shelf, posted, objects } = stored();
    objects.add('a', { version: 1, payload: payload('a') });
    objects.add('b', { version: 2, payload: new Uint8Array(shelfBytes) });
    expect(posted.map(({ isNote, objects: all }) => [isNote, all.map(({ name }) => name)])).toEqual([
      [true, ['a', 'b']],
    ]);
    expect(shelf.isEmpty).toBe(true);
  });

  it('is posted before the run says something else, and once more at its end, also when all has been taken', () => {
    const { shelf, posted, objects } = stored();
    objects.flush();
    objects.add('a', { version: 1, payload: payload('a') });
    objects.flush();
    objects.flush();
    objects.add('a', { version: 2, payload: payload('a') });
    shelf.take(5);
    objects.end();
    expect(posted.map(({ objects: all }) => all.map(({ object }) => object.version))).toEqual([[1], []]);
  });

  it('is not spoken of at the end of a run that has stored nothing', () => {
    const { posted, objects } = stored();
    objects.end();
    expect(posted).toEqual([]);
  });

  it('says which files nobody needs: those before the last exchange that all have come to', () => {
    const { shelf, objects } = stored();
    const add = (version: number): void => objects.add('mesh', { version, payload: null });
    const obsolete = (): readonly number[] => shelf.take(5).flatMap((one) => one.obsolete);
    add(1);
    objects.exchanged('mesh', 1);
    add(2);
    expect(obsolete(), 'others may be reading the first').toEqual([]);
    objects.exchanged('mesh', 2);
    add(3);
    expect(obsolete()).toEqual([1]);
    // What was refused is in nobody's hands after the next exchange; and what was not taken adds up.
    add(4);
    objects.exchanged('mesh', 4);
    add(5);
    add(6);
    expect(obsolete()).toEqual([2, 3]);
  });
});
