import { expect, it } from 'vitest';
import { exitCodes } from '../../../src/cli/exit-codes';
import { StopSignals } from '../../../src/cli/stop-signals';

/** The signals, sent to nobody else in this process, and what was made of them. */
function scene(): { readonly stop: StopSignals; readonly said: string[]; send(name: NodeJS.Signals): void } {
  const names = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  const before = new Set(names.flatMap((name) => process.listeners(name)));
  const said: string[] = [];
  const stop = new StopSignals({
    onFirst: (code) => said.push(`first ${code}`),
    onSecond: () => said.push('second'),
    onThird: (code) => said.push(`third ${code}`),
  });
  return {
    stop,
    said,
    send: (name) => {
      for (const listener of process.listeners(name)) if (!before.has(listener)) listener(name);
    },
  };
}

const stageOf = ({ finishing, stopping, exitCode }: StopSignals): unknown => [
  finishing.aborted,
  stopping.aborted,
  exitCode,
];

it('Ctrl-C finishes what runs, then stops it, then leaves; the first one decides about the exit code', () => {
  const { stop, said, send } = scene();
  expect(stageOf(stop)).toEqual([false, false, undefined]);
  send('SIGINT');
  expect(stageOf(stop)).toEqual([true, false, exitCodes.interrupted]);
  send('SIGINT');
  expect(stageOf(stop)).toEqual([true, true, exitCodes.interrupted]);
  send('SIGTERM');
  expect(stageOf(stop)).toEqual([true, true, 130]);
  expect(said).toEqual(['first 130', 'second', 'third 130']);
  stop.close();
});

it.each([
  ['SIGHUP', 129],
  ['SIGTERM', 143],
] as const)('%s stops what runs at once, with %d', (name, code) => {
  const { stop, said, send } = scene();
  send(name);
  expect(stageOf(stop)).toEqual([true, true, code]);
  send(name);
  expect(said).toEqual([`first ${code}`, `third ${code}`]);
  stop.close();
  send(name);
  expect(said).toHaveLength(2);
});

it('the time limit is a wish like the others', () => {
  const { stop } = scene();
  stop.request(exitCodes.timeLimit);
  stop.request(exitCodes.pipeClosed);
  expect(stageOf(stop)).toEqual([true, true, 8]);
  stop.close();
});
