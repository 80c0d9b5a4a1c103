import * as engine from 'procession';
import { expect, test } from 'vitest';
import { soak } from '../../soak/soak.mjs';

test('two hundred jobs of all kinds each settle once with their own answer while harm is done at random', async () => {
  const { submitted, settled, answered, kills, pids } = await soak(engine, {
    seed: 20,
    jobs: 200,
    seconds: 6,
    harmEveryMs: 50,
  });
  expect(submitted).toBeGreaterThan(200);
  expect(settled).toBe(submitted);
  expect(answered).toBeGreaterThan(0);
  expect(kills).toBeGreaterThan(0);
  for (const pid of pids) expect(() => process.kill(pid ?? 0, 0)).toThrow('ESRCH');
});
