import type { JobRow } from '../../shared/ipc';
import type { RunLine, RunState } from '../../shared/stored-run';
import type { Behaviours } from '../actions/action';
import { bridge } from '../bridge';
import { showPage, usePage } from '../state/page';
import { useWindow } from '../state/store';
import { exportRuns, removeRuns, resume, runAgain, showInQueue, tell } from './history-commands';
import { compare, mark, pairToCompare, targets, useHistory } from './history-store';

const goesOn: readonly RunState[] = ['interrupted', 'paused', 'failed', 'cancelled'];

/** Whether something of a run is left to do, and nobody works on it. */
export const canGoOn = ({ state, owner }: Pick<RunLine, 'state' | 'owner'>): boolean =>
  goesOn.includes(state) && owner === null;

/** Whether the history is shown, and not two runs of it side by side. */
const isShown = (): boolean => usePage.getState().page === 'history' && useHistory.getState().compared === null;
const hasStarted = (row: JobRow | undefined): boolean => row !== undefined && row.startedAt !== null;
const hasTargets = (): boolean => isShown() && targets().length > 0;

const canResume = (): boolean => {
  const { lines, run } = useHistory.getState();
  return (
    isShown() &&
    targets().some((id) => {
      const known = lines.get(id) ?? (run?.id === id ? run : undefined);
      return known !== undefined && canGoOn(known);
    })
  );
};

/** Goes to the search field, if it is there. */
function focusSearch(): boolean {
  const field = document.querySelector<HTMLElement>('#history-search');
  field?.focus();
  return field !== null;
}

/** What a person does with runs of the history. */
export const historyActions: Behaviours<
  | 'show-history'
  | 'history-search'
  | 'history-again'
  | 'history-resume'
  | 'history-show'
  | 'history-compare'
  | 'history-runs-csv'
  | 'history-jobs-csv'
  | 'history-items-csv'
  | 'history-json'
  | 'history-trace'
  | 'history-mark-all'
  | 'history-delete'
  | 'history-delete-older'
  | 'export-trace'
> = {
  'show-history': { run: () => showPage('history') },
  'history-search': {
    run: () => {
      showPage('history');
      // Whoever types at once after the keys must find the field there; on another page it comes with the next frame.
      if (!focusSearch()) requestAnimationFrame(focusSearch);
    },
  },
  'history-again': { isEnabled: hasTargets, run: runAgain, isOnce: true },
  'history-resume': { isEnabled: canResume, run: resume, isOnce: true },
  'history-show': {
    isEnabled: hasTargets,
    run: () => {
      const [run] = targets();
      return run === undefined ? undefined : showInQueue(run);
    },
  },
  'history-compare': {
    isEnabled: () => isShown() && pairToCompare(useHistory.getState()) !== null,
    run: () => compare(pairToCompare(useHistory.getState())),
  },
  'history-runs-csv': { isEnabled: hasTargets, run: () => exportRuns('runs-csv') },
  'history-jobs-csv': { isEnabled: hasTargets, run: () => exportRuns('jobs-csv') },
  'history-items-csv': { isEnabled: hasTargets, run: () => exportRuns('items-csv') },
  'history-json': { isEnabled: hasTargets, run: () => exportRuns('json') },
  'history-trace': { isEnabled: () => isShown() && targets().length === 1, run: () => exportRuns('trace') },
  'history-mark-all': {
    isEnabled: () => isShown() && (useHistory.getState().ids?.length ?? 0) > 0,
    run: () => mark(new Set(useHistory.getState().ids), null),
  },
  'history-delete': { isEnabled: hasTargets, run: () => removeRuns() },
  'history-delete-older': {
    isEnabled: isShown,
    run: () => useHistory.setState({ isPruning: true }),
  },
  'export-trace': {
    isEnabled: ({ selection, rows }) => selection?.kind === 'job' && hasStarted(rows.get(selection.key)),
    run: async () => {
      const { selection, detail } = useWindow.getState();
      if (selection?.kind !== 'job' || detail === null) return;
      tell(await bridge.exportTrace({ key: selection.key, run: detail.run }));
    },
  },
};
