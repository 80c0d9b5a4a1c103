import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import type { ItemContext } from '../core/algorithm-process-types';
import { ArrayFiles } from '../core/data/array-files';
import { ArgumentArrays } from '../core/data/message-arrays';
import { decodeValue } from '../core/data/serialize';
import { toErrorInfo } from '../core/error-info';
import { JobCancelledError, SerializationError } from '../core/errors';
import { unpackRun } from '../core/items/item-store';
import { Shelf } from '../core/meetings/shelf';
import type { ComputeThreadData } from '../core/pool/compute-thread';
import { ControlBlock } from '../core/pool/control-block';
import { LogBudget } from '../core/pool/log-budget';
import { RunRecord } from '../core/pool/run-record';
import type { RunEnd } from '../core/pool/run-slot';
import { markRankThread } from '../core/rank-realm';
import { commandUrl } from '../core/targets/target-spec';
import type { RunPhase } from '../shared/engine-info';
import type {
  ComputeToControl,
  ComputeToServer,
  ControlToCompute,
  ResolvedTarget,
  RunRef,
  RunRequest,
  ServerToCompute,
} from '../shared/worker-protocol';
import { captureConsole } from './capture-console';
import { ChunkInbox } from './chunk-inbox';
import type { PipeReaders } from './command-pipes';
import type { CommandRunner } from './command-target';
import { type DataChannel, openDataChannel } from './data-channel';
import { DirectLink } from './direct-link';
import type { DirectRun } from './direct-run';
import { addToEnvironment } from './environment';
import { runMap } from './map-run';
import { RankProcess } from './rank-process';
import { remoteObject } from './remote-object';
import { encodeResult, requireSize } from './result-message';
import { ServerCalls } from './server-calls';
import { isLoaded, loadTarget, type TargetFunction } from './target-loader';

/*
 * The compute thread: the only place where user code runs.
 *
 * Requests come and results go over the data link (in the server's own process: over the message port). While a
 * target holds this thread, the control thread reads the control block, and blocking calls sleep on it.
 */

if (!parentPort) throw new Error('compute.js is started by the engine as a worker thread.');
const port = parentPort;
const { buffer, shelf, generation, identity, objectRoots } = workerData as ComputeThreadData;
const block = new ControlBlock(buffer);
const postControl = (message: ComputeToControl): void => port.postMessage(message);

let current:
  | {
      readonly run: RunRef;
      readonly proc: RankProcess;
      readonly inbox: ChunkInbox;
      readonly direct: DirectRun | undefined;
    }
  | undefined;
let lastRun: RunRef | undefined;
const record = identity && new RunRecord(identity.recordPath);
let commands: CommandRunner | undefined;
let takePipes: ((readers: PipeReaders | null) => void) | undefined;
let notesSent = 0;
/** What the run's arguments have opened. */
let argumentArrays: ArgumentArrays | undefined;
const calls = new ServerCalls({
  block,
  run: () => current?.run,
  takeMessages,
  post: (message) => {
    // What the call is about may have been shared directly before it.
    current?.direct?.flush();
    postControl(message);
  },
});

/** Something that the server must have before it hears of the run's end, which takes the other way. */
function sendNote(note: ComputeToControl & { type: 'log' | 'emit' | 'stored' }): void {
  notesSent += 1;
  postControl(note);
}

const logs = new LogBudget((lines, dropped) => {
  const run = current?.run ?? lastRun;
  if (run) sendNote({ type: 'log', run, lines, dropped });
});

const directLink = identity?.inboxPath
  ? new DirectLink({
      inboxPath: identity.inboxPath,
      objectRoots,
      block,
      shelf: new Shelf(shelf),
      takeMessages,
      post: sendNote,
    })
  : undefined;

const data: DataChannel = identity
  ? openDataChannel(identity, generation, handleRequest)
  : { send: (message) => postControl({ type: 'data', message }), sent: () => undefined };

process.setSourceMapsEnabled(true);
markRankThread();
const printed = captureConsole(logs);
port.on('message', handleControl);

function handleControl(message: ControlToCompute): void {
  switch (message.type) {
    case 'data':
      handleRequest(message.message);
      return;
    case 'cancel':
      if (current?.run.runId !== message.run.runId) return;
      current.proc.abort();
      current.inbox.abort(new JobCancelledError('The job was cancelled.'));
      return;
    case 'reply':
      calls.answered(message.run, message.call, message.reply);
      return;
    case 'departed':
      directLink?.departed(message.run, message.ranks);
      return;
    case 'pipes':
      takePipes?.(message.readers);
      return;
  }
}

function handleRequest(message: ServerToCompute): void {
  if (message.type === 'run') void execute(message).then((end) => data.send(end));
  else if (message.run.runId === current?.run.runId) current.inbox.put(message);
}

async function execute(request: RunRequest): Promise<ComputeToServer> {
  notesSent = 0;
  calls.begin();
  const end = await perform(request);
  directLink?.end();
  printed.flush();
  logs.flush();
  block.endRun();
  argumentArrays?.close();
  argumentArrays = undefined;
  current = undefined;
  return { ...end, notes: notesSent };
}

