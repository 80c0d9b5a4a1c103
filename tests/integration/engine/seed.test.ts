import { resolve } from 'node:path';
import { checkResultMap, listResults, ProcessServer, sumResultMap } from 'procession';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const target = (name: string): string =>
  resolve(import.meta.dirname, `../../contract/fixtures/object-targets.mjs#${name}`);

/** What the unit tests of Eidolon's ProcessServer check, on an even number of processes as theirs must be. */
describe.each([2, 4])("the original's own tests on %d processes", (numProcs) => {
  let server: ProcessServer;
  const values = Array.from({ length: 100 }, (_, i) => i);

  beforeAll(() => {
    server = ProcessServer.createGlobalServer(numProcs, { allowOversubscribe: true });
  });

  afterAll(async () => {
    await server.stop();
  });

  test('the server exists and has processes', () => {
    expect(ProcessServer.globalServer).toBe(server);
    expect(server.realNumProcs).toBe(numProcs);
    expect(server.procs).toHaveLength(numProcs);
  });

  test('a range of 100 with a sync at every `total` items comes back in order', async () => {
    const results = await server.callProcessFunc<number[]>(100, 0, null, target('syncOften'));
    checkResultMap(results);
    expect(sumResultMap(results)).toEqual(values);
  });

  test('each process knows its place', async () => {
    const results = await server.callProcessFunc(100, 0, null, target('processValues'));
    const size = 100 / numProcs;
    expect(listResults(results)).toEqual(
      Array.from({ length: numProcs }, (_, rank) => [rank, numProcs, rank * size, (rank + 1) * size, 100]),
    );
  });

  test('returned arguments are partitioned', async () => {
    const echo = resolve(import.meta.dirname, '../../contract/fixtures/targets.mjs#echo');
    const results = await server.callProcessFunc<number[]>(100, 0, null, echo, [values], { partitionArgs: [values] });
    checkResultMap(results);
    expect(results.get(0)).toEqual(values.slice(0, 100 / numProcs));
    expect(sumResultMap(results)).toEqual(values);
  });

  test('objects are shared with all others', async () => {
    const results = await server.callProcessFunc(numProcs, 0, null, target('shareIndex'));
    const ranks = Array.from({ length: numProcs }, (_, rank) => rank);
    expect(listResults(results)).toEqual(
      ranks.map((rank) => ranks.filter((other) => other !== rank).map((other) => [other, other])),
    );
  });

  test('a piece of code lists its range', async () => {
    const results = await server.concurrentExec<number[]>(100, 0, null, 'const localRange = [...proc.nRange()]', {
      returnName: 'localRange',
    });
    checkResultMap(results);
    expect(sumResultMap(results)).toEqual(values);
  });
});
