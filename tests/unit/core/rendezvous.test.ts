import { describe, expect, it } from 'vitest';
import { toErrorInfo } from '../../../src/core/error-info';
import { type Release, Rendezvous } from '../../../src/core/rendezvous';
import type { CallRequest } from '../../../src/shared/worker-protocol';

const sync: CallRequest = { op: 'sync' };
const share = (name: string, text: string, exchange = true): CallRequest => ({
  op: 'share',
  name,
  payload: Buffer.from(text),
  exchange,
});
const get = (name: string): CallRequest => ({ op: 'get', name });
const returned = { kind: 'returned' } as const;
const failed = { kind: 'failed', error: toErrorInfo(new RangeError('root')) } as const;

/** Releases as text: `0#1 {1:b}` for an answer to call 1 of rank 0, `0#1 BarrierBrokenError` for a refusal. */
function told(releases: readonly Release[]): string[] {
  return releases
    .map(({ rank, call, reply }) => {
      const answer = reply.ok
        ? `{${reply.entries.map(([from, payload]) => `${from}:${Buffer.from(payload).toString()}`).join(' ')}}`
        : reply.error.name;
      return `${rank}#${call} ${answer}`;
    })
    .sort();
}

const messages = (releases: readonly Release[]): string[] =>
  releases.flatMap(({ reply }) => (reply.ok ? [] : [reply.error.message]));

describe('sync', () => {
  it('lets everybody go when the last has come', () => {
    const meeting = new Rendezvous(3);
    expect(meeting.arrive(1, 1, sync)).toEqual([]);
    expect(meeting.arrive(0, 1, sync)).toEqual([]);
    expect(told(meeting.arrive(2, 1, sync))).toEqual(['0#1 {}', '1#1 {}', '2#1 {}']);
  });

  it('begins anew each time', () => {
    const meeting = new Rendezvous(2);
    for (const call of [1, 2, 3]) {
      expect(meeting.arrive(0, call, sync)).toEqual([]);
      expect(told(meeting.arrive(1, call, sync))).toEqual([`0#${call} {}`, `1#${call} {}`]);
    }
  });

  it('is broken for those who wait when a rank returns, which is named', () => {
    const meeting = new Rendezvous(3);
    meeting.arrive(0, 1, sync);
    meeting.arrive(2, 1, sync);
    const releases = meeting.depart(1, returned);
    expect(told(releases)).toEqual(['0#1 BarrierBrokenError', '2#1 BarrierBrokenError']);
    expect(messages(releases)).toEqual(
      Array(2).fill(
        'Rank 1 has returned and will not come to sync(). Let every rank make the same calls the same number of times.',
      ),
    );
  });

  it('is broken at once for who comes when somebody has returned already', () => {
    const meeting = new Rendezvous(2);
    expect(meeting.depart(1, returned)).toEqual([]);
    expect(told(meeting.arrive(0, 1, sync))).toEqual(['0#1 BarrierBrokenError']);
  });

  it('is broken when a rank fails, which is named with its error', () => {
    const meeting = new Rendezvous(3);
    meeting.arrive(0, 1, sync);
    meeting.arrive(1, 1, sync);
    const releases = meeting.depart(2, failed);
    expect(told(releases)).toEqual(['0#1 SiblingError', '1#1 SiblingError']);
    expect(messages(releases)[0]).toBe(
      'Rank 2 of this job failed (RangeError: root), so the ranks can no longer meet.',
    );
  });

  it('is broken for the others when a rank dies while it waits', () => {
    const meeting = new Rendezvous(2);
    meeting.arrive(0, 1, sync);
    expect(meeting.depart(0, failed)).toEqual([]);
    expect(told(meeting.arrive(1, 1, sync))).toEqual(['1#1 SiblingError']);
  });
});