/** How a run ended, without what is known only afterwards. */
type Ending = RunEnd extends infer End ? (End extends unknown ? Omit<End, 'notes'> : never) : never;

async function perform(request: RunRequest): Promise<Ending> {
  const { run } = request;
  const direct = directLink?.begin(request);
  const proc = new RankProcess(request, {
    block,
    direct,
    ask: (asked) => calls.ask(run, asked),
    answer: (call) => calls.wait(run, call),
    emit: (payload) => {
      requireSize(payload, 'What is emitted', request);
      sendNote({ type: 'emit', run, payload });
    },
    log: (line) => logs.write('log', line),
  });
  let phase: RunPhase = 'loading';
  const enter = (next: RunPhase): void => {
    phase = next;
    block.enter(next);
    record?.note(run.runId, next);
  };
  const inbox = new ChunkInbox();
  current = { run, proc, inbox, direct };
  lastRun = run;
  block.beginRun(run.runId);
  const restore = addToEnvironment(request.env ?? {});
  try {
    if (proc.isCancelled) throw new JobCancelledError('The job was cancelled before this rank began.');
    if (!isLoaded(request.target)) enter('loading');
    const target = await findTarget(request.target);
    if (request.mode === 'probe')
      return { type: 'probed', run, hasCombine: 'combine' in target && typeof target.combine === 'function' };
    if (request.payload !== undefined) enter('decoding');
    if (request.mode === 'map') {
      const [argsBytes, packed] = unpackRun(request.payload ?? noBytes);
      const [, kwargs = {}] = readCall(request, argsBytes);
      enter('running');
      const { start, end, itemAttempt: attempt = 1 } = request;
      const isCommand = request.target.url === commandUrl;
      try {
        await runMap(
          proc,
          target,
          kwargs,
          { start, end, attempt, packed, reviveProxy: proxyReviver(run) },
          {
            more: () => data.send({ type: 'more', run }),
            next: () => inbox.next(),
            deliver: (from, payload) => {
              data.send({ type: 'items', run, start: from, payload });
              return data.sent();
            },
            finished: (count) => block.setCount(count),
          },
          !isCommand,
        );
      } finally {
        if (isCommand) await commands?.finish();
      }
      return { type: 'result', run, payload: undefined, count: proc.count };
    }
    const [args, kwargs] = readCall(request, request.payload);
    enter('running');
    const outcome = target(proc, ...args, ...(kwargs === undefined ? [] : [kwargs]));
    const value: unknown = isThenable(outcome) ? await outcome : outcome;
    // Only what can have getters of its own can do harm while it is encoded.
    if (typeof value === 'object') enter('encoding');
    const payload =
      value === undefined ? undefined : encodeResult(value, request, objectRoots, (line) => logs.write('stderr', line));
    return { type: 'result', run, payload, count: proc.count };
  } catch (error) {
    return { type: 'failed', run, error: { ...toErrorInfo(error), phase }, count: proc.count };
  } finally {
    restore();
  }
}

function readCall(
  { run, memories }: RunRequest,
  payload: Uint8Array | undefined,
): [args: unknown[], kwargs?: Record<string, unknown>] {
  if (payload === undefined) return [[]];
  argumentArrays = new ArgumentArrays(new ArrayFiles(objectRoots, run.jobId), memories ?? []);
  try {
    return decodeValue(payload, proxyReviver(run), argumentArrays) as [unknown[], Record<string, unknown>?];
  } catch (error) {
    const { name, message } = toErrorInfo(error);
    throw new SerializationError(`The arguments cannot be read: ${name}: ${message}`, { cause: error });
  }
}

function proxyReviver(run: RunRef): (id: number) => object {
  return (id) => remoteObject(id, (asked) => calls.wait(run, calls.ask(run, asked)));
}

/** What runs commands is only loaded when there is one to run. */
async function findTarget(target: ResolvedTarget): Promise<TargetFunction> {
  if (target.url !== commandUrl || !identity) return loadTarget(target);
  const { CommandRunner } = await import('./command-target');
  commands ??= new CommandRunner({ life: identity, logs, askForPipes });
  const runner = commands;
  return (item, context) => runner.run(item, context as ItemContext);
}

function askForPipes(): Promise<PipeReaders | null> {
  return new Promise((resolve) => {
    takePipes = resolve;
    postControl({ type: 'pipes' });
  });
}

const noBytes = new Uint8Array(4);

function takeMessages(): void {
  for (let next = takeMessage(); next; next = takeMessage()) handleControl(next);
}

function takeMessage(): ControlToCompute | undefined {
  const taken: { message: ControlToCompute } | undefined = receiveMessageOnPort(port);
  return taken?.message;
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    ((typeof value === 'object' && value !== null) || typeof value === 'function') &&
    'then' in value &&
    typeof value.then === 'function'
  );
}
