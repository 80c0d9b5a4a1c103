import { describe, expect, it } from 'vitest';
import { expandArgument, expandPlaceholders, placeholdersOf } from '../../../src/shared/placeholders';

describe('placeholders', () => {
  it('finds them with their places, and takes doubled braces as braces', () => {
    expect(placeholdersOf('a {item} {{x}} {row.b}')).toEqual([
      { name: 'item', at: 2, length: 6 },
      { name: 'row.b', at: 15, length: 7 },
    ]);
  });

  it('knows the parts of a path', () => {
    const parts = (item: string): string => expandPlaceholders('{dir}|{basename}|{stem}|{ext}', { item });
    expect(parts('a/b.tar.gz')).toBe('a|b.tar.gz|b.tar|.gz');
    expect(parts('.hidden')).toBe('.|.hidden|.hidden|');
    expect(parts('/x')).toBe('/|x|x|');
    expect(parts('7')).toBe('.|7|7|');
  });

  it('puts values in once and as they are', () => {
    expect(expandPlaceholders('{item}{{}}', { item: '{index}$&' })).toBe('{index}$&{}');
    expect(
      expandPlaceholders('{row.a}-{matrix.n}-{args.o}', { row: { a: 'x' }, matrix: { n: 2 }, args: { o: [1] } }),
    ).toBe('x-2-[1]');
  });

  it('refuses what has no value, also what only a prototype has', () => {
    expect(() => expandPlaceholders('{stop}', {})).toThrow('{stop}');
    expect(() => expandPlaceholders('{row.constructor}', { row: {} })).toThrow('{row.constructor}');
    expect(() => expandPlaceholders('{nothing}', { item: 1 })).toThrow('{nothing}');
    expect(() => expandPlaceholders('f() { :; }', { item: 1 })).toThrow('{ :; } stands for here. Braces that');
  });

  it('keeps a file name from being an option', () => {
    expect(expandArgument('{item}', { item: '-rf' }, true)).toBe('./-rf');
    expect(expandArgument('--in={item}', { item: '-rf' }, true)).toBe('--in=-rf');
    expect(expandArgument('{item}', { item: -5 }, false)).toBe('-5');
    expect(expandArgument('-v', { item: 'a' }, true)).toBe('-v');
    expect(expandArgument('{args.flag}', { item: 'a', args: { flag: '--fast' } }, true)).toBe('--fast');
  });
});
