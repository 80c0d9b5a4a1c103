import { describe, expect, it } from 'vitest';
import { environmentOf, SecretMask } from '../../../src/runner/secrets';

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

  it('of a letter or two are left, and without any nothing is touched', () => {
    expect(new SecretMask([job], { MY_TOKEN: 'a', MY_KEY: '' }).isEmpty).toBe(true);
    const data = { text: 'a' };
    expect(new SecretMask([], {}).data(data)).toBe(data);
  });
});
