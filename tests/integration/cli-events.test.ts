import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { CommandLine, jsonLines, root } from './command-line';

const line = new CommandLine();

afterEach(() => line.remove());

interface Documented {
  readonly always: readonly string[];
  readonly sometimes: readonly string[];
}

/** The events with their fields, as docs/cli.md has them. */
function documentedEvents(): ReadonlyMap<string, Documented> {
  const page = readFileSync(join(root, 'docs/cli.md'), 'utf8');
  const namesIn = (cell = ''): string[] => [...cell.matchAll(/`(\w+)`/g)].map(([, name = '']) => name);
  return new Map(
    [...page.matchAll(/^\| `((?:run|job|item|plan)\.\w+|log)` \|([^|]*)\|([^|]*)\|([^|]*)\|$/gm)].map(
      ([, type = '', , always, sometimes]) => [type, { always: namesIn(always), sometimes: namesIn(sometimes) }],
    ),
  );
}

function expectAsDocumented(stdout: string): Record<string, unknown>[] {
  const documented = documentedEvents();
  expect(documented.size).toBe(12);
  expect(stdout.endsWith('}\n')).toBe(true);
  const events = jsonLines(stdout);
  for (const [place, { v, ts, seq, type, ...fields }] of events.entries()) {
    expect([v, seq, typeof ts === 'string' && new Date(ts).toISOString() === ts]).toEqual([1, place, true]);
    const { always, sometimes } = documented.get(String(type)) ?? { always: ['a line of the page'], sometimes: [] };
    const names = Object.keys(fields);
    expect(names, String(type)).toEqual(expect.arrayContaining([...always]));
    expect(
      names.filter((name) => !always.includes(name) && !sometimes.includes(name)),
      String(type),
    ).toEqual([]);
  }
  return events;
}

