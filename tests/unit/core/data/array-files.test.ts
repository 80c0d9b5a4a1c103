import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ArrayFiles } from '../../../../src/core/data/array-files';
import { JobArrays } from '../../../../src/core/data/job-arrays';
import { ArgumentArrays, MessageArrays } from '../../../../src/core/data/message-arrays';
import { decodeValue, encodeValue } from '../../../../src/core/data/serialize';
import { encodeArguments } from '../../../../src/core/jobs/call-arguments';
import { settleFuture } from '../../../../src/core/jobs/job-future';
import { partitioned } from '../../../../src/core/jobs/prepare-args';
import { Future } from '../../../../src/core/tasks/future';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'array-files-test-'));
});
afterEach(() => rmSync(root, { recursive: true }));

const filesIn = (jobId: number): string[] => {
  const folder = join(root, `arrays-${jobId}`);
  return existsSync(folder) ? readdirSync(folder).sort() : [];
};
/** Large enough for a file, and told from any other. */
const numbers = (first: number): Float64Array => Float64Array.from({ length: 40_000 }, (_, i) => first + i);

const kinds: readonly {
  readonly BYTES_PER_ELEMENT?: number;
  new (buffer: ArrayBuffer, start: number, length: number): NodeJS.ArrayBufferView;
}[] = [
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
  DataView,
];

describe('large typed arrays', () => {
  it.each(kinds.map((Kind) => [Kind.name, Kind] as const))('keep their type and bytes: %s', (_name, Kind) => {
    const files = new ArrayFiles([root], 1);
    // Not at the beginning of its buffer.
    const bytes = Buffer.alloc(400_000, Uint8Array.of(1, 2, 3, 250)).buffer;
    const view = new Kind(bytes, 8, (bytes.byteLength - 16) / (Kind.BYTES_PER_ELEMENT ?? 1));
    const payload = encodeValue({ deep: [view] }, 'value', undefined, new MessageArrays(files, 'a'));
    expect(payload.byteLength).toBeLessThan(200);
    const read = decodeValue(payload, undefined, new ArgumentArrays(files, [])) as { deep: [NodeJS.ArrayBufferView] };
    expect(read.deep[0]).toBeInstanceOf(Kind);
    expect(read.deep[0].byteLength).toBe(view.byteLength);
    expect(Buffer.from(read.deep[0].buffer).equals(Buffer.from(bytes, 8, view.byteLength))).toBe(true);
  });

  it('stay in the message when they are small, and a Buffer stays a Buffer', () => {
    const files = new ArrayFiles([root], 1);
    const arrays = new MessageArrays(files, 'a');
    const value = { small: Buffer.alloc(256 * 1024, 1), large: Buffer.alloc(256 * 1024 + 1, 2) };
    const payload = encodeValue(value, 'value', undefined, arrays);
    expect(filesIn(1)).toEqual(['a-0']);
    const read = decodeValue(payload, undefined, new ArgumentArrays(files, [])) as typeof value;
    expect(Buffer.isBuffer(read.small) && Buffer.isBuffer(read.large)).toBe(true);
    expect([read.small.length, read.large.length, read.large.at(-1)]).toEqual([262_144, 262_145, 2]);
  });

  it('are written once however often they are sent, and once for each rank when they are cut', () => {
    const arrays = new JobArrays([root], 3, false, false);
    const whole = numbers(0);
    const cut = new Float64Array(120_000).fill(1);
    const payloads = encodeArguments(3, [whole, partitioned(cut)], { again: whole }, undefined, arrays);
    expect(filesIn(3)).toEqual(['args-0', 'args-1', 'args-2', 'args-3']);
    const reader = new ArgumentArrays(arrays.files, []);
    const [args, kwargs] = decodeValue(payloads[2] ?? Buffer.alloc(0), undefined, reader) as [unknown[], object];
    expect(args).toEqual([whole, new Float64Array(40_000).fill(1)]);
    expect(kwargs).toEqual({ again: whole });
  });

  it('go to the next folder when there is no room in the first, and say what is wrong when there is none at all', () => {
    const blocked = join(root, 'a file and no folder');
    writeFileSync(blocked, '');
    const arrays = new MessageArrays(new ArrayFiles([blocked, root], 1), 'a');
    encodeValue(numbers(0), 'value', undefined, arrays);
    expect([arrays.divertedBytes, filesIn(1)]).toEqual([320_000, ['a-0']]);
    expect(() =>
      encodeValue(numbers(0), 'value', undefined, new MessageArrays(new ArrayFiles([blocked], 1), 'b')),
    ).toThrow(/^There is no room for a typed array of 0\.3 MiB \(.*a file and no folder.*ENOTDIR.*\)\. Free some/);
  });

  it('are removed when their message is not sent after all', () => {
    const arrays = new MessageArrays(new ArrayFiles([root], 1), 'a');
    expect(() => encodeValue([numbers(0), () => 1], 'value', undefined, arrays)).toThrow('value[1] is a function');
    arrays.discard();
    expect(filesIn(1)).toEqual([]);
  });

  it('are not read from anywhere else', () => {
    const files = new ArrayFiles([root], 1);
    expect(() => files.read({ root: 0, name: '../../etc/passwd', byteLength: 10 })).toThrow('not the place');
    expect(() => files.read({ root: 1, name: 'a-0', byteLength: 10 })).toThrow('not the place');
    expect(() => files.read({ root: 0, name: 'a-0', byteLength: 10 })).toThrow('ENOENT');
  });
});

