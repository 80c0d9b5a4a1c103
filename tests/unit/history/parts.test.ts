import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { crc32, crc32InJavaScript } from '../../../src/history/checksum';
import { chooseDataFolder, dataFolder } from '../../../src/history/data-folder';
import {
  cutDurations,
  joinPacked,
  packDurations,
  packValues,
  unpackDurations,
  unpackValues,
} from '../../../src/history/pack-values';
import { packText, unpackText } from '../../../src/history/packed-text';
import { PendingBatch } from '../../../src/history/pending-batch';
import { uncovered } from '../../../src/history/ranges';

const value = fc.option(fc.uint8Array({ maxLength: 400 }), { nil: undefined });

describe('values that are packed', () => {
  test('come out as they went in, also joined', () => {
    fc.assert(
      fc.property(fc.array(value), fc.array(value), (first, second) => {
        expect(unpackValues(packValues(first), first.length)).toEqual(first);
        const joined = joinPacked(packValues(first), first.length, packValues(second), second.length);
        expect(unpackValues(joined, first.length + second.length)).toEqual([...first, ...second]);
      }),
    );
  });

  test('are nothing at all when none has a value', () => {
    expect(packValues([undefined, undefined])).toBeNull();
  });

  test('are refused when there are more or fewer than that', () => {
    const packed = packValues([Uint8Array.of(1, 2), undefined]);
    for (const count of [0, 1, 3]) expect(() => unpackValues(packed, count)).toThrow(RangeError);
    expect(() => unpackValues(Uint8Array.of(9, 1), 1)).toThrow(RangeError);
  });
});

const duration = fc.option(fc.double({ min: 0, max: 1e8, noNaN: true }), { nil: undefined });

describe('durations that are packed', () => {
  /** As they come out: in hundredths of a millisecond, and as single-precision numbers. */
  const kept = (ms: number | undefined): number =>
    ms === undefined ? Number.NaN : Math.fround(Math.round(ms / 0.01) * 0.01);

  test('come out to a hundredth of a millisecond, also joined and in part', () => {
    fc.assert(
      fc.property(fc.array(duration), fc.array(duration), fc.nat(), fc.nat(), (first, second, one, other) => {
        const all = [...first, ...second];
        const joined = joinPacked(packDurations(first), first.length, packDurations(second), second.length);
        expect([...(unpackDurations(joined, all.length) ?? all.map(() => Number.NaN))]).toEqual(all.map(kept));
        const [from = 0, to = 0] = [one, other].map((place) => place % (all.length + 1)).sort((a, b) => a - b);
        const part = unpackDurations(cutDurations(joined, from, to), to - from);
        expect([...(part ?? [])]).toEqual(joined === null ? [] : all.slice(from, to).map(kept));
      }),
    );
  });

  test('are not known when they make no sense, and nothing at all when none is known', () => {
    expect(packDurations([undefined, Number.NaN, -1])).toBeNull();
    expect([...(unpackDurations(packDurations([-1, 1.5]), 2) ?? [])]).toEqual([Number.NaN, 1.5]);
    for (const count of [1, 3]) expect(unpackDurations(packDurations([20, 300]), count)).toBeNull();
  });
});

