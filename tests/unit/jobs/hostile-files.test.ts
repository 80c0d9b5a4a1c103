import { describe, expect, it } from 'vitest';
import { formatProblems, parseJobFile } from '../../../src/jobs/parse';
import { builtins } from './corpus';

/** What a person reads about a text, or "valid". */
function textOf(text: string, file: string): string {
  const parsed = parseJobFile(text, file, { builtins });
  return parsed.ok ? 'valid' : formatProblems(parsed.problems, text);
}

describe('a JSON job file', () => {
  it('is JSON, not YAML that looks like it', () => {
    expect(textOf('{\n  "version": 1,\n  "jobs": [ ],\n}\n', 'a.json')).toBe(
      [
        'a.json:4:1: error E003: This is not JSON: "}" cannot stand here.',
        '   4 | }',
        '     | ^',
        '1 error in a.json; nothing was run.',
      ].join('\n'),
    );
    expect(textOf('version: 1\n', 'b.json')).toContain(
      'b.json:1:1: error E003: This is not JSON: "v" cannot stand here.',
    );
    expect(textOf('{ "version": 1, ', 'c.json')).toContain('c.json:1:17: error E003: The JSON ends too early.');
  });

  it('may be indented by tabs and has its errors at their places', () => {
    const text = '{\n\t"version": 1,\n\t"jobs": [\n\t\t{ "target": "builtin:mandelbrot", "range": "x" }\n\t]\n}\n';
    expect(textOf(text, 'a.json')).toContain('a.json:4:46: error E114: "range" must be a range such as 1000');
    expect(textOf(text.replace('"x"', '3'), 'a.json')).toBe('valid');
  });
});

describe('a hostile job file', () => {
  const bomb = ['version: 1', 'a: &a [x,x,x,x,x,x,x,x,x]']
    .concat(
      Array.from(
        'bcdefghi',
        (name, index) =>
          `${name}: &${name} [${Array(9)
            .fill(`*${'abcdefgh'[index] ?? ''}`)
            .join(',')}]`,
      ),
    )
    .join('\n');
  // bench/validate measures that it takes less than 200 ms; here the machine may be busy with other tests.
  it.each([
    ['an alias bomb', bomb, 'E006'],
    ['20,000 nested lists', `a: ${'['.repeat(20_000)}`, 'E007'],
    ['20,000 nested lists on one line of dashes', '- '.repeat(20_000), 'E007'],
    ['20,000 nested mappings', `a: ${'{a: '.repeat(20_000)}`, 'E007'],
    ['more than 1 MiB', `version: 1\n# ${'x'.repeat(1024 * 1024)}`, 'E002'],
    ['1,000 documents', '---\nversion: 1\n'.repeat(1000), 'E008'],
  ])('is refused at once: %s', (_name, text, code) => {
    parseJobFile('version: 1', 'warm-up.yaml');
    const start = performance.now();
    const parsed = parseJobFile(text, 'hostile.yaml');
    expect(performance.now() - start).toBeLessThan(2000);
    expect(parsed.ok ? [] : parsed.problems.map((problem) => problem.code)).toEqual([code]);
  });

  it('cannot reach the prototype of anything', () => {
    const parsed = parseJobFile(
      'version: 1\n__proto__: { x: 1 }\njobs: [{ constructor: { prototype: { x: 1 } } }]\n',
      'p.yaml',
    );
    expect(parsed.ok).toBe(false);
    expect(({} as Record<string, unknown>).x).toBeUndefined();
  });

  it('cannot steer the terminal with its own text', () => {
    const text = 'version: 1\n"ke\u001b[2Jy\u202e": 1\njobs: []\n';
    expect(textOf(text, 'evil\u001b[31m.yaml')).not.toMatch(/[\u001b\u202e]/);
  });
});
