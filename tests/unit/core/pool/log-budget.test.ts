import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LogBudget } from '../../../../src/core/pool/log-budget';
import type { ComputeLogLine } from '../../../../src/shared/worker-protocol';

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

const lines = (first: number, last: number): ComputeLogLine[] =>
  Array.from({ length: last - first + 1 }, (_, i) => ({ stream: 'log', text: `line ${first + i}` }));

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

  it('sends 200 lines in 50 ms, and with the next line the last 20 of the others, and how many came before them', () => {
    const { log, sent, clock } = budget();
    for (let i = 0; i < 1000; i += 1) log.write('log', `line ${i}`);
    expect([sent.length, sent.at(-1)?.lines[0]?.text]).toEqual([200, 'line 199']);
    clock.now = 49;
    log.write('stderr', 'still too soon');
    expect(sent).toHaveLength(200);
    clock.now = 50;
    log.write('log', 'in time');
    expect(sent.slice(200)).toEqual([
      { lines: [...lines(981, 999), { stream: 'stderr', text: 'still too soon' }], dropped: 781 },
      { lines: [{ stream: 'log', text: 'in time' }], dropped: 0 },
    ]);
  });

  it.each([
    [201, { lines: lines(200, 200), dropped: 0 }],
    [220, { lines: lines(200, 219), dropped: 0 }],
    [221, { lines: lines(201, 220), dropped: 1 }],
    [100_000, { lines: lines(99_980, 99_999), dropped: 99_780 }],
  ])('sends the last lines of a flood of %d at the end, once', (count, rest) => {
    const { log, sent } = budget();
    for (let i = 0; i < count; i += 1) log.write('log', `line ${i}`);
    log.flush();
    log.flush();
    expect(sent.slice(200)).toEqual([rest]);
  });

  it('has 200 lines for the next 50 ms, whatever was left over from the last', () => {
    const { log, sent, clock } = budget();
    for (let i = 0; i < 300; i += 1) log.write('log', `line ${i}`);
    clock.now = 1000;
    for (let i = 300; i < 600; i += 1) log.write('log', `line ${i}`);
    expect(sent.slice(199, 202)).toEqual([
      { lines: lines(199, 199), dropped: 0 },
      { lines: lines(280, 299), dropped: 80 },
      { lines: lines(300, 300), dropped: 0 },
    ]);
    expect([sent.length, sent.at(-1)]).toEqual([401, { lines: lines(499, 499), dropped: 0 }]);
  });

  it('gets no more lines by a flush in the middle of its 50 ms', () => {
    const { log, sent } = budget();
    for (let i = 0; i < 230; i += 1) log.write('log', `line ${i}`);
    log.flush();
    for (let i = 230; i < 233; i += 1) log.write('log', `line ${i}`);
    expect(sent).toHaveLength(201);
    log.flush();
    expect(sent.slice(200)).toEqual([
      { lines: lines(210, 229), dropped: 10 },
      { lines: lines(230, 232), dropped: 0 },
    ]);
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

  it('shortens the last lines of a flood too', () => {
    const { log, sent } = budget();
    for (let i = 0; i < 201; i += 1) log.write('log', 'z'.repeat(16_385));
    log.flush();
    expect(sent.at(-1)).toEqual({
      lines: [{ stream: 'log', text: `${'z'.repeat(16_384)}… (1 more characters)` }],
      dropped: 0,
    });
  });

  it('sends or counts every line where it belongs, and at most 200 and the last 20 in any 50 ms of its clock', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(60), fc.integer({ min: 1, max: 300 }), fc.boolean()), { maxLength: 8 }),
        (bursts) => {
          const { log, sent, clock } = budget();
          let written = 0;
          let next = 0;
          for (const [pause, count, ends] of bursts) {
            clock.now += pause;
            const before = sent.length;
            for (let i = 0; i < count; i += 1) log.write('log', String(written++));
            expect(sent.slice(before).reduce((sum, each) => sum + each.lines.length, 0)).toBeLessThanOrEqual(220);
            if (ends) log.flush();
          }
          log.flush();
          for (const each of sent) {
            next += each.dropped;
            for (const { text } of each.lines) expect(Number(text)).toBe(next++);
          }
          expect(next).toBe(written);
          const last = sent.flatMap((each) => each.lines).slice(-20);
          expect(last.map(({ text }) => Number(text))).toEqual(
            Array.from({ length: Math.min(20, written) }, (_, i) => Math.max(0, written - 20) + i),
          );
        },
      ),
    );
  });
});
