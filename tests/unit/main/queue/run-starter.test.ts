import { expect, test } from 'vitest';
import { ProcessServer } from '../../../../src/core/process-server';
import { JobList } from '../../../../src/main/job-list';
import { NoticeBoard } from '../../../../src/main/notice-board';
import type { QueueParts } from '../../../../src/main/queue/queue-parts';
import { RunMirror } from '../../../../src/main/queue/run-mirror';
import { RunStarter } from '../../../../src/main/queue/run-starter';
import { Steering } from '../../../../src/main/queue/steering';
import type { RunPlace } from '../../../../src/main/queue/waiting-runs';
import { Trust } from '../../../../src/main/trust';
import { TrustedCode } from '../../../../src/main/trusted/trusted-code';
import { forkScript } from '../../../../src/runner/script-process';
import { newRun, openHistory, temporaryFolder } from '../../history/helpers';

/** What the list says of the jobs of runs when they are added to those that begin when it is their turn. */
class NotingStarter extends RunStarter {
  readonly added: [run: number, states: string[]][] = [];
  list: JobList | undefined;

  override add(run: number, place: RunPlace): void {
    this.added.push([run, this.list?.jobsOfRun(run).map(({ state }) => state) ?? []]);
    super.add(run, place);
  }
}

/** A queue that is held: runs wait in it, and none begins. */
async function held() {
  const history = await openHistory();
  const list = new JobList();
  const nothing = (): undefined => undefined;
  const observer: QueueParts['observer'] = {
    changed: nothing,
    onBound: nothing,
    onCombine: nothing,
    onEvent: nothing,
    onItems: nothing,
    prepare: () => Promise.resolve(),
    traceOf: nothing,
    onRefreshed: nothing,
  };
  const parts: QueueParts = {
    history,
    list,
    observer,
    server: new ProcessServer({ numProcs: 1 }),
    trust: new Trust([], new TrustedCode(temporaryFolder())),
    notices: new NoticeBoard(nothing),
    startScript: forkScript,
    version: 'test',
  };
  const starter = new NotingStarter({ ...parts, onEnded: nothing, onRefused: nothing, onQuestions: nothing });
  starter.list = list;
  starter.hold(true);
  const duties = {
    isOwn: () => false,
    isDue: (run: number) => starter.isDue(run),
    moved: nothing,
    refreshed: nothing,
  };
  const mirror = new RunMirror(history, list, duties, nothing);
  const runs = await history.enqueue([newRun(), newRun()]);
  await history.pause(runs);
  await mirror.restore();
  return { history, list, mirror, runs, starter, parts };
}

test('what a job was before it was resumed is not what its run begins with', async () => {
  const { history, list, mirror, runs, starter, parts } = await held();
  // The list is read again whenever the history changes, here at the worst of moments.
  const read = history.list.bind(history);
  history.list = async (query) => {
    await mirror.refresh(runs);
    return await read(query);
  };
  const steering = new Steering(parts, starter, mirror);
  await steering.resume(runs.flatMap((run) => list.jobsOfRun(run).map(({ key }) => key)));
  expect(starter.added.map(([run]) => run)).toEqual(runs);
  expect(new Set(starter.added.flatMap(([, states]) => states))).toEqual(new Set(['queued']));
});

test('a run that is paused again while the history is asked about it does not begin', async () => {
  const { history, list, mirror, runs, starter, parts } = await held();
  const [first = 0, second = 0] = runs;
  const steering = new Steering(parts, starter, mirror);
  const keys = (run: number): number[] => list.jobsOfRun(run).map(({ key }) => key);
  const read = history.list.bind(history);
  history.list = async (query) => {
    history.list = read;
    await steering.pause(keys(first));
    return await read(query);
  };
  await steering.resume([...keys(first), ...keys(second)]);
  expect(starter.added.map(([run]) => run)).toEqual([second]);
  expect(list.jobsOfRun(first).map(({ state }) => state)).not.toContain('queued');
  expect(list.jobsOfRun(second).map(({ state }) => state)).not.toContain('paused');
});

test('runs are due from when they are announced; those that were removed, or of which nothing is known, are not added', async () => {
  const { runs, starter } = await held();
  const [first = 0, second = 0] = runs;
  const place = { priority: 0, position: 1 };
  await starter.addSoon([first, second, 99], async () => {
    expect(runs.map((run) => starter.isDue(run))).toEqual([true, true]);
    starter.remove(second);
    await Promise.resolve();
    return new Map([
      [first, place],
      [second, place],
    ]);
  });
  expect([first, second, 99].map((run) => starter.isDue(run))).toEqual([true, false, false]);
  await expect(starter.addSoon([second], () => Promise.reject(new Error('The disk is full.')))).rejects.toThrow('full');
  expect(starter.isDue(second)).toBe(false);
});
