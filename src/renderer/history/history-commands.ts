import type { ExportAnswer, ExportKind } from '../../shared/ipc-history';
import { bridge } from '../bridge';
import { formatPlural } from '../lib/format';
import { confirm } from '../queue/confirm';
import { askToRun, revealOpened } from '../state/actions';
import { say } from '../state/notices';
import { select, until } from '../state/store';
import { loadFacets, mark, search, targets, useHistory } from './history-store';

/** Queues once more what the chosen runs did. */
export function runAgain(): Promise<void> {
  const runs = targets();
  return askToRun(async () => {
    const answer = await bridge.rerunHistory(runs);
    if (answer.kind === 'submitted') say(`Queued again: ${nameOf(runs)}.`);
    return answer;
  });
}

/** Has the chosen runs go on, or works again on what failed of them. */
export function resume(): Promise<void> {
  const runs = targets();
  return askToRun(async () => {
    const answer = await bridge.resumeHistory(runs);
    if (answer.kind === 'submitted')
      say(answer.keys.length === 0 ? 'Nothing of it is left to do.' : `Goes on: ${nameOf(runs)}.`);
    return answer;
  });
}

/** Leads to the jobs of the run that is shown, in the queue. */
export async function showInQueue(run: number): Promise<void> {
  const [key] = await bridge.listHistoryRun(run);
  if (key === undefined) {
    say('This run has no jobs that the queue could show.', 'bad');
    return;
  }
  await until(({ rows }) => rows.has(key));
  select({ kind: 'job', key });
}

/** Opens the job file of a run as it is now. */
export const openFileOf = (file: string): Promise<void> => revealOpened(bridge.openRecent(file));

/** Removes the chosen runs, when the person agrees. */
export function removeRuns(runs: readonly number[] = targets()): void {
  if (runs.length === 0) return;
  confirm({
    title: runs.length === 1 ? 'Delete this run?' : `Delete ${formatPlural(runs.length, 'run')}?`,
    text: `What was recorded of ${runs.length === 1 ? nameOf(runs) : 'them'} is removed from the history for good: states, logs, errors and results. Files that ${runs.length === 1 ? 'it has' : 'they have'} written stay.`,
    agree: 'Delete',
    then: () => removeNow(runs),
  });
}

export async function removeNow(runs: readonly number[]): Promise<void> {
  const removed = await bridge.deleteHistory(runs);
  const kept = runs.length - removed;
  mark(new Set(), null);
  if (kept > 0)
    say(
      `${formatPlural(kept, 'run')} could not be deleted: ${kept === 1 ? 'it is' : 'they are'} being worked on.`,
      'bad',
    );
  await Promise.all([search(), loadFacets()]);
}

/** Writes the chosen runs into a file; with nothing marked, of a list all that are shown. */
export async function exportRuns(kind: ExportKind): Promise<void> {
  tell(await bridge.exportHistory(kind, exported(kind)));
}

/** The runs that an export is of. */
export function exported(kind: ExportKind, state = useHistory.getState()): readonly number[] {
  if (kind === 'runs-csv' && state.marked.size === 0) return [...(state.ids ?? [])];
  return kind === 'trace' ? targets(state).slice(0, 1) : targets(state);
}

/** Says what has become of an export. */
export function tell(answer: ExportAnswer): void {
  if (answer === null) return;
  if (answer.ok) say(`Saved ${formatPlural(answer.count, 'run')} to ${answer.path}.`);
  else say(answer.problem, 'bad', 'Nothing was exported');
}

function nameOf(runs: readonly number[]): string {
  const [first] = runs;
  const { lines, run } = useHistory.getState();
  if (runs.length !== 1 || first === undefined) return formatPlural(runs.length, 'run');
  return lines.get(first)?.name ?? (run?.id === first ? run.name : `run ${first}`);
}
