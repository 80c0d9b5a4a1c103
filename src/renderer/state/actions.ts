import { bridge } from '../bridge';
import { select, until, useWindow } from './store';

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
export async function reveal(fileKey: number): Promise<void> {
  await until(({ files }) => files.some(({ key }) => key === fileKey));
  const { keys, rows } = useWindow.getState();
  const first = keys.find((key) => rows.get(key)?.fileKey === fileKey);
  select(first === undefined ? { kind: 'file', key: fileKey } : { kind: 'job', key: first });
}

/** Shows what a call has opened, when it has. */
export const revealOpened = async (opened: Promise<number | null>): Promise<void> => {
  const fileKey = await opened;
  if (fileKey !== null) await reveal(fileKey);
};

/** Opens the examples that came with the app. */
export const openExamples = (): Promise<void> => revealOpened(bridge.openExamples());

/** Reads a file again and shows it. */
export const reloadFile = (fileKey: number): Promise<void> => revealOpened(bridge.reloadFile(fileKey));