test('blocks of a batch hold each value once, whatever its size and the order of reports', () => {
  const report = fc.record({
    size: fc.constantFrom(0, 10, 3000, 70_000),
    count: fc.integer({ min: 1, max: 4 }),
    isDone: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(report, { maxLength: 12 }), fc.integer(), (reports, seed) => {
      let next = 0;
      const placed = reports.map((one) => ({ ...one, start: (next += one.count) - one.count }));
      const shuffled = [...placed].sort((a, b) => ((a.start * 7919 + seed) % 13) - ((b.start * 7919 + seed) % 13));
      const pending = new PendingBatch();
      for (const { start, count, size, isDone } of shuffled)
        if (isDone)
          pending.report('a', {
            start,
            state: 'done',
            attempts: 1,
            values: Array.from({ length: count }, (_, index) =>
              size === 0 ? undefined : new Uint8Array(size).fill(start + index),
            ),
          });
        else pending.range('a', { start, count, state: 'skipped', attempts: 0 });
      const blocks = pending.take(1, 1, 1, []).jobs.flatMap(({ settled }) => settled);
      expect(blocks.reduce((sum, { count }) => sum + count, 0)).toBe(next);
      const found = new Map<number, [string, number | undefined, number | undefined]>();
      for (const { start, count, state, payload } of blocks)
        for (const [index, bytes] of unpackValues(payload, count).entries())
          found.set(start + index, [state, bytes?.byteLength, bytes?.[0]]);
      for (const { start, count, size, isDone } of placed)
        for (let item = start; item < start + count; item += 1)
          expect(found.get(item)).toEqual(
            isDone && size > 0 ? ['done', size, item] : [isDone ? 'done' : 'skipped', undefined, undefined],
          );
    }),
    { numRuns: 60 },
  );
});

test('the checksum is that of zlib, with and without its help, also in parts', () => {
  const text = Buffer.from('123456789');
  expect(crc32(text)).toBe(0xcbf43926);
  expect(crc32InJavaScript(text)).toBe(0xcbf43926);
  expect(crc32InJavaScript(text.subarray(4), crc32InJavaScript(text.subarray(0, 4)))).toBe(0xcbf43926);
});

test('texts come out as they went in, and long ones take up little', () => {
  for (const text of ['', 'äöü 𝄞', 'x'.repeat(511), '\n'.repeat(100_000)])
    expect(unpackText(packText(text))).toBe(text);
  expect(packText('/scans/image.dcm\n'.repeat(5000)).byteLength).toBeLessThan(2000);
});

test('what ranges do not cover', () => {
  expect(uncovered(0, 10, [])).toEqual([[0, 10]]);
  expect(
    uncovered(2, 10, [
      [0, 3],
      [5, 6],
      [6, 7],
      [9, 20],
    ]),
  ).toEqual([
    [3, 5],
    [7, 9],
  ]);
  expect(uncovered(2, 5, [[0, 9]])).toEqual([]);
});

describe('the folder of the data', () => {
  test.each([
    ['what PROCESSION_DATA says', { PROCESSION_DATA: '/data', XDG_DATA_HOME: '/x' }, 'linux', '/data'],
    ['XDG_DATA_HOME', { XDG_DATA_HOME: '/x' }, 'linux', '/x/procession'],
    ['the usual place, when that is relative', { XDG_DATA_HOME: 'x' }, 'linux', '/home/me/.local/share/procession'],
    ['the usual place', {}, 'linux', '/home/me/.local/share/procession'],
    ['the usual place of macOS', {}, 'darwin', '/home/me/Library/Application Support/Procession'],
  ] as const)('is %s', (_case, env, platform, expected) => {
    expect(dataFolder({ env, platform, home: '/home/me' })).toBe(expected);
  });
});

test('the folder of data can be another one, for whoever asks, unless one is named at the start', () => {
  const home = mkdtempSync(join(tmpdir(), 'procession-folder-'));
  const at = (env: Record<string, string>) => ({ env, platform: 'linux' as const, home });
  try {
    const usual = join(home, '.local/share/procession');
    expect(dataFolder(at({}))).toBe(usual);
    chooseDataFolder('/big/disk', at({}));
    expect(dataFolder(at({}))).toBe('/big/disk');
    expect(dataFolder(at({ PROCESSION_DATA: '/named' }))).toBe('/named');
    chooseDataFolder(null, at({}));
    expect(dataFolder(at({}))).toBe(usual);
    // What nobody can mean is not followed.
    chooseDataFolder('relative', at({}));
    expect(dataFolder(at({}))).toBe(usual);
  } finally {
    rmSync(home, { recursive: true });
  }
});
