import type { ProcInfo } from '../../shared/engine-info';
import type {
  AppInfo,
  Delta,
  DetailChange,
  FileEntry,
  JobDetail,
  JobRow,
  RowState,
  RunAnswer,
  RunPulse,
  Snapshot,
  TrustQuestion,
} from '../../shared/ipc';
import type { Notice, QueueStatus } from '../../shared/ipc-queue';
import { noFilter, type QueueFilter } from '../queue/queue-items';
import { QueueOrder } from '../queue/queue-order';

/** What is shown beside the queue. */
export type Selection =
  | { readonly kind: 'job'; readonly key: number }
  | { readonly kind: 'file'; readonly key: number };

/** What waits for the person's answer. */
export interface TrustRequest {
  readonly questions: readonly TrustQuestion[];
  /** What is asked of main again once they have agreed. */
  readonly again: () => Promise<RunAnswer>;
}

/** Number of jobs in each state. */
export type Tally = Readonly<Record<RowState, number>>;

/** Everything that the window shows. */
export interface WindowState {
  /** Number of the last delta; null until the snapshot has come. */
  readonly seq: number | null;
  readonly app: AppInfo | null;
  readonly files: readonly FileEntry[];
  /**
   * The jobs by key. The map is changed in place, for it may be long and changes often; a row that changed is a new
   * object, so select rows from it, never the map.
   */
  readonly rows: Map<number, JobRow>;
  /** The jobs in the order of the queue; changed in place as `rows` is. */
  readonly order: QueueOrder;
  /** Another number when jobs have come, gone or moved. */
  readonly orderVersion: number;
  readonly tally: Tally;
  readonly workers: readonly ProcInfo[];
  readonly selection: Selection | null;
  /** Jobs that actions are about; the selected one is among them. */
  readonly marked: ReadonlySet<number>;
  /** Where a range of marked jobs begins. */
  readonly anchor: number | null;
  readonly filter: QueueFilter;
  /** Details of the selected job; null until main has sent them. */
  readonly detail: JobDetail | null;
  /** Which parts of the selected job's run have changed; null until main has said. */
  readonly pulse: RunPulse | null;
  readonly trustRequest: TrustRequest | null;
  readonly queue: QueueStatus;
  readonly notices: readonly Notice[];
}

const emptyTally: Tally = {
  ready: 0,
  queued: 0,
  running: 0,
  cancelling: 0,
  done: 0,
  failed: 0,
  cancelled: 0,
  skipped: 0,
  pausing: 0,
  paused: 0,
  interrupted: 0,
};

export const initialState: WindowState = {
  seq: null,
  app: null,
  files: [],
  rows: new Map(),
  order: new QueueOrder(),
  orderVersion: 0,
  tally: emptyTally,
  workers: [],
  selection: null,
  marked: new Set(),
  anchor: null,
  filter: noFilter,
  detail: null,
  pulse: null,
  trustRequest: null,
  queue: { isPaused: false, left: { interrupted: 0, waiting: 0 }, questions: [] },
  notices: [],
};

/** The state after a snapshot. The selection stays when what it names is still there, else the first job is selected. */
export function withSnapshot(state: WindowState, snapshot: Snapshot): WindowState {
  const rows = new Map(snapshot.rows.map((row) => [row.key, row]));
  const tally: Record<RowState, number> = { ...emptyTally };
  const order = new QueueOrder();
  for (const row of snapshot.rows) {
    tally[row.state] += 1;
    order.put(row);
  }
  const { seq, app, files, workers, queue, notices } = snapshot;
  const next = {
    ...state,
    seq,
    app,
    files,
    workers,
    queue,
    notices,
    rows,
    order,
    orderVersion: order.version,
    tally,
    detail: null,
    pulse: null,
  };
  return withValidSelection(next);
}

/** The state after a delta; null when one before it is missing, so that a new snapshot is needed. */
export function withDelta(state: WindowState, delta: Delta): WindowState | null {
  if (state.seq === null || delta.seq > state.seq + 1) return null;
  if (delta.seq <= state.seq) return state;
  const tally: Record<RowState, number> = { ...state.tally };
  for (const row of delta.rows) {
    const before = state.rows.get(row.key);
    if (before !== undefined) tally[before.state] -= 1;
    tally[row.state] += 1;
    state.rows.set(row.key, row);
    state.order.put(row);
  }
  for (const key of delta.removed) {
    const before = state.rows.get(key);
    if (before === undefined) continue;
    tally[before.state] -= 1;
    state.rows.delete(key);
    state.order.remove(key);
  }
  const files = delta.files ?? state.files;
  const next: WindowState = {
    ...state,
    seq: delta.seq,
    files,
    tally,
    orderVersion: state.order.version,
    workers: delta.workers ?? state.workers,
    detail: delta.detail === null ? state.detail : withDetail(state.detail, delta.detail),
    pulse: delta.pulse ?? state.pulse,
    queue: delta.queue ?? state.queue,
    notices: delta.notices ?? state.notices,
  };
  return delta.removed.length > 0 || delta.files !== null || state.selection === null ? withValidSelection(next) : next;
}

function withDetail(detail: JobDetail | null, change: DetailChange): JobDetail | null {
  if (change.kind === 'full') return change.detail;
  if (detail?.key !== change.key) return detail;
  return {
    ...detail,
    ranks: detail.ranks.map((rank, index) => ({ ...rank, count: change.counts[index] ?? rank.count })),
  };
}

/** What is selected and marked is there. */
function withValidSelection(state: WindowState): WindowState {
  const selection = validSelection(state);
  const key = selection?.kind === 'job' ? selection.key : null;
  const kept = [...state.marked].filter((marked) => state.rows.has(marked));
  if (kept.length === state.marked.size && (key === null || state.marked.has(key))) return { ...state, selection };
  const marked = key !== null && kept.includes(key) ? new Set(kept) : new Set(key === null ? [] : [key]);
  return { ...state, selection, marked, anchor: key };
}

function validSelection(state: WindowState): Selection | null {
  const { selection, rows, files, order } = state;
  if (selection?.kind === 'job' && rows.has(selection.key)) return selection;
  if (selection?.kind === 'file' && files.some((file) => file.key === selection.key)) return selection;
  const { first } = order;
  if (first !== undefined) return { kind: 'job', key: first };
  const [file] = files;
  return file === undefined ? null : { kind: 'file', key: file.key };
}
