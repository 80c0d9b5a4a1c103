import type { MenuCommand } from '../../shared/ipc';
import { isActive } from '../../shared/ipc';
import { bridge } from '../bridge';
import { select, useWindow } from './store';
import type { WindowState } from './window-state';

/** Something a person can do; menu, shortcuts and buttons all come here. */
export interface Action {
  readonly label: string;
  /** As the menu has it, for hints. */
  readonly shortcut: string;
  readonly enabled: (state: WindowState) => boolean;
  readonly run: () => Promise<void>;
}

/** Keys that the selection stands for: the job, or all jobs of the file. */
export function selectedKeys(state: WindowState): readonly number[] {
  const { selection } = state;
  if (selection === null) return [];
  return selection.kind === 'job'
    ? [selection.key]
    : state.keys.filter((key) => state.rows.get(key)?.fileKey === selection.key);
}

const idleOf = (state: WindowState, keys: readonly number[]): number[] =>
  keys.filter((key) => {
    const row = state.rows.get(key);
    return row !== undefined && !isActive(row.state);
  });

const cancellableOf = (state: WindowState, keys: readonly number[]): number[] =>
  keys.filter((key) => {
    const row = state.rows.get(key);
    return row !== undefined && (row.state === 'queued' || row.state === 'running');
  });

/** Runs jobs; asks first when their code comes from a folder that has not been agreed to. */
export async function runJobs(keys: readonly number[]): Promise<void> {
  const answer = await bridge.runJobs(keys);
  if (answer.kind === 'needs-trust') useWindow.setState({ trustRequest: { questions: answer.questions, keys } });
}

/** The person agreed to run the code that they were asked about. */
export async function acceptTrust(): Promise<void> {
  const { trustRequest } = useWindow.getState();
  useWindow.setState({ trustRequest: null });
  if (trustRequest === null) return;
  await bridge.trust(trustRequest.questions.map((question) => question.ticket));
  await runJobs(trustRequest.keys);
}

/** The person said no: nothing runs. */
export const refuseTrust = (): void => useWindow.setState({ trustRequest: null });

/** Shows a file that was opened just now: its first job, or what is wrong with it. */
export function reveal(fileKey: number): void {
  const { keys, rows } = useWindow.getState();
  const first = keys.find((key) => rows.get(key)?.fileKey === fileKey);
  select(first === undefined ? { kind: 'file', key: fileKey } : { kind: 'job', key: first });
}

const revealOpened = async (opened: Promise<number | null>): Promise<void> => {
  const fileKey = await opened;
  if (fileKey !== null) reveal(fileKey);
};

/** Opens the examples that came with the app. */
export const openExamples = (): Promise<void> => revealOpened(bridge.openExamples());

/** Reads a file again and shows it. */
export const reloadFile = (fileKey: number): Promise<void> => revealOpened(bridge.reloadFile(fileKey));

const mac = navigator.platform.startsWith('Mac');
const shortcut = (keys: string): string => (mac ? `⌘${keys}` : `Ctrl+${keys}`);

/** Every command of the menu. */
export const actions: Readonly<Record<MenuCommand, Action>> = {
  'open-file': {
    label: 'Open…',
    shortcut: shortcut('O'),
    enabled: () => true,
    run: () => revealOpened(bridge.openFileDialog()),
  },
  'run-selected': {
    label: 'Run',
    shortcut: shortcut('Enter'),
    enabled: (state) => idleOf(state, selectedKeys(state)).length > 0,
    run: () => runJobs(idleOf(useWindow.getState(), selectedKeys(useWindow.getState()))),
  },
  'run-all': {
    label: 'Run all',
    shortcut: shortcut('Shift+Enter'),
    enabled: (state) => idleOf(state, state.keys).length > 0,
    run: () => runJobs(idleOf(useWindow.getState(), useWindow.getState().keys)),
  },
  'cancel-selected': {
    label: 'Cancel',
    shortcut: shortcut('.'),
    enabled: (state) => cancellableOf(state, selectedKeys(state)).length > 0,
    run: () => bridge.cancelJobs(cancellableOf(useWindow.getState(), selectedKeys(useWindow.getState()))),
  },
  'cancel-all': {
    label: 'Cancel all',
    shortcut: shortcut('Shift+.'),
    enabled: (state) => state.tally.queued + state.tally.running > 0,
    run: () => bridge.cancelJobs(cancellableOf(useWindow.getState(), useWindow.getState().keys)),
  },
};

/** Runs a command when it applies now. */
export async function perform(command: MenuCommand): Promise<void> {
  const action = actions[command];
  if (action.enabled(useWindow.getState())) await action.run();
}
