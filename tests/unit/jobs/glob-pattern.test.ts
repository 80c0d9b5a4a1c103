import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expandBraces, GlobError, matchesPath, parseGlobs } from '../../../src/jobs/glob-pattern';

/** Whether a path fits a pattern. */
const fits = (pattern: string, path: string): boolean =>
  parseGlobs([pattern]).some((glob) => matchesPath(glob, path.split('/')));

describe('a glob', () => {
  it.each([
    ['*.dcm', 'a.dcm', true],
    ['*.dcm', 'b/a.dcm', false],
    ['b/*', 'b/a.dcm', true],
    ['**/*.dcm', 'a.dcm', true],
    ['**/*.dcm', 'a/b/c.dcm', true],
    ['a/**/z', 'a/z', true],
    ['a/**/z', 'a/b/c/z', true],
    ['a/**/b/**/z', 'a/b/c/b/z', true],
    ['a/**/b/**/z', 'a/c/z', false],
    ['**', 'a/b', true],
    ['a/**', 'a', true],
    ['a**b', 'axxb', true],
    ['s?.dcm', 's1.dcm', true],
    ['s?.dcm', 's10.dcm', false],
    ['s[0-9].dcm', 's5.dcm', true],
    ['s[!0-9].dcm', 's5.dcm', false],
    ['s[^0-9x].dcm', 'sa.dcm', true],
    ['s[]a].dcm', 's].dcm', true],
    ['s[a-].dcm', 's-.dcm', true],
    ['s[ab.dcm', 's[ab.dcm', true],
    ['\\*.dcm', '*.dcm', true],
    ['\\*.dcm', 'a.dcm', false],
    ['\\{a,b\\}', '{a,b}', true],
    ['./a//b', 'a/b', true],
    ['{a,b}/*.{png,jpg}', 'b/x.jpg', true],
    ['{a}', '{a}', true],
    ['scan{08..11}.dcm', 'scan09.dcm', true],
    ['scan{8..11}.dcm', 'scan9.dcm', true],
    ['scan{8..11}.dcm', 'scan12.dcm', false],
    ['ä?😀', 'äx😀', true],
    ['?', '😀', true],
  ])('%s and %s', (pattern, path, expected) => {
    expect(fits(pattern, path)).toBe(expected);
  });

  it.each([
    ['a{b,c}d', ['abd', 'acd']],
    ['a{b,{c,d}}', ['ab', 'ac', 'ad']],
    ['{a,}b{1..3}', ['ab1', 'ab2', 'ab3', 'b1', 'b2', 'b3']],
    ['{c..a}', ['a', 'b', 'c']],
    ['{-1..1}', ['-1', '0', '1']],
    ['{a\\,b}', ['{a\\,b}']],
    ['{{{x', ['{{{x']],
    ['a}b', ['a}b']],
  ])('with braces stands for each alternative: %s', (pattern, expected) => {
    expect([...expandBraces(pattern, 1000)].sort()).toEqual(expected);
  });

  it('matches as a plain search through all possibilities does', () => {
    const naive = (pattern: string, name: string): boolean => {
      const [first] = pattern;
      if (first === undefined) return name === '';
      if (first === '*') return naive(pattern.slice(1), name) || (name !== '' && naive(pattern, name.slice(1)));
      return name !== '' && (first === '?' || first === name[0]) && naive(pattern.slice(1), name.slice(1));
    };
    fc.assert(
      fc.property(fc.stringMatching(/^[ab*?]{1,8}$/), fc.stringMatching(/^[ab]{1,8}$/), (pattern, name) => {
        // `**` alone is not about one name.
        if (pattern !== '**') expect(fits(pattern, name)).toBe(naive(pattern, name));
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['stars', `${'*a'.repeat(500)}b`, 'a'.repeat(255)],
    ['folders', `${'**/a/'.repeat(49)}b`, Array(200).fill('a').join('/')],
    ['sets', `${'*[a-z]'.repeat(100)}!`, 'a'.repeat(255)],
  ])('full of %s is matched at once', (_name, pattern, path) => {
    const start = performance.now();
    expect(fits(pattern, path)).toBe(false);
    expect(performance.now() - start).toBeLessThan(2000);
  });

  it.each([
    ['{a,b}'.repeat(150), /stand for more than 1000 patterns/],
    ['x{1..100000000000}', /stand for more than 1000 patterns/],
    [`{${'{'.repeat(300)}a,b}`, undefined],
    ['{1..40}{1..40}', /stand for more than 1000 patterns/],
    [`${'{a,'.repeat(300)}b${'}'.repeat(300)}`, undefined],
    ['a/'.repeat(150), /more than 100 folders/],
  ])('that is a bomb is refused, or is none: %s', (pattern, message) => {
    const start = performance.now();
    if (message) expect(() => parseGlobs([pattern])).toThrow(message);
    else expect(parseGlobs([pattern]).length).toBeLessThanOrEqual(1000);
    expect(performance.now() - start).toBeLessThan(2000);
  });

  it.each([
    ['!a', /write what is to be left out into "exclude"/],
    ['+(a|b)', /parentheses/],
    ['a/!(b)', /parentheses/],
    ['**/../a', /".." after a wildcard/],
    ['.', /names no file/],
  ])('with a meaning that it does not have here is refused: %s', (pattern, message) => {
    expect(() => parseGlobs([pattern])).toThrow(GlobError);
    expect(() => parseGlobs([pattern])).toThrow(message);
  });
});
