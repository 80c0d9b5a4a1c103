import { describe, expect, it } from 'vitest';
import { environmentOf, maskEvent, SecretMask } from '../../../src/runner/secrets';

const job = { key: 'upload', env: { MODE: 'fast', TOKEN: { secret: 'MY_TOKEN' }, KEY: { secret: 'MY_KEY' } } };

describe('secrets', () => {
  it('are taken from the environment', () => {
    expect(environmentOf(job, { MY_TOKEN: 'abcdef', MY_KEY: 'x y', OTHER: 'no' })).toEqual({
      MODE: 'fast',
      TOKEN: 'abcdef',
      KEY: 'x y',
    });
  });

  it('are all named when they are missing', () => {
    expect(() => environmentOf(job, {})).toThrow(
      'Job "upload" needs the secret MY_TOKEN, MY_KEY, which are not in the environment. Set them before you start Procession.',
    );
  });

  it('are hidden in texts and in data, also inside of each other and over several lines', () => {
    const mask = new SecretMask([job], { MY_TOKEN: 'abcdef', MY_KEY: 'abcdefgh\n"second"' });
    expect(mask.text('Bearer abcdef, abcdefgh!')).toBe('Bearer •••, •••!');
    expect(mask.text(JSON.stringify({ key: 'abcdefgh\n"second"' }))).toBe('{"key":"•••"}');
    expect(mask.text('only the "second" line')).toBe('only the ••• line');
    const round: Record<string, unknown> = { list: ['abcdef', 7], bytes: new Uint8Array(2) };
    round.self = round;
    const shown = mask.data(round);
    expect(shown.list).toEqual(['•••', 7]);
    expect(shown.self).toBe(shown);
    expect(shown.bytes).toBe(round.bytes);
    expect(mask.data(new Map([['a', new Set(['abcdef'])]]))).toEqual(new Map([['a', new Set(['•••'])]]));
  });

  it('are hidden in what the engine tells of a run, and in nothing else of it', () => {
    const mask = new SecretMask([job], { MY_TOKEN: 'abcdef', MY_KEY: 'ghijkl' });
    const log = { type: 'log', jobId: 1, lines: [{ rank: 0, stream: 'log', text: 'key abcdef' }] } as const;
    expect(maskEvent(log, mask)).toEqual({ ...log, lines: [{ rank: 0, stream: 'log', text: 'key •••' }] });
    const partial = { type: 'partial', jobId: 1, rank: 0, value: { rows: ['ghijkl', 5] } } as const;
    expect(maskEvent(partial, mask)).toEqual({ ...partial, value: { rows: ['•••', 5] } });
    const progress = { type: 'progress', jobId: 1, progress: 3, counts: [3] } as const;
    expect(maskEvent(progress, mask)).toBe(progress);
    expect(maskEvent(log, new SecretMask([], {}))).toBe(log);
  });

  it('are hidden in errors among data, and where a part of one is left beside what was left out', () => {
    const mask = new SecretMask([job], { MY_TOKEN: 'abcdefgh', MY_KEY: '123456' });
    const cause = new TypeError('was 123456');
    const shown = mask.data({ error: new RangeError('no abcdefgh', { cause }) }).error;
    expect(shown).toBeInstanceOf(RangeError);
    expect(shown.message).toBe('no •••');
    expect(shown.stack).toContain('RangeError: no •••');
    expect((shown.cause as Error).message).toBe('was •••');
    expect(mask.data(Object.assign(Object.create(null) as object, { key: '123456' }))).toEqual({ key: '•••' });

    expect(mask.text('Bearer abcde… (12 more bytes)')).toBe('Bearer •••… (12 more bytes)');
    expect(mask.text('Bearer abcdef\n… 9 bytes were left out …\n456, and on')).toBe(
      'Bearer •••\n… 9 bytes were left out …\n•••, and on',
    );
    expect(mask.text('abc\n… 9 bytes were left out …\n')).toBe('•••\n… 9 bytes were left out …\n');
    expect(mask.text('Bearer ab… (12 more characters)')).toBe('Bearer ab… (12 more characters)');
  });

  it('of a letter or two are left, and without any nothing is touched', () => {
    expect(new SecretMask([job], { MY_TOKEN: 'a', MY_KEY: '' }).isEmpty).toBe(true);
    const data = { text: 'a' };
    expect(new SecretMask([], {}).data(data)).toBe(data);
  });
});