it('each event of --json is as it is documented and in its order, and --quiet tells what went wrong only', async () => {
  line.write(
    'work.mjs',
    [
      "export function part(proc) { if (proc.index === 0) proc.log('at', 'work'); let sum = 0; for (const i of proc.pRange()) sum += i; return sum; }",
      'export function each(item, { args }) {',
      '  if (item === args.bad) throw new RangeError(`${item} is bad`, { cause: new Error("as it was told") });',
      '  return { item, size: 12n };',
      '}',
    ].join('\n'),
  );
  const file = line.jobFile(
    '{ id: part, target: "./work.mjs#part", range: 4, numProcs: 2, output: part.json }',
    '{ id: each, map: "./work.mjs#each", range: { list: [a, b, c] }, retries: 1, args: { bad: b } }',
    '{ id: after, run: [echo, "{item}"], range: { list: [1, 2, 3] }, needs: [{ job: each, when: items }] }',
    '{ id: say, run: [sh, -c, "echo out; echo err >&2; exit 3"], matrix: { size: [1] } }',
    '{ id: never, run: [touch, never], needs: [each] }',
    '{ id: rescue, run: [touch, rescued], needs: [{ job: part, when: failure }] }',
  );
  const { code, stdout, stderr } = await line.run('run', '--trust', '--procs', '2', '--json', file);
  expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
  const events = expectAsDocumented(stdout);
  const path = line.path(file);
  const jobs = ['part', 'each', 'after', 'say[size=1]', 'never', 'rescue'];
  expect(events[0]).toMatchObject({ type: 'run.start', numProcs: 2 });
  expect((events[0]?.jobs as object[]).map(({ ...job }) => job)).toMatchObject([
    { file: path, job: 'part', label: 'part', target: `${line.path('work.mjs')}#part`, range: 4 },
    { job: 'each', range: 3 },
    { job: 'after', command: ['echo', '{item}'], range: 3 },
    { job: 'say[size=1]', range: 1 },
    { job: 'never' },
    { job: 'rescue' },
  ]);
  const of = (job: string, ...types: string[]): Record<string, unknown>[] =>
    events.filter((event) => event.job === job && (types.length === 0 || types.includes(String(event.type))));
  for (const job of jobs) {
    const types = of(job).map(({ type }) => String(type));
    expect(types.filter((type) => type === 'job.end')).toHaveLength(1);
    expect(types.at(-1), job).toBe('job.end');
    const began = types.indexOf('job.start');
    expect(types.filter((type) => type === 'job.start')).toHaveLength(job === 'never' || job === 'rescue' ? 0 : 1);
    // Only items that are left out are told of before.
    expect(types.slice(0, Math.max(0, began)).filter((type) => type !== 'item.skipped')).toEqual([]);
    expect(of(job).every((event) => event.file === path)).toBe(true);
  }
  expect(of('part', 'log', 'job.start', 'job.end')).toMatchObject([
    {
      type: 'job.start',
      range: 4,
      ranks: [
        { rank: 0, start: 0, end: 2 },
        { rank: 1, start: 2, end: 4 },
      ],
    },
    { type: 'log', rank: 0, stream: 'log', text: 'at work' },
    { type: 'job.end', state: 'done', result: [1, 5], output: line.path('part.json') },
  ]);
  for (const { done, range, counts } of events.filter(({ type }) => type === 'job.progress'))
    expect([Number(done) <= Number(range), Array.isArray(counts)]).toEqual([true, true]);
  const items = (job: string): unknown[] =>
    of(job, 'item.done', 'item.failed', 'item.skipped').toSorted((a, b) => Number(a.index) - Number(b.index));
  expect(items('each')).toMatchObject([
    { type: 'item.done', index: 0, item: 'a', attempts: 1, value: { item: 'a', size: '12' } },
    {
      type: 'item.failed',
      index: 1,
      item: 'b',
      attempts: 2,
      error: { name: 'RangeError', message: 'b is bad', cause: { message: 'as it was told' } },
    },
    { type: 'item.done', index: 2, item: 'c', attempts: 1 },
  ]);
  expect(of('each', 'job.end')).toMatchObject([
    {
      state: 'failed',
      items: { done: 2, failed: 1, skipped: 0 },
      errors: [{ rank: null, item: 1, error: { name: 'RangeError' } }],
    },
  ]);
  expect(items('after')).toMatchObject([
    { type: 'item.done', item: 1, value: { exitCode: 0, stdout: { text: '1\n' } } },
    { type: 'item.skipped', index: 1, item: 2, attempts: 0, error: { name: expect.any(String) as string } },
    { type: 'item.done', item: 3 },
  ]);
  expect(items('say[size=1]')).toMatchObject([
    { type: 'item.failed', index: 0, attempts: 1, error: { command: { exitCode: 3 } } },
  ]);
  expect(of('say[size=1]', 'log').map(({ stream, text }) => [stream, text])).toEqual(
    expect.arrayContaining([
      ['stdout', 'out'],
      ['stderr', 'err'],
    ]),
  );
  expect(of('never', 'job.end')).toMatchObject([{ state: 'skipped', reason: 'It needs "each", which failed.' }]);
  expect(of('rescue', 'job.end')).toMatchObject([{ state: 'skipped' }]);
  expect(events.filter(({ type }) => type === 'run.start' || type === 'run.end')).toHaveLength(2);
  const ended = events.filter(({ type }) => type === 'job.end').map(({ state }) => state);
  expect(events.at(-1)).toMatchObject({
    type: 'run.end',
    exitCode: 1,
    ...Object.fromEntries(
      ['done', 'failed', 'cancelled', 'skipped'].map((state) => [state, ended.filter((one) => one === state).length]),
    ),
  });

  const quiet = await line.run('run', '--trust', '--procs', '2', '--quiet', file);
  expect([quiet.code, quiet.stdout]).toEqual([1, '']);
  const told = quiet.stderr.split('\n').filter((text) => /^\S/.test(text));
  expect(told.toSorted()).toEqual([
    expect.stringMatching(/^after /) as string,
    expect.stringMatching(/^each failed after [\d.]+ s, 2 of its items done, 1 failed$/) as string,
    'never skipped',
    expect.stringMatching(/^say \(size 1\) failed after /) as string,
  ]);
  expect(quiet.stderr).toContain('  item 1: RangeError: b is bad\n');

  // What would run is told in the same form.
  const { stdout: plan } = await line.run('run', '--dry-run', '--json', file);
  expect(expectAsDocumented(plan).map(({ type }) => type)).toEqual([...jobs.map(() => 'plan.job'), 'plan.end']);
});
