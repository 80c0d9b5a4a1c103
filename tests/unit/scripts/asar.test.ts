import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { packAsar, readAsar } from '../../../scripts/lib/asar.mjs';

describe('the asar writer', () => {
  test('writes what its reader reads back, whatever the bytes', () => {
    const name = fc.stringMatching(/^[a-z]{1,8}\.js$/);
    fc.assert(
      fc.property(fc.dictionary(name, fc.uint8Array({ maxLength: 200 })), (files) => {
        const read = readAsar(packAsar(new Map(Object.entries(files))));
        expect([...read.keys()]).toEqual(Object.keys(files));
        for (const [key, bytes] of Object.entries(files)) expect(new Uint8Array(read.get(key) ?? [1])).toEqual(bytes);
      }),
    );
  });

  test('lays the archive out as Electron reads it', () => {
    const archive = packAsar(new Map([['a.js', Buffer.from('one')]]));
    const json = '{"files":{"a.js":{"size":3,"offset":"0"}}}';
    expect(json).toHaveLength(42);
    expect([0, 4, 8, 12].map((at) => archive.readUInt32LE(at))).toEqual([4, 52, 48, 42]);
    expect(archive.toString('utf8', 16, 58)).toBe(json);
    expect(archive.toString('utf8', 60)).toBe('one');
  });

  test('refuses names with folders, which it cannot write', () => {
    expect(() => packAsar(new Map([['lib/a.js', Buffer.alloc(0)]]))).toThrow('not a plain file name: "lib/a.js"');
  });

  test('tells a file that is no archive, and one that was cut short', () => {
    expect(() => readAsar(Buffer.from('#!/usr/bin/env node'))).toThrow('not an asar archive');
    const archive = packAsar(new Map([['a.js', Buffer.from('one')]]));
    expect(() => readAsar(archive.subarray(0, -1))).toThrow('the archive ends within a.js');
  });
});
