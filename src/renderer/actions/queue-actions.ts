import { isActive, type JobRow } from '../../shared/ipc';
import { bridge } from '../bridge';
import { formatPlural } from '../lib/format';
import { confirm } from '../queue/confirm';
import { queueLines } from '../queue/queue-items';
import { sectionOf } from '../queue/queue-order';
import { askToRun } from '../state/actions';
import { useWindow } from '../state/store';
import type { WindowState } from '../state/window-state';
import type { Behaviours } from './action';
import { chosen, keysOf, now, rowsWhere, selectedKeys, someSelected } from './job-actions';

/** It waits in the queue, and nobody works on its run. */
const canMove = ({ state, entry }: JobRow): boolean =>
  entry?.isActive === false && (state === 'queued' || state === 'paused' || state === 'interrupted');

/** It has not begun; nobody else works on its run. */
const canPrioritise = ({ state, entry }: JobRow): boolean =>
  entry?.owner === null && (state === 'queued' || state === 'paused' || state === 'interrupted');

/** Its run is over, and something of it was not done. */
const canRetry = ({ state, entry, role }: JobRow): boolean =>
  role === 'job' && (state === 'failed' || state === 'cancelled' || state === 'skipped') && entry?.isActive === false;

/** It is there by itself: a script's jobs are what the script makes of them. */
const isOwn = ({ role }: JobRow): boolean => role !== 'call';

const hasEnded = (row: JobRow): boolean => sectionOf(row) === 'ended';

/** The runs that wait, in order, each by its first job. */
function waitingRuns(state: WindowState): JobRow[] {
  const seen = new Set<number>();
  return rowsWhere(state, state.order.keys, canMove).filter(({ entry }) => {
    const run = entry?.run ?? -1;
    return !seen.has(run) && seen.add(run);
  });
}

/** Moves the selected jobs past the run before or behind them. */
async function step(direction: 'up' | 'down'): Promise<void> {
  const keys = chosen(canMove);
  const own = new Set(rowsWhere(now(), keys, canMove).map(({ entry }) => entry?.run));
  const runs = waitingRuns(now());
  const places = runs.flatMap(({ entry }, place) => (own.has(entry?.run) ? [place] : []));
  const isOther = (row: JobRow | undefined): boolean => row !== undefined && !own.has(row.entry?.run);
  if (direction === 'up') {
    const before = runs
      .slice(0, places[0] ?? 0)
      .filter(isOther)
      .at(-1);
    if (before !== undefined) await bridge.moveJobs(keys, { before: before.key });
    return;
  }
  const behind = runs.slice((places.at(-1) ?? runs.length) + 1).filter(isOther);
  if (behind[0] === undefined) return;
  await bridge.moveJobs(keys, behind[1] === undefined ? 'last' : { before: behind[1].key });
}

async function raise(by: number): Promise<void> {
  const rows = rowsWhere(now(), chosen(canPrioritise), canPrioritise);
  const priorities = new Map<number, number[]>();
  for (const { key, entry } of rows) {
    const priority = Math.max(-1000, Math.min(1000, (entry?.priority ?? 0) + by));
    priorities.set(priority, [...(priorities.get(priority) ?? []), key]);
  }
  for (const [priority, keys] of priorities) await bridge.setPriority(keys, priority);
}

function remove(keys: readonly number[]): Promise<void> | void {
  const open = rowsWhere(now(), keys, ({ state }) => isActive(state)).length;
  if (open === 0) return bridge.removeJobs(keys);
  confirm({
    title: open === 1 ? 'Cancel this job?' : `Cancel ${formatPlural(open, 'job')}?`,
    text: `${formatPlural(open, 'job has', 'jobs have')} not ended. To be removed from the list, ${open === 1 ? 'it is' : 'they are'} cancelled first.`,
    agree: 'Cancel and remove',
    then: () => bridge.removeJobs(keys),
  });
}

function markAll(): void {
  const { files, order, filter, selection } = now();
  const marked = queueLines(files, order, filter).jobs();
  const [first] = marked;
  if (first === undefined) return;
  const isShown = selection?.kind === 'job' && marked.includes(selection.key);
  useWindow.setState({
    marked: new Set(marked),
    anchor: first,
    ...(!isShown && { selection: { kind: 'job', key: first }, detail: null, pulse: null }),
  });
}

/** What a person does to the queue. */
export const queueActions: Behaviours<
  | 'retry-failed'
  | 'duplicate-selected'
  | 'remove-selected'
  | 'clear-ended'
  | 'select-all'
  | 'move-first'
  | 'move-up'
  | 'move-down'
  | 'move-last'
  | 'priority-up'
  | 'priority-down'
  | 'pause-queue'
  | 'resume-queue'
> = {
  'retry-failed': {
    isEnabled: (state) => someSelected(state, canRetry),
    run: () => {
      const keys = chosen(canRetry);
      return askToRun(() => bridge.retryFailed(keys));
    },
  },
  'duplicate-selected': {
    isEnabled: (state) => someSelected(state, isOwn),
    run: () => {
      const keys = chosen(isOwn);
      return askToRun(() => bridge.duplicateJobs(keys));
    },
    isOnce: true,
  },
  'remove-selected': {
    isEnabled: (state) => someSelected(state, () => true),
    run: () => remove(selectedKeys(now())),
  },
  'clear-ended': {
    isEnabled: ({ tally }) => tally.done + tally.failed + tally.cancelled + tally.skipped > 0,
    run: () => bridge.removeJobs(keysOf(rowsWhere(now(), now().order.keys, hasEnded))),
  },
  'select-all': { isEnabled: ({ order }) => order.size > 0, run: markAll },
  'move-first': {
    isEnabled: (state) => someSelected(state, canMove),
    run: () => bridge.moveJobs(chosen(canMove), 'first'),
  },
  'move-up': { isEnabled: (state) => someSelected(state, canMove), run: () => step('up') },
  'move-down': { isEnabled: (state) => someSelected(state, canMove), run: () => step('down') },
  'move-last': {
    isEnabled: (state) => someSelected(state, canMove),
    run: () => bridge.moveJobs(chosen(canMove), 'last'),
  },
  'priority-up': { isEnabled: (state) => someSelected(state, canPrioritise), run: () => raise(1) },
  'priority-down': { isEnabled: (state) => someSelected(state, canPrioritise), run: () => raise(-1) },
  'pause-queue': { isEnabled: ({ queue }) => !queue.isPaused, run: () => bridge.setQueuePaused(true) },
  'resume-queue': { isEnabled: ({ queue }) => queue.isPaused, run: () => bridge.setQueuePaused(false) },
};
