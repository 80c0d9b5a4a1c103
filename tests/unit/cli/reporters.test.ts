import { describe, expect, it } from 'vitest';
import { JsonReporter } from '../../../src/cli/json-reporter';
import { LiveReporter } from '../../../src/cli/live-reporter';
import { paint } from '../../../src/cli/paint';
import { PlainReporter } from '../../../src/cli/plain-reporter';
import { QuietReporter } from '../../../src/cli/quiet-reporter';
import type { Reporter, RunEvent } from '../../../src/cli/run-events';
import { RunState } from '../../../src/cli/run-state';
import { plan, progress, running } from './fixtures';

const start = new Date(2024, 4, 17, 14, 32, 0).getTime();
const style = { columns: 80, unicode: true, images: false, paint: paint(false) };

/** Plays a run of one job over 25 seconds to a reporter; `at` sets its clock. */
function play(reporter: Reporter, at: (time: number) => void): void {
  const state = new RunState([plan()]);
  const tell = (time: number, events: readonly RunEvent[]): void => {
    at(start + time);
    for (const event of events) reporter.report(event, state.jobs);
  };
  tell(0, [{ type: 'run.start', jobs: state.jobs, numProcs: 4 }]);
  tell(0, state.bind(0, 7, running([0, 0, 0, 0], { startedAt: start }).job));
  for (const second of [0.1, 0.2, 5, 10, 12, 20])
    tell(second * 1000, state.apply(progress([Math.floor(second / 2), 1, 1, 1]), start + second * 1000));
  tell(
    21_000,
    state.apply({ type: 'log', jobId: 7, lines: [{ rank: 2, stream: 'log', text: 'h\u001b[31mi' }] }, start),
  );
  tell(
    25_000,
    state.end(0, { state: 'done', result: { n: 50 }, errors: [], startedAt: start, endedAt: start + 25_000 }),
  );
  tell(25_000, [
    { type: 'run.end', summary: { done: 1, failed: 0, cancelled: 0, skipped: 0, exitCode: 0, ms: 25_000 } },
  ]);
  reporter.close();
}

/** Numbers from 0 on. */
function counter(): () => number {
  let next = 0;
  return () => next++;
}

function playTo(make: (write: (text: string) => void, now: () => number) => Reporter): string {
  let text = '';
  let time = start;
  play(
    make(
      (more) => (text += more),
      () => time,
    ),
    (to) => (time = to),
  );
  return text;
}

describe('plain lines', () => {
  it('come at the start, every ten seconds, for logs and at the end', () => {
    expect(playTo((write, now) => new PlainReporter(write, style, now))).toBe(
      [
        '14:32:00 Count: started on 4 ranks over a range of 50',
        '14:32:10 Count: 8 of 50   16%  48/min  ends 14:33:02',
        '14:32:20 Count: 13 of 50   26%  32/min  ends 14:33:29',
        'Count[2]: hi',
        'Count done in 25.0 s on 4 ranks',
        '  { n: 50 }',
        '1 job done in 25.0 s',
        '',
      ].join('\n'),
    );
  });
});

describe('the JSON stream', () => {
  it('is one object a line, numbered, with version and time', () => {
    const text = playTo((write, now) => new JsonReporter(write, counter(), now));
    const lines = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines.map(({ seq }) => seq)).toEqual(lines.map((_, index) => index));
    expect(lines.every(({ v, ts }) => v === 1 && typeof ts === 'string' && new Date(ts).toISOString() === ts)).toBe(
      true,
    );
    expect(lines.map(({ v: _v, ts: _ts, seq: _seq, ...fields }) => fields)).toEqual([
      {
        type: 'run.start',
        numProcs: 4,
        jobs: [{ file: '/w/jobs.yaml', job: 'a', label: 'Count', target: 'builtin:x', range: 50 }],
      },
      {
        type: 'job.start',
        file: '/w/jobs.yaml',
        job: 'a',
        range: 50,
        ranks: [
          { rank: 0, start: 0, end: 12 },
          { rank: 1, start: 12, end: 25 },
          { rank: 2, start: 25, end: 37 },
          { rank: 3, start: 37, end: 50 },
        ],
      },
      { type: 'job.progress', file: '/w/jobs.yaml', job: 'a', done: 3, range: 50, counts: [0, 1, 1, 1] },
      { type: 'job.progress', file: '/w/jobs.yaml', job: 'a', done: 5, range: 50, counts: [2, 1, 1, 1] },
      { type: 'job.progress', file: '/w/jobs.yaml', job: 'a', done: 8, range: 50, counts: [5, 1, 1, 1] },
      { type: 'job.progress', file: '/w/jobs.yaml', job: 'a', done: 9, range: 50, counts: [6, 1, 1, 1] },
      { type: 'job.progress', file: '/w/jobs.yaml', job: 'a', done: 13, range: 50, counts: [10, 1, 1, 1] },
      { type: 'log', file: '/w/jobs.yaml', job: 'a', rank: 2, stream: 'log', text: 'h\u001b[31mi' },
      { type: 'job.end', file: '/w/jobs.yaml', job: 'a', state: 'done', ms: 25_000, result: { n: 50 } },
      { type: 'run.end', done: 1, failed: 0, cancelled: 0, skipped: 0, exitCode: 0, ms: 25_000 },
    ]);
    expect(text).not.toContain('\u001b');
  });
});

describe('quiet', () => {
  it('says nothing of what went well', () => {
    expect(playTo((write) => new QuietReporter(write, style))).toBe('');
  });
});

describe('the live terminal', () => {
  it('draws bars over the last ones, lets logs and results scroll, and gives the cursor back', () => {
    let text = '';
    play(new LiveReporter({ columns: 80, rows: 24, write: (more) => (text += more) }, style), () => undefined);
    expect(text.startsWith('\u001b[?25l')).toBe(true);
    expect(text.endsWith('\u001b[?25h')).toBe(true);
    expect(text).toContain('Count  ░░░░░░');
    expect(text).toContain('\u001b[2A\r\u001b[JCount[2]: hi\nCount done in 25.0 s on 4 ranks\n  { n: 50 }\n');
    expect(text).toContain('1 job done in 25.0 s\n');
  });

  it('removes bars that a narrower terminal has wrapped', () => {
    let text = '';
    const terminal = { columns: 80, rows: 24, write: (more: string) => (text += more) };
    const reporter = new LiveReporter(terminal, style);
    const state = new RunState([plan()]);
    for (const event of state.bind(0, 7, running().job)) reporter.report(event, state.jobs);
    text = '';
    terminal.columns = 30;
    reporter.note('Narrower.');
    // A bar of 66 columns takes three lines then, and the ranks, of 51, take two.
    expect(text.startsWith('\u001b[5A\r\u001b[JNarrower.\nCount  ')).toBe(true);
    for (const line of text.split('\n').slice(1)) expect(line.length).toBeLessThan(30);
    reporter.close();
  });

  it('shows a line about the run itself above the bars, where it does not spoil them', () => {
    let text = '';
    const reporter = new LiveReporter({ columns: 80, rows: 24, write: (more) => (text += more) }, style);
    const state = new RunState([plan()]);
    for (const event of state.bind(0, 7, running().job)) reporter.report(event, state.jobs);
    text = '';
    reporter.note('Stopping.');
    expect(text).toMatch(/^\u001b\[2A\r\u001b\[JStopping\.\nCount {2}░+ .*\n {2}0 \[0,12\) 0 .*\n$/);
    reporter.close();
  });
});