describe('shareObject', () => {
  it('gives each rank the objects of the others, without its own', () => {
    const meeting = new Rendezvous(3);
    meeting.arrive(2, 1, share('x', 'c'));
    meeting.arrive(0, 1, share('x', 'a'));
    expect(told(meeting.arrive(1, 1, share('x', 'b')))).toEqual(['0#1 {1:b 2:c}', '1#1 {0:a 2:c}', '2#1 {0:a 1:b}']);
  });

  it('keeps the rounds of a loop apart when one rank is ahead', () => {
    const meeting = new Rendezvous(2);
    meeting.arrive(0, 1, share('x', 'a1'));
    expect(told(meeting.arrive(1, 1, share('x', 'b1')))).toEqual(['0#1 {1:b1}', '1#1 {0:a1}']);
    meeting.arrive(1, 2, share('x', 'b2'));
    expect(told(meeting.arrive(0, 2, share('x', 'a2')))).toEqual(['0#2 {1:b2}', '1#2 {0:a2}']);
  });

  it('keeps names apart', () => {
    const meeting = new Rendezvous(2);
    meeting.arrive(0, 1, share('x', 'a', false));
    meeting.arrive(1, 1, share('y', 'b', false));
    meeting.arrive(0, 2, share('y', 'c'));
    expect(told(meeting.arrive(1, 2, share('x', 'd')))).toEqual(['1#2 {0:a}']);
  });

  it('without an exchange stores and does not wait', () => {
    const meeting = new Rendezvous(2);
    expect(told(meeting.arrive(0, 1, share('x', 'a', false)))).toEqual(['0#1 {}']);
    expect(told(meeting.arrive(1, 1, get('x')))).toEqual(['1#1 {0:a}']);
  });

  it('takes an object without an exchange for its round, so that who waits for it gets it', () => {
    const meeting = new Rendezvous(2);
    meeting.arrive(1, 1, share('x', 'b'));
    expect(told(meeting.arrive(0, 1, share('x', 'a', false)))).toEqual(['0#1 {}', '1#1 {0:a}']);
  });

  it('still succeeds when a rank has given its object and ended', () => {
    const meeting = new Rendezvous(3);
    meeting.arrive(2, 1, share('x', 'c', false));
    meeting.depart(2, returned);
    meeting.arrive(0, 1, share('x', 'a'));
    expect(told(meeting.arrive(1, 1, share('x', 'b')))).toEqual(['0#1 {1:b 2:c}', '1#1 {0:a 2:c}']);
    expect(told(meeting.arrive(0, 2, share('x', 'a2')))).toEqual(['0#2 BarrierBrokenError']);
  });

  it('is broken with the name of the object when a rank returns without it', () => {
    const meeting = new Rendezvous(2);
    meeting.arrive(0, 1, share('best', 'a'));
    expect(messages(meeting.depart(1, returned))).toEqual([
      'Rank 1 has returned and will not come to shareObject("best"). Let every rank make the same calls the same number of times.',
    ]);
  });

  it('blames the rank that is missing, though another one failed after it had given its object', () => {
    const meeting = new Rendezvous(3);
    meeting.arrive(2, 1, share('x', 'c', false));
    meeting.depart(2, failed);
    meeting.arrive(0, 1, share('x', 'a'));
    const releases = meeting.depart(1, returned);
    expect(told(releases)).toEqual(['0#1 BarrierBrokenError']);
    expect(messages(releases)[0]).toMatch(/^Rank 1 has returned/);
  });
});

describe('getObjects', () => {
  it('gives the latest objects of the others, and waits for nobody', () => {
    const meeting = new Rendezvous(3);
    expect(told(meeting.arrive(0, 1, get('x')))).toEqual(['0#1 {}']);
    meeting.arrive(1, 1, share('x', 'b1', false));
    meeting.arrive(1, 2, share('x', 'b2', false));
    meeting.arrive(0, 2, share('x', 'a', false));
    expect(told(meeting.arrive(0, 3, get('x')))).toEqual(['0#3 {1:b2}']);
    expect(told(meeting.arrive(2, 1, get('x')))).toEqual(['2#1 {0:a 1:b2}']);
  });

  it('still gives what a rank left behind', () => {
    const meeting = new Rendezvous(2);
    meeting.arrive(1, 1, share('x', 'b', false));
    meeting.depart(1, failed);
    expect(told(meeting.arrive(0, 1, get('x')))).toEqual(['0#1 {1:b}']);
  });
});

describe('ranks that wait for different things', () => {
  const both =
    'The ranks wait for different things and would wait for ever: rank 0 in sync(), rank 1 in shareObject("x") round 1. Let every rank make the same calls in the same order.';

  it('are all told so, with what each of them waits for', () => {
    const meeting = new Rendezvous(2);
    meeting.arrive(0, 1, sync);
    const releases = meeting.arrive(1, 1, share('x', 'b'));
    expect(told(releases)).toEqual(['0#1 BarrierBrokenError', '1#1 BarrierBrokenError']);
    expect(messages(releases)).toEqual([both, both]);
  });

  it('go on waiting while another rank is still at work', () => {
    const meeting = new Rendezvous(3);
    meeting.arrive(0, 1, sync);
    expect(meeting.arrive(1, 1, share('x', 'b'))).toEqual([]);
    expect(told(meeting.arrive(2, 1, sync))).toEqual([
      '0#1 BarrierBrokenError',
      '1#1 BarrierBrokenError',
      '2#1 BarrierBrokenError',
    ]);
  });

  it('are released one after the other when only some of them wait for a rank that left', () => {
    const meeting = new Rendezvous(3);
    meeting.arrive(2, 1, share('x', 'c', false));
    meeting.arrive(0, 1, share('x', 'a'));
    meeting.arrive(1, 1, sync);
    const first = meeting.depart(2, returned);
    expect(told(first)).toEqual(['1#1 BarrierBrokenError']);
    expect(told(meeting.depart(1, failed))).toEqual(['0#1 SiblingError']);
  });
});
