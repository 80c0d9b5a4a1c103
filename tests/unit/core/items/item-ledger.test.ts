import { describe, expect, it } from 'vitest';
import { ItemLedger } from '../../../../src/core/items/item-ledger';
import { parseRetries } from '../../../../src/core/jobs/retry';
import { batchOf, valueOf } from './map-bench';

const error = (message: string) => ({ name: 'Error', message, stack: 'at line 1' });
const ledgerOf = (length: number, keepsValues = true): ItemLedger =>
  new ItemLedger(length, { retries: parseRetries({ max: 2, delayMs: 100, backoff: 'linear' }), keepsValues });

describe('the ledger of a map job', () => {
  it('says after how long a failed item is tried again, until it has failed for good', () => {
    const ledger = ledgerOf(2);
    const fail = (): unknown => ledger.fail(1, error('again'), { kind: 'error' }, true);
    expect([fail(), fail(), fail()]).toEqual([100, 200, undefined]);
    expect(ledger.counts).toMatchObject({ failed: 1, retried: 1 });
    expect(() => [...ledger.results()]).toThrow('Item 0 has no result yet.');
  });

  it('finds the value of each item in the batch that it came in', () => {
    const ledger = ledgerOf(4);
    const late = ledger.keep(2, batchOf(['c', 'd']));
    ledger.succeed(3, late);
    const early = ledger.keep(0, batchOf(['a', 'b', 'not mine']));
    for (const item of [0, 1]) ledger.succeed(item, early);
    ledger.succeed(2, late);
    expect([...ledger.results()].map(valueOf)).toEqual(['a', 'b', 'c', 'd']);
    expect(ledger.states.settled).toBe(4);
  });

  it('keeps the stacks of the first ten thousand failures, and the messages of all', () => {
    const ledger = ledgerOf(10_001, false);
    for (let item = 0; item < 10_001; item += 1) ledger.fail(item, error(`item ${item}`), { kind: 'error' }, false);
    const results = [...ledger.results()];
    expect(results).toHaveLength(10_001);
    expect(results[9999]).toMatchObject({ error: { message: 'item 9999', stack: 'at line 1' } });
    expect(results[10_000]).toEqual({
      index: 10_000,
      state: 'failed',
      attempts: 1,
      error: { name: 'Error', message: 'item 10000' },
    });
  });

  it('has the failure of the first item, not of the one that failed first', () => {
    const ledger = ledgerOf(3);
    for (const item of [2, 0, 1]) ledger.fail(item, error(`item ${item}`), { kind: 'error' }, false);
    expect(ledger.firstError?.message).toBe('item 0');
  });
});
