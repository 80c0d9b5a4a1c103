import { describe, expect, it } from 'vitest';
import { cleanText, displayWidth, fit, shorten } from '../../../src/cli/text';
import { clockText, durationText, rateText } from '../../../src/cli/time-text';

describe('text from elsewhere', () => {
  it.each([
    ['colours', '\u001b[31mred\u001b[0m', 'red'],
    ['a window title', 'a\u001b]0;evil\u0007b', 'ab'],
    ['a link', '\u001b]8;;http://x\u001b\\text\u001b]8;;\u001b\\', 'text'],
    ['cursor movements in C1 form', 'a\u009b2Jb', 'ab'],
    ['an unfinished string', 'a\u001bPqqq', 'a'],
    ['single escapes', 'a\u001bcb\u001b(Bc', 'abc'],
    ['carriage returns and line ends', 'good\rbad\nworse', 'good bad worse'],
    ['reversed direction', 'exe\u202egnp.txt', 'exegnp.txt'],
    ['NUL and bell', 'a\u0000b\u0007c', 'abc'],
    ['nothing special', 'größe 日本 👍', 'größe 日本 👍'],
  ])('loses %s', (_name, text, clean) => expect(cleanText(text)).toBe(clean));

  it('is measured in columns of the terminal', () => {
    expect(displayWidth('abc')).toBe(3);
    expect(displayWidth('日本')).toBe(4);
    expect(displayWidth('e\u0301')).toBe(1);
    expect(displayWidth('👍')).toBe(2);
  });

  it('is cut and filled to a width', () => {
    expect(shorten('abcdef', 4)).toBe('abc…');
    expect(shorten('abcd', 4)).toBe('abcd');
    expect(shorten('日本語', 4)).toBe('日…');
    expect(shorten('abc', 0)).toBe('');
    expect(fit('ab', 4)).toBe('ab  ');
    expect(fit('日本語', 4)).toBe('日… ');
  });
});

describe('time', () => {
  it.each([
    [0, '0.0 s'],
    [449, '0.4 s'],
    [59_990, '59.9 s'],
    [200_000, '3 min 20 s'],
    [7_500_000, '2 h 5 min'],
    [-5, '0.0 s'],
  ])('spans are told for people: %d ms', (ms, text) => expect(durationText(ms)).toBe(text));

  it('of day has seconds today and the date on other days', () => {
    const now = new Date(2024, 4, 17, 9, 5, 3).getTime();
    expect(clockText(now, now)).toBe('09:05:03');
    expect(clockText(now + 20 * 3_600_000, now)).toBe('2024-05-18 05:05');
  });

  it.each([
    [840.4, '840/s'],
    [33.3, '33/s'],
    [5.123, '5.1/s'],
    [0.2, '12/min'],
    [0.01, '36/h'],
  ])('rates have a unit that makes them readable: %d', (rate, text) => expect(rateText(rate)).toBe(text));
});
