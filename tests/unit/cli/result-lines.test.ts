import { describe, expect, it } from 'vitest';
import { imageLines } from '../../../src/cli/image-lines';
import { errorLines, outcomeLines, summaryLines } from '../../../src/cli/outcome-lines';
import { paint } from '../../../src/cli/paint';
import { histogramLines, resultLines } from '../../../src/cli/result-lines';
import type { JobView } from '../../../src/cli/run-events';
import type { Report } from '../../../src/shared/report';
import { plan } from './fixtures';

const style = { columns: 80, unicode: true, images: false, paint: paint(false) };
const report: Report = {
  kind: 'procession.report',
  figures: [
    { label: 'Voxels', value: 1310720 },
    { label: 'Mean', value: 167.53686599731446 },
    { label: 'Spacing', value: 7.0005, unit: 'mm' },
    { label: 'Low', value: -0.5 },
    { label: 'Note', value: 'un\u001b[31mknown' },
  ],
  views: [
    { kind: 'histogram', title: 'Values', unit: 'HU', edges: [0, 100, 200], counts: [80, 10] },
    { kind: 'image', title: 'Slice', width: 4, height: 2, data: new Uint8Array(8), low: 0, high: 1 },
    {
      kind: 'table',
      title: 'Tags',
      columns: ['Name', 'n'],
      rows: [
        ['a', 1],
        [null, 10],
      ],
    },
  ],
};

describe('a report', () => {
  it('has its figures below each other, by their decimal points, then its views', () => {
    expect(resultLines(report, style)).toEqual([
      'Voxels   1310720',
      'Mean         167.53686599731446',
      'Spacing        7.0005 mm',
      'Low           -0.5',
      'Note     unknown',
      '',
      'Values (HU)',
      '    0 – 100  80  ████████████████████████████████████████',
      '  100 – 200  10  █████',
      '',
      'Slice: image of 4 x 2',
      '',
      'Tags',
      '  Name   n',
      '  a      1',
      '        10',
    ]);
  });

  it('with many bins joins neighbours, and shows a small count as something', () => {
    const lines = histogramLines(
      Array.from({ length: 49 }, (_, edge) => edge),
      [1, 0, ...Array<number>(44).fill(0), 500, 500],
      style,
    );
    expect(lines).toHaveLength(24);
    expect(lines[0]).toBe('   0 –  2     1  ▏');
    expect(lines[1]).toBe('   2 –  4     0');
    expect(lines.at(-1)).toBe(`  46 – 48  1000  ${'█'.repeat(40)}`);
  });
});

describe('an image on a terminal with colours', () => {
  it('has two pixels in each character, in the colours of its palette', () => {
    const picture = { kind: 'image', title: 'P', width: 2, height: 2, low: 0, high: 255 } as const;
    expect(imageLines({ ...picture, data: Uint8Array.of(0, 128, 255, 8) }, 80)).toEqual([
      '\u001b[38;5;16;48;5;231m▀\u001b[38;5;244;48;5;232m▀\u001b[0m',
    ]);
    expect(imageLines({ ...picture, data: Uint8Array.of(0, 85, 170, 255), palette: 'fire' }, 80)).toEqual([
      '\u001b[38;5;16;48;5;223m▀\u001b[38;5;215;48;5;230m▀\u001b[0m',
    ]);
  });

  it.each([
    [1200, 800, 80, 48, 16],
    [256, 256, 80, 48, 24],
    [256, 256, 20, 20, 10],
    [10, 1000, 80, 1, 50],
    [1000, 1, 80, 48, 1],
  ])('is shrunk to fit: %d x %d into %d columns', (width, height, room, columns, lines) => {
    const data = new Uint8Array(width * height);
    const drawn = imageLines({ kind: 'image', title: '', width, height, data, low: 0, high: 1 }, room);
    expect(drawn).toHaveLength(lines);
    expect(drawn[0]?.match(/▀/g)).toHaveLength(columns);
  });
});

