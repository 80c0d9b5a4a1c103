import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ComputeLogLine } from '../../../src/shared/worker-protocol';
import { LogBudget } from '../../../src/workers/log-budget';

interface Sent {
  readonly lines: readonly ComputeLogLine[];
  readonly dropped: number;
}

function budget(): { log: LogBudget; sent: Sent[]; clock: { now: number } } {
  const sent: Sent[] = [];
  const clock = { now: 0 };
  const log = new LogBudget(
    (lines, dropped) => sent.push({ lines, dropped }),
    () => clock.now,
  );
  return { log, sent, clock };
}

describe('the log of a rank', () => {
  it('goes out at once, line by line, while there are few', () => {
    const { log, sent } = budget();
    log.write('stdout', 'one');
    log.write('stderr', 'two');
    expect(sent).toEqual([
      { lines: [{ stream: 'stdout', text: 'one' }], dropped: 0 },
      { lines: [{ stream: 'stderr', text: 'two' }], dropped: 0 },
    ]);
  });

  it('sends 200 lines in 50 ms and counts the rest, told with the next line', () => {
    const { log, sent, clock } = budget();
    for (let i = 0; i < 1000; i += 1) log.write('log', `line ${i}`);
    expect([sent.length, sent.at(-1)?.lines[0]?.text]).toEqual([200, 'line 199']);
    clock.now = 49;
    log.write('log', 'still too soon');
    expect(sent).toHaveLength(200);
    clock.now = 50;
    log.write('log', 'in time');
    expect(sent.at(-1)).toEqual({ lines: [{ stream: 'log', text: 'in time' }], dropped: 801 });
  });

  it('tells at the end what was left out, once', () => {
    const { log, sent } = budget();
    for (let i = 0; i < 205; i += 1) log.write('log', 'x');
    log.flush();
    log.flush();
    expect(sent.slice(200)).toEqual([{ lines: [], dropped: 5 }]);
  });

  it('says nothing at the end when nothing was left out', () => {
    const { log, sent } = budget();
    log.write('log', 'x');
    log.flush();
    expect(sent).toHaveLength(1);
  });

  it('shortens a line of more than 16,384 characters and says by how much', () => {
    const { log, sent } = budget();
    log.write('log', 'x'.repeat(16_384));
    log.write('log', 'y'.repeat(100_000));
    expect(sent[0]?.lines[0]?.text).toBe('x'.repeat(16_384));
    expect(sent[1]?.lines[0]?.text).toBe(`${'y'.repeat(16_384)}… (83616 more characters)`);
  });

  it('sends or counts every line, in order, and never more than 200 in any 50 ms of its clock', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(60), fc.integer({ min: 1, max: 300 })), { maxLength: 8 }), (bursts) => {
        const { log, sent, clock } = budget();
        let written = 0;
        for (const [pause, lines] of bursts) {
          clock.now += pause;
          const before = sent.length;
          for (let i = 0; i < lines; i += 1) log.write('log', String(written++));
          expect(sent.length - before).toBeLessThanOrEqual(200);
        }
        log.flush();
        const texts = sent.flatMap(({ lines }) => lines.map((line) => Number(line.text)));
        expect(texts).toEqual([...texts].sort((a, b) => a - b));
        expect(texts.length + sent.reduce((sum, { dropped }) => sum + dropped, 0)).toBe(written);
      }),
    );
  });
});
