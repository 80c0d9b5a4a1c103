import { describe, expect, it } from 'vitest';
import { BarrierBrokenError, SiblingError } from '../../../../src/core/errors';
import { DirectMeeting, type MeetingFrame, type MeetingOutcome } from '../../../../src/core/meetings/direct-meeting';
import type { Departure } from '../../../../src/shared/worker-protocol';

const returned: Departure = { kind: 'returned' };
const failed: Departure = { kind: 'failed', error: { name: 'RangeError', message: 'root' } };
const lost: Departure = { kind: 'lost', error: { name: 'WorkerDiedError', message: 'gone' } };

const arrival = (from: number, call: number, name?: string, round = call - 1, text = ''): MeetingFrame => ({
  kind: 'arrive',
  from,
  call,
  name,
  round,
  object: name === undefined ? undefined : { version: call, payload: Buffer.from(text) },
});
const given = (text: string) => ({ version: 1, payload: Buffer.from(text) });

/** An outcome as text: the others' objects, or the error. */
function told(outcome: MeetingOutcome | undefined): string | undefined {
  if (!outcome) return undefined;
  if (outcome.kind === 'refused') return `${outcome.error.name}: ${outcome.error.message}`;
  return outcome.objects.map(([rank, { payload }]) => `${rank}:${Buffer.from(payload ?? '').toString()}`).join(' ');
}

describe('a rank that meets the others directly', () => {
  it('goes on when all have come, whoever was first', () => {
    const meeting = new DirectMeeting(1, 3);
    meeting.receive(arrival(2, 1));
    expect(meeting.enter()).toEqual(arrival(1, 1));
    expect(meeting.settle()).toBeUndefined();
    meeting.receive(arrival(0, 1));
    expect(told(meeting.settle())).toBe('');
    expect(meeting.settle(), 'nothing is asked any more').toBeUndefined();
  });

  it('gets the objects of its round, when another one is ahead too', () => {
    const meeting = new DirectMeeting(0, 2);
    meeting.receive(arrival(1, 1, 'x', 0, 'b1'));
    meeting.enter('x', given('a1'));
    expect(told(meeting.settle())).toBe('1:b1');
    meeting.receive(arrival(1, 2, 'x', 1, 'b2'));
    meeting.receive(arrival(1, 3, 'x', 2, 'b3'));
    meeting.enter('x', given('a2'));
    expect(told(meeting.settle())).toBe('1:b2');
    meeting.enter('x', given('a3'));
    expect(told(meeting.settle())).toBe('1:b3');
  });

  it('is told which rank has returned, and tells nobody that it tries again', () => {
    const meeting = new DirectMeeting(0, 2);
    meeting.enter('best', given('a'));
    meeting.depart(1, returned);
    const text =
      'BarrierBrokenError: Rank 1 has returned and will not come to shareObject("best"). Let every rank make the same calls the same number of times.';
    expect(told(meeting.settle())).toBe(text);
    expect(meeting.isPresent(1)).toBe(false);
    for (let i = 0; i < 3; i += 1) {
      expect(meeting.enter('best', given('a'))).toBeUndefined();
      expect(told(meeting.settle())).toBe(text);
    }
  });

  it('is told which rank has failed, the one that did so by itself first', () => {
    const meeting = new DirectMeeting(3, 4);
    meeting.depart(0, returned);
    meeting.depart(2, { kind: 'failed', error: { name: 'SiblingError', message: 'told' } });
    meeting.depart(1, failed);
    meeting.enter();
    const outcome = meeting.settle();
    expect(outcome).toMatchObject({ kind: 'refused', frame: undefined });
    expect(told(outcome)).toBe(
      'SiblingError: Rank 1 of this job failed (RangeError: root), so the ranks can no longer meet.',
    );
  });

  it('still meets a rank that has left after it had come, once it hears of all', () => {
    const meeting = new DirectMeeting(0, 3);
    meeting.enter();
    meeting.receive(arrival(1, 1));
    meeting.depart(1, returned);
    expect(meeting.settle(), 'rank 1 has met rank 2: its arrival is on the way').toBeUndefined();
    meeting.receive(arrival(2, 1));
    expect(told(meeting.settle())).toBe('');
  });

  it('does not wait at a barrier for others when one was lost that may have waited there', () => {
    const meeting = new DirectMeeting(0, 3);
    meeting.enter();
    meeting.receive(arrival(1, 1));
    meeting.depart(1, lost);
    expect(told(meeting.settle())).toMatch(/^SiblingError: Rank 1 of this job failed \(WorkerDiedError: gone\)/);
  });

  it('takes the object that a rank has left behind which was lost', () => {
    const meeting = new DirectMeeting(0, 3);
    meeting.receive(arrival(2, 1, 'x', 0, 'c'));
    meeting.depart(2, lost);
    meeting.enter('x', given('a'));
    expect(meeting.settle()).toBeUndefined();
    meeting.receive(arrival(1, 1, 'x', 0, 'b'));
    expect(told(meeting.settle())).toBe('1:b 2:c');
  });
});

