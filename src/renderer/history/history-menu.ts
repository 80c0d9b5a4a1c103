import type { ActionId } from '../../shared/actions';

/** What can be done with runs of the history, group by group. */
export const historyMenu: readonly (readonly ActionId[])[] = [
  ['history-show', 'history-again', 'history-resume'],
  ['history-compare'],
  ['history-runs-csv', 'history-jobs-csv', 'history-items-csv', 'history-json', 'history-trace'],
  ['history-mark-all', 'history-delete'],
];
