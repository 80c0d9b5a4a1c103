import { isActive, type RunAnswer, type TrustQuestion } from '../../shared/ipc';
import { bridge } from '../bridge';
import { select, until, useWindow } from './store';
import type { WindowState } from './window-state';

/** Asks main to run something; asks the person first when its code comes from a folder that has not been agreed to. */
export async function askToRun(request: () => Promise<RunAnswer>): Promise<void> {
  const answer = await request();
  if (answer.kind === 'needs-trust')
    useWindow.setState({ trustRequest: { questions: answer.questions, again: request } });
}

/** What has to be agreed to now: by what the person did just now, or by a run whose turn has come. */
export const openQuestions = ({ trustRequest, queue }: WindowState): readonly TrustQuestion[] =>
  trustRequest?.questions ?? queue.questions;

const tickets = (): string[] => openQuestions(useWindow.getState()).map(({ ticket }) => ticket);

/** The person agreed to run the code that they were asked about. */
export async function acceptTrust(): Promise<void> {
  const { trustRequest } = useWindow.getState();
  const agreed = tickets();
  useWindow.setState({ trustRequest: null });
  await bridge.trust(agreed);
  if (trustRequest !== null) await askToRun(trustRequest.again);
}

/** The person said no: nothing runs. */
export async function refuseTrust(): Promise<void> {
  const { trustRequest } = useWindow.getState();
  if (trustRequest === null) await bridge.refuseTrust(tickets());
  useWindow.setState({ trustRequest: null });
}

/** Shows a file that was opened just now: its first job, or what is wrong with it. */
export async function reveal(fileKey: number): Promise<void> {
  // Of a file that was there already the jobs may come later than the answer; one with problems has none.
  await until(({ files, order }) => {
    const file = files.find(({ key }) => key === fileKey);
    return file !== undefined && (file.problems.length > 0 || order.ofFile(fileKey).length > 0);
  });
  const { order } = useWindow.getState();
  const first = order.keys.find((key) => order.job(key)?.fileKey === fileKey);
  select(first === undefined ? { kind: 'file', key: fileKey } : { kind: 'job', key: first });
}

/** Shows what a call has opened, when it has. */
export const revealOpened = async (opened: Promise<number | null>): Promise<void> => {
  const fileKey = await opened;
  if (fileKey !== null) await reveal(fileKey);
};

/** Opens the examples that came with the app. */
export const openExamples = (): Promise<void> => revealOpened(bridge.openExamples());

/** Opens one of the examples, shows it and runs it. */
export async function runExample(name: string): Promise<void> {
  const fileKey = await bridge.openExample(name);
  if (fileKey === null) return;
  await reveal(fileKey);
  const { order, rows } = useWindow.getState();
  const own = order.keys.filter((key) => {
    const row = rows.get(key);
    return row?.fileKey === fileKey && !isActive(row.state);
  });
  await askToRun(() => bridge.runJobs(own));
}

/** Reads a file again and shows it. */
export const reloadFile = (fileKey: number): Promise<void> => revealOpened(bridge.reloadFile(fileKey));
