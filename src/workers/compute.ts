import { Console } from 'node:console';
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { ArrayFiles } from '../core/array-files';
import type { ComputeThreadData } from '../core/compute-thread';
import { ControlBlock } from '../core/control-block';
import { toErrorInfo } from '../core/error-info';
import { JobCancelledError, JobEndedError, SerializationError } from '../core/errors';
import { ArgumentArrays } from '../core/message-arrays';
import { markRankThread } from '../core/rank-realm';
import { RunRecord } from '../core/run-record';
import type { RunEnd } from '../core/run-slot';
import { decodeValue } from '../core/serialize';
import type { RunPhase } from '../shared/engine-info';
import type {
  CallReply,
  CallRequest,
  ComputeToControl,
  ComputeToServer,
  ControlToCompute,
  RunRef,
  RunRequest,
  ServerToCompute,
} from '../shared/worker-protocol';
import { openDataChannel } from './data-channel';
import { LogBudget } from './log-budget';
import { runMap } from './map-run';
import { RankProcess } from './rank-process';
import { remoteObject } from './remote-object';
import { encodeResult, requireSize } from './result-message';
import { isLoaded, loadTarget } from './target-loader';

/*
 * The compute thread: the only place where user code runs.
 *
 * Requests come and results go over the data link (in the server's own process: over the message port). While a
 * target holds this thread, the control thread reads the control block, and blocking calls sleep on it.
 */

if (!parentPort) throw new Error('compute.js is started by the engine as a worker thread.');
const port = parentPort;
const { buffer, generation, identity, objectRoots } = workerData as ComputeThreadData;
const block = new ControlBlock(buffer);
const postControl = (message: ComputeToControl): void => port.postMessage(message);

let current: { readonly run: RunRef; readonly proc: RankProcess } | undefined;
let lastRun: RunRef | undefined;
const record = identity && new RunRecord(identity.recordPath);
let calls = 0;
let notesSent = 0;
/** What the run's arguments have opened. */
let argumentArrays: ArgumentArrays | undefined;
/** Answers that have arrived and were not asked for yet, by call. */
const answers = new Map<number, CallReply>();

/** Something that the server must have before it hears of the run's end, which takes the other way. */
function sendNote(note: ComputeToControl & { type: 'log' | 'emit' }): void {
  notesSent += 1;
  postControl(note);
}

const logs = new LogBudget((lines, dropped) => {
  const run = current?.run ?? lastRun;
  if (run) sendNote({ type: 'log', run, lines, dropped });
});

const sendData: (message: ComputeToServer) => void = identity
  ? openDataChannel(identity, generation, handleRequest)
  : (message) => postControl({ type: 'data', message });

process.setSourceMapsEnabled(true);
markRankThread();
captureConsole();
port.on('message', handleControl);

function handleControl(message: ControlToCompute): void {
  switch (message.type) {
    case 'data':
      handleRequest(message.message);
      return;
    case 'cancel':
      if (current?.run.runId === message.run.runId) current.proc.abort();
      return;
    case 'reply':
      // An asynchronous target lets the event loop take what it asked for before it wants it.
      if (message.run.runId === current?.run.runId) answers.set(message.call, message.reply);
      return;
  }
}

function handleRequest(request: ServerToCompute): void {
  void execute(request).then(sendData);
}

async function execute(request: RunRequest): Promise<ComputeToServer> {
  notesSent = 0;
  answers.clear();
  const end = await perform(request);
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
  const proc = new RankProcess(request, {
    block,
    ask: (asked) => askServer(run, asked),
    answer: (call) => waitForAnswer(run, call),
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
  current = { run, proc };
  lastRun = run;
  block.beginRun(run.runId);
  try {
    if (proc.isCancelled) throw new JobCancelledError('The job was cancelled before this rank began.');
    if (!isLoaded(request.target)) enter('loading');
    const target = await loadTarget(request.target);
    if (request.mode === 'probe')
      return { type: 'probed', run, hasCombine: 'combine' in target && typeof target.combine === 'function' };
    if (request.payload !== undefined) enter('decoding');
    const [args, kwargs] = readCall(request);
    enter('running');
    if (request.mode === 'map') {
      await runMap(proc, target, args[0], kwargs ?? {}, {
        deliver: (start, payload) => sendData({ type: 'items', run, start, payload }),
        finished: (count) => block.setCount(count),
      });
      return { type: 'result', run, payload: undefined, count: proc.count };
    }
    const outcome = target(proc, ...args, ...(kwargs === undefined ? [] : [kwargs]));
    const value: unknown = isThenable(outcome) ? await outcome : outcome;
    // Only what can have getters of its own can do harm while it is encoded.
    if (typeof value === 'object') enter('encoding');
    const payload =
      value === undefined ? undefined : encodeResult(value, request, objectRoots, (line) => logs.write('stderr', line));
    return { type: 'result', run, payload, count: proc.count };
  } catch (error) {
    return { type: 'failed', run, error: { ...toErrorInfo(error), phase }, count: proc.count };
  }
}

function readCall(request: RunRequest): [args: unknown[], kwargs?: Record<string, unknown>] {
  try {
    return decodeCall(request);
  } catch (error) {
    const { name, message } = toErrorInfo(error);
    throw new SerializationError(`The arguments cannot be read: ${name}: ${message}`, { cause: error });
  }
}

function decodeCall({ run, payload, memories }: RunRequest): [args: unknown[], kwargs?: Record<string, unknown>] {
  if (payload === undefined) return [[]];
  const revive = (id: number): object => remoteObject(id, (asked) => waitForAnswer(run, askServer(run, asked)));
  argumentArrays = new ArgumentArrays(new ArrayFiles(objectRoots, run.jobId), memories ?? []);
  return decodeValue(payload, revive, argumentArrays) as [unknown[], Record<string, unknown>?];
}

function askServer(run: RunRef, request: CallRequest): number {
  // Nobody would answer: the server listens to what runs now.
  if (current?.run.runId !== run.runId)
    throw new JobEndedError('The job has ended. What a target leaves behind can use neither its proc nor a proxy.');
  calls += 1;
  postControl({ type: 'call', run, call: calls, request });
  return calls;
}

function waitForAnswer(run: RunRef, call: number): CallReply | undefined {
  for (;;) {
    // Read before the messages are looked at: what comes after that ends the sleep below at once.
    const seen = block.replies;
    for (let next = takeMessage(); next; next = takeMessage()) handleControl(next);
    const reply = answers.get(call);
    if (reply) {
      answers.delete(call);
      return reply;
    }
    if (block.isCancelled(run.runId)) return undefined;
    block.waitForReply(seen);
  }
}

function takeMessage(): ControlToCompute | undefined {
  return (receiveMessageOnPort(port) as { message: ControlToCompute } | undefined)?.message;
}

/**
 * Takes what targets print as log lines of their run. The thread's own streams would wait for an event loop that a
 * synchronous target does not let run; only their `write` is replaced, since Node keeps using the objects.
 */
function captureConsole(): void {
  for (const stream of ['stdout', 'stderr'] as const) {
    const write = (chunk: string | Uint8Array): boolean => {
      const text = typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString();
      for (const line of text.replace(/\n$/, '').split('\n')) logs.write(stream, line);
      return true;
    };
    Object.defineProperty(process[stream], 'write', { value: write, configurable: true, writable: true });
  }
  globalThis.console = new Console({ stdout: process.stdout, stderr: process.stderr });
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    ((typeof value === 'object' && value !== null) || typeof value === 'function') &&
    'then' in value &&
    typeof value.then === 'function'
  );
}
