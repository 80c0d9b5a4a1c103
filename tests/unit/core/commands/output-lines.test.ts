import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OutputLines } from '../../../../src/core/commands/output-lines';
import { LogBudget } from '../../../../src/core/pool/log-budget';

/** What is logged of pieces that all come in the same moment. */
function log(...pieces: readonly (string | Uint8Array)[]): { texts: string[]; dropped: number } {
  const texts: string[] = [];
  let dropped = 0;
  const budget = new LogBudget(
    (lines, left) => {
      texts.push(...lines.map((line) => line.text));
      dropped += left;
    },
    () => 0,
  );
  const lines = new OutputLines('stdout', budget);
  for (const piece of pieces) lines.push(Buffer.from(piece));
  lines.flush();
  budget.flush();
  return { texts, dropped };
}

const numbered = (count: number): string[] => Array.from({ length: count }, (_, i) => `line ${i}`);

describe('the log lines of a command', () => {
  it('are those that it writes, however they arrive', () => {
    expect(log('one\ntw', 'o\n', '\nthree')).toEqual({ texts: ['one', 'two', '', 'three'], dropped: 0 });
    expect(log('windows\r\n')).toEqual({ texts: ['windows'], dropped: 0 });
    expect(log('')).toEqual({ texts: [], dropped: 0 });
  });

  it('keep a character that arrives in two pieces', () => {
    const euro = Buffer.from('€');
    expect(log(euro.subarray(0, 1), euro.subarray(1)).texts).toEqual(['€']);
  });

  it('of a flood are the first and the last ones, and all others are counted', () => {
    const { texts, dropped } = log(`${numbered(10_000).join('\n')}\n`);
    expect(texts).toEqual([...numbered(200), ...numbered(10_000).slice(-20)]);
    expect(dropped).toBe(9780);
  });

  it('of a line without an end are its beginning and how much is missing', () => {
    const pieces = Array.from({ length: 100 }, () => 'x'.repeat(100_000));
    const [line = ''] = log(...pieces).texts;
    const shown = /^x+/.exec(line)?.[0].length ?? 0;
    expect(shown).toBeGreaterThan(10_000);
    expect(line).toBe(`${'x'.repeat(shown)}… (${10_000_000 - shown} more bytes)`);
  });

  it('are each shown or counted, however the output was cut into pieces', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 300 }), { maxLength: 12 }), fc.nat(50), (counts, cut) => {
        const all = counts.flatMap((count) => numbered(count));
        const text = all.map((line) => `${line}\n`).join('');
        const pieces = [text.slice(0, cut), ...counts.map((_, i) => text.slice(cut + i * 997, cut + (i + 1) * 997))];
        const rest = text.slice(cut + counts.length * 997);
        const { texts, dropped } = log(...pieces, rest);
        expect(texts.length + dropped).toBe(all.length);
        const head = Math.min(200, all.length);
        expect(texts.slice(0, head)).toEqual(all.slice(0, head));
        expect(texts.slice(head)).toEqual(all.slice(head).slice(-20));
      }),
    );
  });
});
