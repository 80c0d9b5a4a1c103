import { describe, expect, it } from 'vitest';
import { searchTree } from '../../../../src/main/results/tree-search';
import { rootNode, treePage, valueAt } from '../../../../src/main/results/value-tree';

const texts = (value: unknown, path: readonly number[] = []): string[] =>
  (treePage(value, path, 0, 1000)?.nodes ?? []).map(({ label, text }) => `${label}: ${text}`);

describe('a value as a tree', () => {
  it('says what JSON has no word for', () => {
    const odd = [Number.NaN, -0, Number.POSITIVE_INFINITY, undefined, null, 10n ** 20n, 'a "b"\n', new Date(0)];
    expect(texts(odd)).toEqual([
      '0: NaN',
      '1: -0',
      '2: Infinity',
      '3: undefined',
      '4: null',
      '5: 100000000000000000000n',
      String.raw`6: "a \"b\"\n"`,
      '7: 1970-01-01T00:00:00.000Z',
    ]);
  });

  it('opens maps, sets, typed arrays, buffers and errors', () => {
    const value = {
      map: new Map<unknown, unknown>([
        ['a', 1],
        [{ k: 1 }, 'of an object'],
      ]),
      set: new Set([7]),
      floats: Float32Array.of(0.5, 2),
      bytes: Uint8Array.of(255, 1).buffer,
      error: new TypeError('no', { cause: 'because' }),
    };
    expect(texts(value)).toEqual([
      'map: Map(2) {"a": 1, {…}: "of an object"}',
      'set: Set(1) {7}',
      'floats: Float32Array(2) [0.5, 2]',
      'bytes: ArrayBuffer(2) [255, 1]',
      'error: TypeError: no',
    ]);
    expect(texts(value, [0])).toEqual(['"a": 1', '{…}: {…} => "of an object"']);
    expect(texts(value, [0, 1])).toEqual(['key: {k: 1}', 'value: "of an object"']);
    expect(texts(value, [3])).toEqual(['0: 255', '1: 1']);
    expect(texts(value, [4]).slice(0, 3)).toEqual(['name: "TypeError"', 'message: "no"', 'cause: "because"']);
  });

  it('shows what contains itself once, and says where it was', () => {
    const value: { list: unknown[]; self?: unknown } = { list: [] };
    value.self = value;
    value.list.push(value.list);
    expect(texts(value)).toEqual(['list: Array(1) [Array(1)]', 'self: → result']);
    expect(texts(value, [0])).toEqual(['0: → result.list']);
    expect(treePage(value, [0], 0, 10)?.nodes[0]).toMatchObject({ kind: 'circular', size: 0 });
  });

  it('gives any part of a long list', () => {
    const list = Float64Array.from({ length: 1_000_000 }, (_, index) => index / 2);
    const page = treePage(list, [], 999_998, 1000);
    expect(page?.nodes.map(({ label, text }) => [label, text])).toEqual([
      ['999998', '499999'],
      ['999999', '499999.5'],
    ]);
    expect(rootNode(list)).toMatchObject({
      kind: 'typed-array',
      size: 1_000_000,
      text: 'Float64Array(1000000) [0, 0.5, 1, 1.5, 2, …]',
    });
  });

  it('cuts a very long text and says so', () => {
    const node = rootNode('x'.repeat(5_000_000));
    expect([node.cut, node.text.length]).toEqual([true, 1000]);
    expect(rootNode('x'.repeat(100)).cut).toBe(false);
  });

  it('gives nothing for places that are not there', () => {
    expect(treePage({ a: 1 }, [3], 0, 10)).toBeNull();
    expect(treePage([1], [0, 0], 0, 10)).toBeNull();
  });

  it('cannot reach the prototype of anything', () => {
    const hostile: unknown = JSON.parse('{"__proto__": {"polluted": true}, "constructor": 1}');
    expect(texts(hostile)).toEqual(['__proto__: {polluted: true}', 'constructor: 1']);
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
  });

  it('names values by the source text that gets them', () => {
    const value = { items: [{ 'odd key': new Map([['k', new Set(['x'])]]) }] };
    expect(valueAt(value, [0, 0, 0, 0, 0])).toEqual({
      source: 'result.items[0]["odd key"].get("k").values().toArray()[0]',
      value: 'x',
    });
  });
});

describe('a search', () => {
  const value = {
    name: 'Needle at the top',
    list: [1, 2, { needleKey: 3 }],
    map: new Map([['key', 'a needle inside']]),
    numbers: Float64Array.of(1.5, 33.25),
  };

  it('finds keys and values, and says where they are', async () => {
    expect(await searchTree(value, 'needle', () => true)).toMatchObject({
      hits: [{ path: [0] }, { path: [1, 2, 0] }, { path: [2, 0] }],
      complete: true,
    });
    expect((await searchTree(value, '33.25', () => true)).hits).toEqual([{ path: [3, 1] }]);
    expect((await searchTree(value, '', () => true)).hits).toEqual([]);
  });

  it('does not take places in a list for keys', async () => {
    expect((await searchTree(['a', 'b', 'c'], '1', () => true)).hits).toEqual([]);
  });

  it('ends in what contains itself', async () => {
    const circle: { inner: { back?: unknown } } = { inner: {} };
    circle.inner.back = circle;
    expect(await searchTree(circle, 'nothing', () => true)).toMatchObject({ hits: [], complete: true, visited: 2 });
  });

  it('names a thousand places and says that there may be more', async () => {
    const found = await searchTree(
      Array.from({ length: 5000 }, () => 'x'),
      'x',
      () => true,
    );
    expect([found.hits.length, found.complete]).toEqual([1000, false]);
  });

  it('lets others have their turn, and stops when nobody wants it any more', async () => {
    const large = Array.from({ length: 3000 }, () => Array.from({ length: 300 }, (_, index) => index));
    let turns = 0;
    let wanted = true;
    const search = searchTree(large, 'nowhere', () => wanted);
    const timer = setInterval(() => {
      turns += 1;
      if (turns === 2) wanted = false;
    }, 1);
    const found = await search;
    clearInterval(timer);
    expect(turns).toBeGreaterThanOrEqual(2);
    expect(found).toMatchObject({ hits: [], complete: false });
  });
});
