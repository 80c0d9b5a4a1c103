import { expect, test } from 'vitest';
import { JobList } from '../../../../src/main/job-list';
import { RunMirror } from '../../../../src/main/queue/run-mirror';
import { newRun, openHistory } from '../../history/helpers';

/** A history with three runs, and a list that is kept equal to it. */
async function mirrored(isOwn: (run: number) => boolean) {
  const history = await openHistory();
  const list = new JobList();
  const duties = { isOwn, isDue: () => true, moved: () => undefined, refreshed: () => undefined };
  const mirror = new RunMirror(history, list, duties, () => undefined);
  const runs = await history.enqueue([newRun(), newRun(), newRun()]);
  await mirror.restore();
  return { history, list, mirror, runs };
}

const order = (list: JobList): unknown[] =>
  list.rows.toSorted((a, b) => (a.entry?.position ?? 0) - (b.entry?.position ?? 0)).map(({ entry }) => entry?.run);

test('the list follows the history also after nothing was to be read', async () => {
  const { history, list, mirror, runs } = await mirrored(() => false);
  const [first = 0, second = 0, third = 0] = runs;
  await mirror.refresh([]);
  await history.move([third], { before: first });
  await mirror.refresh([third]);
  expect(order(list)).toEqual([third, first, second]);
});

test('what is worked on here is not read, and does not keep the rest from it', async () => {
  const own = new Set<number>();
  const { history, list, mirror, runs } = await mirrored((run) => own.has(run));
  const [first = 0, second = 0, third = 0] = runs;
  own.add(first);
  await history.move([first], 'last');
  await mirror.refresh([first]);
  expect(order(list)).toEqual([first, second, third]);
  await history.setPriority([third], 7);
  await mirror.refresh([first, third]);
  expect(list.jobsOfRun(third)[0]?.entry?.priority).toBe(7);
});
