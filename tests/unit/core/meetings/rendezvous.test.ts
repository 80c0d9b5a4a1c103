import { describe, expect, it } from 'vitest';
import { toErrorInfo } from '../../../../src/core/error-info';
import { BarrierBrokenError, SiblingError } from '../../../../src/core/errors';
import { type MeetingRequest, type Release, Rendezvous } from '../../../../src/core/meetings/rendezvous';
import type { SharedObject } from '../../../../src/shared/worker-protocol';

const sync: MeetingRequest = { op: 'sync' };
const share = (name: string, text: string, exchange = true): MeetingRequest => ({
  op: 'share',
  name,
  payload: Buffer.from(text),
  exchange,
});
const get = (name: string): MeetingRequest => ({ op: 'get', name });
const returned = { kind: 'returned' } as const;
const failed = { kind: 'failed', error: toErrorInfo(new RangeError('root')) } as const;
/** The departure of a rank that did not catch what it was told. */
const failedWith = (error: Error) => ({ kind: 'failed', error: toErrorInfo(error) }) as const;

const textOf = ({ payload }: SharedObject): string => Buffer.from(payload ?? '').toString();

/** Releases as text: `0#1 {1:b}` for an answer to call 1 of rank 0, `0#1 BarrierBrokenError` for a refusal. */
function told(releases: readonly Release[]): string[] {
  return releases
    .map(({ rank, call, reply }) => {
      const answer = reply.ok
        ? `{${reply.entries.map(([from, object]) => `${from}:${textOf(object)}`).join(' ')}}`
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
    for (const [call, name] of [
      [1, 'x'],
      [2, 'y'],
    ] as const) {
      expect(meeting.arrive(0, call, share(name, `a of ${name}`))).toEqual([]);
      expect(told(meeting.arrive(1, call, share(name, `b of ${name}`)))).toEqual([
        `0#${call} {1:b of ${name}}`,
        `1#${call} {0:a of ${name}}`,
      ]);
    }
    expect(told(meeting.arrive(0, 3, get('x')))).toEqual(['0#3 {1:b of x}']);
    expect(told(meeting.arrive(0, 4, get('y')))).toEqual(['0#4 {1:b of y}']);
  });

  it('keeps the names apart in which ranks wait', () => {
    const meeting = new Rendezvous(3);
    meeting.arrive(0, 1, share('x', 'a'));
    meeting.arrive(1, 1, share('y', 'b'));
    expect(told(meeting.arrive(2, 1, share('x', 'c')))).toEqual([
      '0#1 BarrierBrokenError',
      '1#1 BarrierBrokenError',
      '2#1 BarrierBrokenError',
    ]);
  });

  it('without an exchange stores and does not wait', () => {
    const meeting = new Rendezvous(2);
    expect(told(meeting.arrive(0, 1, share('x', 'a', false)))).toEqual(['0#1 {}']);
    expect(told(meeting.arrive(1, 1, get('x')))).toEqual(['1#1 {0:a}']);
  });

  it('without an exchange is no part of a round: who waits for one goes on waiting', () => {
    const meeting = new Rendezvous(2);
    meeting.arrive(1, 1, share('x', 'b'));
    expect(told(meeting.arrive(0, 1, share('x', 'published', false)))).toEqual(['0#1 {}']);
    expect(told(meeting.arrive(0, 2, share('x', 'exchanged')))).toEqual(['0#2 {1:b}', '1#1 {0:exchanged}']);
  });

  it('exchanges round by round, however often a rank has published in between', () => {
    const meeting = new Rendezvous(2);
    for (const call of [1, 2, 3]) meeting.arrive(0, call, share('x', `published ${call}`, false));
    meeting.arrive(0, 4, share('x', 'a1'));
    expect(told(meeting.arrive(1, 1, share('x', 'b1')))).toEqual(['0#4 {1:b1}', '1#1 {0:a1}']);
    meeting.arrive(1, 2, share('x', 'published too', false));
    meeting.arrive(1, 3, share('x', 'b2'));
    expect(told(meeting.arrive(0, 5, share('x', 'a2')))).toEqual(['0#5 {1:b2}', '1#3 {0:a2}']);
  });

  it('does not meet a rank that has only published and returned', () => {
    const meeting = new Rendezvous(2);
    meeting.arrive(0, 1, share('x', 'a'));
    meeting.arrive(1, 1, share('x', 'b', false));
    expect(told(meeting.depart(1, returned))).toEqual(['0#1 BarrierBrokenError']);
  });

  it('still succeeds when a rank has given its object and died while it waited', () => {
    const meeting = new Rendezvous(3);
    meeting.arrive(2, 1, share('x', 'c'));
    meeting.depart(2, failed);
    meeting.arrive(0, 1, share('x', 'a'));
    expect(told(meeting.arrive(1, 1, share('x', 'b')))).toEqual(['0#1 {1:b 2:c}', '1#1 {0:a 2:c}']);
    expect(told(meeting.arrive(0, 2, share('x', 'a2')))).toEqual(['0#2 SiblingError']);
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
    meeting.arrive(2, 1, share('x', 'c'));
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

describe('the rank that is blamed', () => {
  it('is the one that failed by itself, though another one had returned before', () => {
    const meeting = new Rendezvous(4);
    meeting.depart(0, returned);
    meeting.depart(1, failed);
    meeting.depart(2, failedWith(new SiblingError('told about rank 1')));
    const releases = meeting.arrive(3, 1, sync);
    expect(told(releases)).toEqual(['3#1 SiblingError']);
    expect(messages(releases)).toEqual([
      'Rank 1 of this job failed (RangeError: root), so the ranks can no longer meet.',
    ]);
  });

  it('is the one that returned, not one that failed for that reason', () => {
    const meeting = new Rendezvous(3);
    meeting.arrive(0, 1, sync);
    const [first] = meeting.depart(1, returned);
    if (!first || first.reply.ok) throw new Error('Rank 0 was not told.');
    expect(meeting.depart(0, { kind: 'failed', error: first.reply.error })).toEqual([]);
    const releases = meeting.arrive(2, 1, sync);
    expect(told(releases)).toEqual(['2#1 BarrierBrokenError']);
    expect(messages(releases)).toEqual([
      'Rank 1 has returned and will not come to sync(). Let every rank make the same calls the same number of times.',
    ]);
  });

  it('is the one that returned, also when one that could not meet the others had failed before', () => {
    const meeting = new Rendezvous(3);
    meeting.depart(0, failedWith(new BarrierBrokenError('different things')));
    meeting.depart(1, returned);
    expect(messages(meeting.arrive(2, 1, sync))).toEqual([
      'Rank 1 has returned and will not come to sync(). Let every rank make the same calls the same number of times.',
    ]);
  });

  it('is the one that failed by itself, not one that was told so and failed', () => {
    const meeting = new Rendezvous(3);
    meeting.arrive(0, 1, share('x', 'a'));
    const [first] = meeting.depart(2, failed);
    if (!first || first.reply.ok) throw new Error('Rank 0 was not told.');
    meeting.depart(0, { kind: 'failed', error: first.reply.error });
    expect(messages(meeting.arrive(1, 1, sync))).toEqual([
      'Rank 2 of this job failed (RangeError: root), so the ranks can no longer meet.',
    ]);
  });

  it('is one that could not meet the others when no rank has failed otherwise or returned', () => {
    const meeting = new Rendezvous(2);
    meeting.depart(0, failedWith(new BarrierBrokenError('different things')));
    const releases = meeting.arrive(1, 1, sync);
    expect(told(releases)).toEqual(['1#1 SiblingError']);
    expect(messages(releases)).toEqual([
      'Rank 0 of this job failed (BarrierBrokenError: different things), so the ranks can no longer meet.',
    ]);
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

  it('meet again when they have caught the error, and what was refused does not count as a round', () => {
    const meeting = new Rendezvous(2);
    meeting.arrive(0, 1, share('x', 'refused'));
    meeting.arrive(1, 1, sync);
    meeting.arrive(0, 2, share('x', 'again'));
    expect(told(meeting.arrive(1, 2, share('x', 'b')))).toEqual(['0#2 {1:b}', '1#2 {0:again}']);
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
    meeting.arrive(2, 1, share('x', 'c'));
    meeting.arrive(0, 1, share('x', 'a'));
    meeting.depart(2, failed);
    expect(told(meeting.arrive(1, 1, sync))).toEqual(['1#1 SiblingError']);
    expect(told(meeting.depart(1, returned))).toEqual(['0#1 BarrierBrokenError']);
  });
});
