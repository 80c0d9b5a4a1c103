import { describe, expect, it } from 'vitest';
import { parseAssignment, scriptArgs } from '../../../src/jobs/job-args';
import { argumentLines } from '../../../src/renderer/lib/script-args';

describe('arguments of a script, one a line', () => {
  it('are as short as they can be', () => {
    expect(argumentLines('{"passes":3,"name":"raven","deep":[1,"a"],"text":"7","yes":"true","none":null}')).toBe(
      'passes=3\nname=raven\ndeep=[1,"a"]\ntext="7"\nyes="true"\nnone=null',
    );
    expect(argumentLines('{}')).toBe('');
  });

  it.each([
    [{ a: 1.5, b: -2, c: true, d: null, e: '', f: 'x=y', g: '{"not":"json' }],
    [{ a: '1e5', b: 'false', c: 'null', d: '"quoted"', e: '-', f: 'two\nlines', g: [1, [2]], h: { i: 'j' } }],
  ])('mean what they were: %j', (args) => {
    const lines = argumentLines(JSON.stringify(args)).split('\n');
    expect(scriptArgs(lines.map(parseAssignment))).toEqual(args);
  });
});