describe('ranks that wait for different things', () => {
  const both =
    'BarrierBrokenError: The ranks wait for different things and would wait for ever: rank 0 in sync(), rank 1 in shareObject("x") round 1. Let every rank make the same calls in the same order.';

  it('find it out each for itself, and say which calls do not count any more', () => {
    const meeting = new DirectMeeting(0, 2);
    meeting.enter();
    meeting.receive(arrival(1, 1, 'x'));
    const outcome = meeting.settle();
    expect(told(outcome)).toBe(both);
    expect(outcome).toMatchObject({ frame: { kind: 'broken', from: 0, calls: [1, 1] } });
  });

  it('are told by another one that has found it out, with the same words', () => {
    const meeting = new DirectMeeting(1, 3);
    meeting.enter('x', given('b'));
    meeting.receive(arrival(0, 1));
    meeting.receive({ kind: 'broken', from: 0, calls: [1, 1, 1] });
    meeting.receive(arrival(0, 2));
    expect(meeting.settle(), 'what rank 2 waits for is not known yet').toBeUndefined();
    meeting.receive(arrival(2, 1));
    expect(told(meeting.settle())).toMatch(
      /: rank 0 in sync\(\), rank 1 in shareObject\("x"\) round 1, rank 2 in sync\(\)\./,
    );
  });

  it('meet again when they have caught the error, and what was refused is not counted', () => {
    const meeting = new DirectMeeting(0, 2);
    meeting.enter('x', given('refused'));
    meeting.receive(arrival(1, 1));
    expect(meeting.settle()).toMatchObject({ error: expect.any(BarrierBrokenError) as Error });
    meeting.receive({ kind: 'broken', from: 1, calls: [1, 1] });
    expect(meeting.enter('x', given('again'))).toMatchObject({ call: 2, round: 0 });
    expect(meeting.settle()).toBeUndefined();
    meeting.receive(arrival(1, 2, 'x', 0, 'b'));
    expect(told(meeting.settle())).toBe('1:b');
  });

  it('wait on while another rank is still at work, or is about to be told of one that left', () => {
    const working = new DirectMeeting(0, 3);
    working.enter();
    working.receive(arrival(1, 1, 'x'));
    expect(working.settle()).toBeUndefined();

    const meeting = new DirectMeeting(0, 3);
    meeting.enter('x', given('a'));
    meeting.receive(arrival(2, 1, 'x', 0, 'c'));
    meeting.depart(2, failed);
    meeting.receive(arrival(1, 1));
    expect(meeting.settle(), 'rank 1 is told of rank 2, and may still come').toBeUndefined();
    meeting.depart(1, { kind: 'failed', error: { name: 'SiblingError', message: 'told of rank 2' } });
    expect(meeting.settle()).toMatchObject({ error: expect.any(SiblingError) as Error });
  });
});