describe('any other result', () => {
  it.each<[unknown, string[]]>([
    [undefined, []],
    [664579, ['664579']],
    ['two\nlines\u001b[2J', ['two', 'lines']],
    [[0, 'a'], ["[ 0, 'a' ]"]],
  ])('shows its beginning: %j', (result, lines) => expect(resultLines(result, style)).toEqual(lines));

  it('is never long', () => {
    const lines = resultLines(
      Array.from({ length: 20 }, () => Array.from({ length: 20 }, () => 'x'.repeat(30))),
      style,
    );
    expect(lines).toHaveLength(31);
    expect(lines.at(-1)).toMatch(/^… \d+ more lines$/);
  });
});

describe('an outcome', () => {
  const job: JobView = {
    plan: plan(),
    label: 'Count\u001b[0m',
    range: 50,
    phase: 'ended',
    failed: 0,
    progress: 50,
    ranks: [
      { start: 0, end: 25, count: 25 },
      { start: 25, end: 50, count: 25 },
    ],
    startedAt: 0,
    samples: [],
  };
  const times = { startedAt: 0, endedAt: 1234 };

  it('that is good has the result below it, indented', () => {
    expect(
      outcomeLines(
        job,
        { state: 'done', result: 5, errors: [], output: `${process.cwd()}/out/x.json`, ...times },
        style,
      ),
    ).toEqual(['Count done in 1.2 s on 2 ranks', '  5', '  Written to out/x.json']);
  });

  it('that is bad names rank, error, cause and the place in the own code, and not the echoes', () => {
    const stack =
      'TypeError: no\n    at go (file:///w/t.mjs?v=1.5-3:2:58)\n    at run (/app/out/main/workers/compute.js:1:1)\n    at node:internal/x:1:1';
    const error = { name: 'TypeError', message: 'no\u001b[2J', stack, cause: { name: 'Error', message: 'because' } };
    const echo = { name: 'SiblingError', message: 'rank 1 failed' };
    expect(
      outcomeLines(
        job,
        {
          state: 'failed',
          errors: [
            { rank: 1, error },
            { rank: 0, error: echo },
          ],
          ...times,
        },
        style,
      ),
    ).toEqual([
      'Count failed after 1.2 s',
      '  rank 1: TypeError: no',
      '    at go (/w/t.mjs:2:58)',
      '    caused by: Error: because',
      '  1 more rank ended with an error',
    ]);
  });

  it('of many ranks shows the first three errors', () => {
    const errors = Array.from({ length: 8 }, (_, rank) => ({ rank, error: { name: 'Error', message: `e${rank}` } }));
    expect(errorLines({ state: 'failed', errors, ...times })).toEqual([
      'rank 0: Error: e0',
      'rank 1: Error: e1',
      'rank 2: Error: e2',
      '5 more ranks ended with errors',
    ]);
  });

  it('that was cancelled says whether it had begun', () => {
    expect(outcomeLines(job, { state: 'cancelled', errors: [], ...times }, style)).toEqual([
      'Count cancelled after 1.2 s',
    ]);
    const { startedAt: _never, ...waited } = job;
    expect(outcomeLines(waited, { state: 'cancelled', errors: [], ...times }, style)).toEqual([
      'Count cancelled before it began',
    ]);
  });

  it.each([
    [{ done: 1, failed: 0, cancelled: 0 }, '1 job done in 2.0 s'],
    [{ done: 3, failed: 0, cancelled: 0 }, '3 jobs done in 2.0 s'],
    [{ done: 1, failed: 2, cancelled: 1, skipped: 1 }, '5 jobs: 2 failed, 1 cancelled, 1 skipped, 1 done in 2.0 s'],
  ])('is counted in the last line', (counts, text) =>
    expect(summaryLines({ skipped: 0, ...counts, exitCode: 0, ms: 2000 }, paint(false))).toEqual([text]),
  );
});
