/**
 * What a person can do, by name: the one list that menu, command palette, shortcuts, buttons and hints all read.
 *
 * Here is what main needs for the menu as well: titles, groups and keys. What each of them does, and when it can be
 * done, is in the window (`src/renderer/actions`), for only the window knows what is selected.
 */

/** Part of the menu and of the palette. */
export type ActionGroup = 'file' | 'jobs' | 'history' | 'view' | 'help';

/** An action as people see it. */
export interface ActionText {
  /** In the imperative; with `…` when it asks for more before it does anything. */
  readonly title: string;
  readonly group: ActionGroup;
  /**
   * Key and modifiers, joined by `+`: `Mod` (Ctrl, on a Mac ⌘), `Alt`, `Shift`, then the key as `KeyboardEvent.key`
   * has it, letters in upper case. Of several the first is shown.
   */
  readonly shortcuts?: readonly string[];
  /** Further words by which the palette finds it. */
  readonly keywords?: string;
  /** Its keys mean it only in the list of jobs; elsewhere they are left to what is there. */
  readonly where?: 'queue';
  /** A line stands above it in the menu. */
  readonly line?: true;
}

const table = {
  'new-job': { title: 'New job…', group: 'file', shortcuts: ['Mod+N'], keywords: 'form create add' },
  'edit-selected': { title: 'Open in form…', group: 'file', shortcuts: ['Mod+E'], keywords: 'edit duplicate copy job' },
  'open-file': { title: 'Open job file…', group: 'file', shortcuts: ['Mod+O'], keywords: 'load yaml' },
  'open-examples': { title: 'Open the examples', group: 'file', keywords: 'sample demo' },
  settings: {
    title: 'Settings',
    group: 'file',
    shortcuts: ['Mod+,'],
    keywords: 'preferences options theme',
    line: true,
  },
  'run-selected': { title: 'Run', group: 'jobs', shortcuts: ['Mod+Enter'], keywords: 'start again' },
  'run-all': { title: 'Run all', group: 'jobs', shortcuts: ['Mod+Shift+Enter'], keywords: 'start everything' },
  'pause-selected': { title: 'Pause', group: 'jobs', shortcuts: ['Mod+Shift+,'], keywords: 'hold wait', line: true },
  'resume-selected': { title: 'Resume', group: 'jobs', shortcuts: ['Mod+Shift+U'], keywords: 'go on continue' },
  'cancel-selected': { title: 'Cancel', group: 'jobs', shortcuts: ['Mod+.'], keywords: 'stop end', line: true },
  'cancel-all': { title: 'Cancel all', group: 'jobs', shortcuts: ['Mod+Shift+.'], keywords: 'stop end everything' },
  'retry-failed': { title: 'Retry what failed', group: 'jobs', keywords: 'again errors items resume', line: true },
  'duplicate-selected': { title: 'Duplicate', group: 'jobs', shortcuts: ['Mod+D'], keywords: 'copy again queue' },
  'remove-selected': {
    title: 'Remove from the list',
    group: 'jobs',
    shortcuts: ['Delete'],
    where: 'queue',
    keywords: 'clear delete',
  },
  'clear-ended': { title: 'Clear what has ended', group: 'jobs', keywords: 'remove finished done tidy list' },
  'select-all': {
    title: 'Select all',
    group: 'jobs',
    shortcuts: ['Mod+A'],
    where: 'queue',
    keywords: 'mark everything',
    line: true,
  },
  'move-first': {
    title: 'Move to the front',
    group: 'jobs',
    shortcuts: ['Alt+Home'],
    where: 'queue',
    keywords: 'queue order top',
  },
  'move-up': {
    title: 'Move up',
    group: 'jobs',
    shortcuts: ['Alt+ArrowUp'],
    where: 'queue',
    keywords: 'queue order earlier',
  },
  'move-down': {
    title: 'Move down',
    group: 'jobs',
    shortcuts: ['Alt+ArrowDown'],
    where: 'queue',
    keywords: 'queue order later',
  },
  'move-last': {
    title: 'Move to the end',
    group: 'jobs',
    shortcuts: ['Alt+End'],
    where: 'queue',
    keywords: 'queue order bottom',
  },
  'priority-up': {
    title: 'Higher priority',
    group: 'jobs',
    shortcuts: ['Alt+PageUp'],
    where: 'queue',
    keywords: 'important',
  },
  'priority-down': {
    title: 'Lower priority',
    group: 'jobs',
    shortcuts: ['Alt+PageDown'],
    where: 'queue',
    keywords: 'unimportant',
  },
  'export-trace': {
    title: 'Export trace of the job…',
    group: 'jobs',
    keywords: 'chrome perfetto timeline profile save',
    line: true,
  },
  'pause-queue': { title: 'Pause the queue', group: 'jobs', keywords: 'hold stop wait', line: true },
  'resume-queue': { title: 'Resume the queue', group: 'jobs', keywords: 'go on continue start' },
  'history-search': {
    title: 'Search the history…',
    group: 'history',
    shortcuts: ['Mod+Shift+F'],
    keywords: 'find runs earlier',
  },
  'history-show': { title: 'Show in the queue', group: 'history', keywords: 'run jobs list', line: true },
  'history-again': { title: 'Run again', group: 'history', keywords: 'repeat rerun earlier run' },
  'history-resume': { title: 'Resume or retry what failed', group: 'history', keywords: 'go on continue again' },
  'history-compare': { title: 'Compare two runs', group: 'history', keywords: 'difference side by side' },
  'history-runs-csv': {
    title: 'Export runs as CSV…',
    group: 'history',
    keywords: 'save list spreadsheet history',
    line: true,
  },
  'history-jobs-csv': { title: 'Export jobs as CSV…', group: 'history', keywords: 'save spreadsheet history' },
  'history-items-csv': {
    title: 'Export items as CSV…',
    group: 'history',
    keywords: 'save values results spreadsheet history',
  },
  'history-json': { title: 'Export as JSON…', group: 'history', keywords: 'save runs history' },
  'history-trace': {
    title: 'Export Chrome trace…',
    group: 'history',
    keywords: 'save perfetto timeline profile history',
  },
  'history-mark-all': { title: 'Mark all runs', group: 'history', keywords: 'select everything', line: true },
  'history-delete': { title: 'Delete runs…', group: 'history', keywords: 'remove history' },
  'history-delete-older': { title: 'Delete older runs…', group: 'history', keywords: 'remove prune age days history' },
  palette: { title: 'Commands…', group: 'view', shortcuts: ['Mod+K', 'Mod+Shift+P'], keywords: 'palette search find' },
  'show-queue': { title: 'Go to the queue', group: 'view', shortcuts: ['Mod+1'], keywords: 'jobs back' },
  'show-history': {
    title: 'Go to the history',
    group: 'view',
    shortcuts: ['Mod+Shift+H', 'Mod+2'],
    keywords: 'earlier runs past',
  },
  shortcuts: { title: 'Keyboard shortcuts', group: 'help', shortcuts: ['?'], keywords: 'keys help' },
  'open-docs': { title: 'Open the documentation', group: 'help', keywords: 'manual guide pages read help' },
  'open-data-folder': { title: 'Open the data folder', group: 'help', keywords: 'history queue files', line: true },
  'open-logs': { title: 'Open the logs', group: 'help', keywords: 'trouble bug report' },
  about: { title: 'About Procession', group: 'help', keywords: 'version licence license bug', line: true },
} as const satisfies Readonly<Record<string, ActionText>>;

export type ActionId = keyof typeof table;

/** Every action, in the order of menu and palette. */
export const actionTexts: Readonly<Record<ActionId, ActionText>> = table;

/** Their names in that order. */
export const actionIds: readonly ActionId[] = Object.keys(table).filter(isActionId);

export function isActionId(name: string): name is ActionId {
  return Object.hasOwn(table, name);
}

/** What the groups are called. */
export const groupTitles: Readonly<Record<ActionGroup, string>> = {
  file: 'File',
  jobs: 'Jobs',
  history: 'History',
  view: 'View',
  help: 'Help',
};

/** A shortcut as Electron's menu wants it. */
export const toAccelerator = (shortcut: string): string =>
  shortcut
    .split('+')
    .map((part) => (part === 'Mod' ? 'CmdOrCtrl' : part === 'Enter' ? 'Return' : part.replace(/^Arrow/, '')))
    .join('+');
