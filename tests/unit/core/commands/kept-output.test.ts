import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KeptOutput } from '../../../../src/core/commands/kept-output';

function keep(bytes: number, ...pieces: readonly (string | Uint8Array)[]): KeptOutput['output'] {
  const kept = new KeptOutput(bytes);
  for (const piece of pieces) kept.push(Buffer.from(piece));
  return kept.output;
}

describe('what is kept of an output', () => {
  it('is all of it while it fits, to the last byte', () => {
    expect(keep(10)).toEqual({ text: '', bytes: 0, droppedBytes: 0 });
    expect(keep(10, 'abcde', 'fghij')).toEqual({ text: 'abcdefghij', bytes: 10, droppedBytes: 0 });
  });

  it('is the beginning and the end of what is longer, and how much is left out', () => {
    expect(keep(10, 'abcdefghijk')).toEqual({
      text: 'abcde\n… 1 bytes were left out …\nghijk',
      bytes: 11,
      droppedBytes: 1,
    });
    expect(keep(0, 'abc')).toEqual({ text: '\n… 3 bytes were left out …\n', bytes: 3, droppedBytes: 3 });
  });

  it('has no broken characters where it was cut', () => {
    expect(keep(10, 'aä€😀 - 😀€ä')).toEqual({
      text: 'aä\n… 14 bytes were left out …\n€ä',
      bytes: 22,
      droppedBytes: 14,
    });
  });

  it('shows bytes that are no UTF-8 as such, and keeps NUL and escapes', () => {
    expect(keep(100, Uint8Array.of(0x61, 0xff, 0x00, 0x1b, 0x5b, 0x31, 0x6d, 0xc3)).text).toBe(
      'a\uFFFD\0\u001b[1m\uFFFD',
    );
    // Only continuation bytes: nothing to cut at.
    expect(keep(4, new Uint8Array(9).fill(0x80)).droppedBytes).toBeGreaterThanOrEqual(5);
  });

  it('takes a copy, since pieces come in a buffer that is used again', () => {
    const kept = new KeptOutput(8);
    const piece = Buffer.from('abcdefghijkl');
    kept.push(piece);
    piece.fill('x');
    expect(kept.output.text).toBe('abcd\n… 4 bytes were left out …\nijkl');
  });

  it('does not depend on how the output was cut into pieces', () => {
    const anyText = fc.array(fc.string({ minLength: 1, maxLength: 30, unit: fc.constantFrom('a', 'b', 'c') }), {
      maxLength: 30,
    });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 40 }), anyText, (bytes, pieces) => {
        const text = pieces.join('');
        const output = keep(bytes, ...pieces);
        expect(output).toEqual(keep(bytes, text));
        expect(output.bytes).toBe(text.length);
        expect(output.droppedBytes).toBe(Math.max(0, text.length - bytes));
        if (output.droppedBytes > 0)
          expect(output.text).toBe(
            `${text.slice(0, Math.ceil(bytes / 2))}\n… ${text.length - bytes} bytes were left out …\n${bytes > 1 ? text.slice(-Math.floor(bytes / 2)) : ''}`,
          );
      }),
    );
  });
});