describe('a job whose ranks return large arrays', () => {
  const result = (files: ArrayFiles, rank: number, value: unknown) =>
    [
      rank,
      { ok: true, payload: encodeValue(value, 'result', undefined, new MessageArrays(files, `r${rank}`)) },
    ] as const;

  it('is settled when all have been read, each with its own, and leaves no file', async () => {
    const arrays = new JobArrays([root], 7, false, false);
    const shared = new ArrayBuffer(320_000);
    const views = [new Float64Array(shared), new Uint8Array(shared)];
    const results = new Map([
      result(arrays.files, 0, { here: numbers(5), text: 'a' }),
      result(arrays.files, 1, 'small'),
      result(arrays.files, 2, views),
    ]);
    const future = new Future<Map<number, unknown>>();
    const outcome = { kind: 'results', results } as const;
    const settling = arrays.settle(outcome, () => settleFuture(future, outcome, arrays.files));
    expect(future.isSet).toBe(false);
    await settling;
    expect(await future).toEqual(
      new Map<number, unknown>([
        [0, { here: numbers(5), text: 'a' }],
        [1, 'small'],
        [2, views],
      ]),
    );
    await expect.poll(() => filesIn(7)).toEqual([]);
  });

  it('has an error in the place of a rank whose array is not there any more', async () => {
    const arrays = new JobArrays([root], 8, false, false);
    const results = new Map([result(arrays.files, 0, numbers(1)), result(arrays.files, 1, numbers(2))]);
    rmSync(join(root, 'arrays-8', 'r0-0'));
    const future = new Future<Map<number, unknown>>();
    await settleFuture(future, { kind: 'results', results }, arrays.files);
    const settled = await future;
    expect(settled.get(0)).toMatchObject({ name: 'SerializationError' });
    expect(String(settled.get(0))).toMatch(/The result of rank 0 cannot be read: ENOENT/);
    expect(settled.get(1)).toEqual(numbers(2));
  });

  it('lets other work have its turn between ranks that return much', async () => {
    const text = 'x'.repeat(600_000);
    const results = new Map(
      [0, 1, 2].map((rank) => [rank, { ok: true, payload: encodeValue(text, 'result') }] as const),
    );
    const future = new Future<Map<number, unknown>>();
    let turns = 0;
    const count = (): void => {
      turns += 1;
      if (!future.isSet) setImmediate(count);
    };
    setImmediate(count);
    await settleFuture(future, { kind: 'results', results });
    expect(turns).toBeGreaterThanOrEqual(3);
    expect(await future).toEqual(new Map([0, 1, 2].map((rank) => [rank, text])));
  });
});
