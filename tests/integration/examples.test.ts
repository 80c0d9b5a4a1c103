import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { bin, CommandLine, ended, jsonLines, root } from './command-line';

const line = new CommandLine();
afterAll(() => line.remove());

const folder = join(root, 'examples');
const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
const json = (name: string): unknown => JSON.parse(read(name));

type Ends = ReadonlyMap<unknown, Record<string, unknown>>;

/** Of each example what it must come to, by its path below `examples`. */
const expectations: Readonly<Record<string, (ends: Ends) => void>> = {
  'brain-histogram.yaml': (ends) => {
    expect(ends.get('brain')?.figures).toEqual(
      expect.arrayContaining([
        { label: 'Voxels', value: 1_310_720 },
        { label: 'Sum', value: 219_593_921 },
        { label: 'Otsu threshold', value: 237 },
      ]),
    );
  },
  'heat.yaml': () => expect(json('out/heat.json')).toHaveProperty('length', 1001),
  'mandelbrot.yaml': () =>
    expect([...readFileSync(join(folder, 'out/mandelbrot.png')).subarray(1, 4)]).toEqual([...Buffer.from('PNG')]),
  'primes.yaml': () => expect(json('out/primes.json')).toBe(664_579),
  'format/convert.yaml': () => {
    const lines = read('format/texts/tyger.txt').split('\n').filter(Boolean);
    const sorted = read('format/out/sorted/tyger.txt').split('\n').filter(Boolean);
    expect([...sorted].sort()).toEqual([...lines].sort());
    expect(sorted).not.toEqual(lines);
  },
  'format/map.yaml': () => expect(read('format/out/words.csv').split(/\r?\n/)[0]).toBe('path,words'),
  'format/matrix.yaml': (ends) => expect(ends.size).toBe(4),
  'format/needs.yaml': (ends) => {
    expect(ends.get('alarm')).toMatchObject({ state: 'skipped' });
    expect(read('format/out/copies.txt')).toContain('raven.txt');
  },
  'format/ranges.yaml': (ends) => {
    const out = (job: string): string[] =>
      (ends.get(job)?.result as { stdout: { text: string } }[]).map(({ stdout }) => stdout.text.trim());
    expect(out('frames')).toEqual(['frame 1', 'frame 6', 'frame 11', 'frame 16', 'frame 100']);
    expect(out('down')).toEqual(['10', '8', '6', '4', '2', '0']);
    expect(ends.get('list')?.result).toEqual(['Hello, Ada!', 'Hello, Grace!']);
    expect(ends.get('lines')?.result).toEqual(['Hello, Ada!', 'Hello, Grace!', 'Hello, Emmy!']);
  },
  'format/retries.yaml': (ends) => {
    // By chance an item fails five times, one in 250; half of them never do.
    const items = ends.get('squares')?.items as { done: number; failed: number };
    expect(items.done + items.failed).toBe(30);
    expect(items.failed).toBeLessThan(15);
  },
  'format/run.yaml': () => expect(read('format/out/lines.csv').trim().split(/\r?\n/)).toHaveLength(4),
  'format/schedule.yaml': (ends) => {
    const steps = (40_000 * 39_999) / 2;
    expect(['static', 'dynamic', 'guided'].map((job) => ends.get(job)?.result)).toEqual([steps, steps, steps]);
  },
  'format/script.ts': (ends) => expect(ends.get('script.ts')).toMatchObject({ state: 'done', result: 2 }),
  'format/settings.yaml': (ends) => {
    const of = (job: string): unknown => (ends.get(job)?.result as { mode: string; hasKey: boolean }[])[0];
    expect(of('careful')).toMatchObject({ mode: 'careful', hasKey: true });
    expect(of('quick')).toMatchObject({ mode: 'quick', hasKey: true });
    expect(ends.has('off')).toBe(false);
  },
  'format/table.yaml': () => {
    expect(json('format/out/greetings.json')).toEqual([
      'Good morning, Ada Lovelace!',
      'Good morning, Hopper, Grace!',
      'Good morning, Emmy Noether!',
    ]);
    expect(read('format/out/cards/1.txt')).toBe('Hopper, Grace, born 1906, known for compilers\n');
  },
};

const examples = ['', 'format/'].flatMap((below) =>
  readdirSync(join(folder, below))
    .filter((name) => /\.ya?ml$|^script\./.test(name))
    .map((name) => `${below}${name}`),
);

describe('the examples', () => {
  it('have each something that it must come to', () => {
    expect(examples.sort()).toEqual(Object.keys(expectations).sort());
  });

  it.each(examples)('%s runs without being trusted, and gives what it should', async (name) => {
    const child = line.spawn(process.execPath, [bin, 'run', '--json', '--procs', '2', join(folder, name)], {
      cwd: root,
      env: line.env({ PROCESSION_EXAMPLE_KEY: 'a key of the example' }),
    });
    const { code, stdout, stderr } = await ended(child);
    expect(stderr).toBe('');
    const lines = jsonLines(stdout);
    const ends = lines.filter(({ type }) => type === 'job.end');
    expect(code).toBe(name === 'format/retries.yaml' && ends[0]?.state === 'failed' ? 1 : 0);
    expectations[name]?.(new Map(ends.map((end) => [end.job, end])));
    expect(stdout).not.toContain('a key of the example');
  });
});
