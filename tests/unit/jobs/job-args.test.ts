import { describe, expect, it } from 'vitest';
import { ArgumentError, assignArgs, parseAssignment, scriptArgs } from '../../../src/jobs/job-args';
import { type ParsedJobFile, parseJobFile } from '../../../src/jobs/parse';
import { planJobs } from '../../../src/jobs/plan';

const builtins = new Map([
  [
    'fractal',
    {
      args: {
        properties: {
          width: { type: 'integer', minimum: 1, maximum: 8000 },
          palette: { type: 'string', enum: ['grey', 'heat'] },
          smooth: { type: 'boolean' },
          centre: { type: 'array' },
        },
      },
    },
  ],
]);

function parse(...jobs: string[]): ParsedJobFile {
  const text = ['version: 1', 'jobs:', ...jobs.map((job) => `  - ${job}`)].join('\n');
  const parsed = parseJobFile(text, '/w/jobs.yaml', { builtins });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.jobFile;
}

const fractal = '{ id: one, target: "builtin:fractal", range: 9, args: { width: 100 } }';
const own =
  '{ id: two, map: "./a.mjs#go", range: 9, args: { size: 3, name: "007", fast: false, sizes: [1], any: null } }';
const command = '{ id: three, run: [echo, "{args.word}"], args: { word: hi } }';

const assign = (jobs: readonly string[], ...args: string[]): unknown =>
  assignArgs([parse(...jobs)], args.map(parseAssignment), builtins)[0];

const refusal = (jobs: readonly string[], ...args: string[]): string => {
  try {
    assign(jobs, ...args);
  } catch (error) {
    if (error instanceof ArgumentError) return error.message;
    throw error;
  }
  return 'It was not refused.';
};

describe('an argument of the command line', () => {
  it('goes to the job that has it', () => {
    expect(assign([fractal, own, command], 'width=300', 'size=4', 'word=ho')).toEqual({
      one: { width: 300 },
      two: { size: 4 },
      three: { word: 'ho' },
    });
  });

  it('has the kind that the built-in target asks for', () => {
    expect(assign([fractal], 'width=300', 'palette=heat', 'smooth=true', 'centre=[1, -0.5]')).toEqual({
      one: { width: 300, palette: 'heat', smooth: true, centre: [1, -0.5] },
    });
  });

  it('has the kind of the value in the file: a text stays one', () => {
    expect(assign([own], 'name=8', 'size=2.5e3', 'fast=true', 'sizes=[2,3]', 'any=null')).toEqual({
      two: { name: '8', size: 2500, fast: true, sizes: [2, 3], any: null },
    });
  });

  it('may have "=" in its value, be empty, and be given twice: the last one counts', () => {
    expect(assign([own], 'name=a=b', 'two.fresh=', 'size=1', 'size=2')).toEqual({
      two: { name: 'a=b', fresh: '', size: 2 },
    });
  });

  it('is for one of several jobs when it says so, or for all', () => {
    const other = fractal.replace('one', 'other.one');
    expect(assign([fractal, other], 'one.width=5')).toEqual({ one: { width: 5 } });
    expect(assign([fractal, other], 'other.one.width=5')).toEqual({ 'other.one': { width: 5 } });
    expect(assign([fractal, other], '*.width=5')).toEqual({ one: { width: 5 }, 'other.one': { width: 5 } });
    expect(refusal([fractal, other], 'width=5')).toBe(
      '"width" could be meant for "one" and "other.one". Write one.width or other.one.width, or \'*.width\' for all.',
    );
  });

  it.each([
    ['wdth=5', 'No job has an argument "wdth". Did you mean "width"? There are centre, palette, smooth and width.'],
    ['width=wide', '"width" of "one" must be a whole number from 1 to 8000, not "wide".'],
    ['width=0', '"width" of "one" must be a whole number from 1 to 8000, not "0".'],
    ['palette=red', '"palette" of "one" must be one of grey, heat, not "red".'],
    ['one.wdth=5', 'The target of "one" has no argument "wdth". Did you mean "width"?'],
  ])('for a built-in target is refused with what would be right: %s', (arg, message) => {
    expect(refusal([fractal], arg)).toBe(message);
  });

  it.each([
    ['size=big', '"size" of "two" must be a number, as in the file, not "big".'],
    ['fast=1', '"fast" of "two" must be true or false, as in the file, not "1".'],
    ['sizes=1,2', '"sizes" of "two" must be a list such as [1,2], as in the file, not "1,2".'],
    [
      'fresh=1',
      'No job has an argument "fresh". There are any, fast, name, size and sizes. A function of your own may take others: two.fresh.',
    ],
  ])("for a function of one's own is refused: %s", (arg, message) => {
    expect(refusal([own], arg)).toBe(message);
  });

  it('for a command must stand in it, and for a matrix be left to it', () => {
    expect(refusal([command], 'three.words=x')).toBe(
      'The command of "three" has no argument "words". Did you mean "word"? Write {args.words} into it first.',
    );
    const varied = '{ id: many, target: "builtin:fractal", range: 9, matrix: { width: [1, 2] } }';
    expect(refusal([varied], 'width=5')).toBe('"width" is in the matrix of "many", which says what values it has.');
    expect(refusal([varied], 'many.width=5')).toBe(
      '"many.width" is in the matrix of the job, which says what values it has.',
    );
  });

  it('is told with all others that are wrong', () => {
    expect(refusal([fractal], 'a=1', 'width=5', 'b=2').split('\n')).toHaveLength(2);
  });

  it.each(['width', '=5', '', '__proto__=1', 'one.constructor=1'])(
    'is refused where it is no name and value: %j',
    (arg) => {
      expect(() => parseAssignment(arg)).toThrow(ArgumentError);
    },
  );

  it('never reaches a prototype', () => {
    expect(() => scriptArgs([parseAssignment('a={"__proto__":{"x":1}}')])).toThrow(ArgumentError);
    expect(({} as { x?: unknown }).x).toBeUndefined();
  });

  it('for a script is what it looks like', () => {
    const args = ['n=3', 'yes=true', 'none=null', 'list=[1]', 'text=hello world', 'quoted="3"', 'odd={1', 'zero=007'];
    expect(scriptArgs(args.map(parseAssignment))).toEqual({
      n: 3,
      yes: true,
      none: null,
      list: [1],
      text: 'hello world',
      quoted: '3',
      odd: '{1',
      zero: '007',
    });
  });

  it('stands in the plan, and in what it is compared by, as if it were written in the file', async () => {
    const text = `version: 1\njobs:\n  - ${fractal}\n  - { id: echo, run: [echo, "{args.word}"], args: { word: hi } }\n`;
    const plan = async (args: Record<string, Record<string, unknown>>) => {
      const parsed = parseJobFile(text, '/w/jobs.yaml', { builtins, args });
      if (!parsed.ok) throw new Error('It is not valid.');
      return (await planJobs(parsed.jobFile)).jobs;
    };
    const [before, after] = [await plan({}), await plan({ one: { width: 300 }, echo: { word: 'ho' } })];
    expect(after.map(({ args }) => args)).toEqual([{ width: 300 }, { word: 'ho' }]);
    expect(after.map(({ hash }) => hash)).not.toEqual(before.map(({ hash }) => hash));
  });

  it('is checked like what stands in the file', () => {
    const args = { one: { width: 9999 } };
    expect(parseJobFile(`version: 1\njobs:\n  - ${fractal}\n`, '/w/jobs.yaml', { builtins, args })).toMatchObject({
      ok: false,
      problems: [{ code: 'E206', message: '"width" must be a whole number from 1 to 8000, not 9999.' }],
    });
  });
});
