import { Loader } from '@mantine/core';
import { useEffect, useMemo, useState } from 'react';
import type { JobRow } from '../../shared/ipc';
import { isActive } from '../../shared/ipc';
import type { ResultRef, ResultView } from '../../shared/result';
import { bridge } from '../bridge';
import { formatCount, formatPlural } from '../lib/format';
import { itemCounts } from '../lib/item-counts';
import { useHasLive, useLive } from '../state/use-live';
import { useFetched, useItemsVersion } from '../state/use-run';
import type { LoadRows } from '../views/view-card';
import { ReportCards } from './report-cards';
import classes from './result-panel.module.css';
import { Result } from './result-view';

interface ResultPanelProps {
  /** Place beside the tabs. */
  readonly tools: HTMLElement | null;
  readonly jobKey: number;
  readonly run: number;
  readonly row: JobRow;
  /** Why it did not begin, or was given up. */
  readonly reason: string | null;
  readonly hasResult: boolean;
  /** Why there is no result although the job is done. */
  readonly note: string | null;
  readonly output: string | null;
}

/** What came of a job, or what has come of it so far. */
export function ResultPanel({ tools, jobKey, run, row, reason, hasResult, note, output }: ResultPanelProps) {
  const ref = useMemo<ResultRef>(() => ({ key: jobKey, run }), [jobKey, run]);
  const hasLive = useHasLive(jobKey, run);
  if (hasResult) return <FinalResult source={ref} output={output} tools={tools} />;
  if (hasLive) return <PartialResult source={ref} state={row.state} />;
  if (row.kind !== 'target' && row.progress > 0 && (!isActive(row.state) || row.range <= mostLiveItems))
    return <ValuesSoFar source={ref} row={row} tools={tools} />;
  return <p className={classes.nothing}>{note ?? nothingText(row, reason)}</p>;
}

/** Why there is no result to see. */
function nothingText({ kind, state }: JobRow, reason: string | null): string {
  switch (state) {
    case 'ready':
      return 'This job has not run yet. Its result will be shown here.';
    case 'queued':
      return 'This job waits for its turn. Its result will be shown here.';
    case 'running':
    case 'cancelling':
    case 'pausing':
      return kind === 'target'
        ? 'The result will be shown here when the job is done. This target shows nothing before its end.'
        : 'The result will be shown here when the job is done. The Items tab shows what is there already.';
    case 'paused':
      return 'This job is paused. Its result will be shown here when it has been resumed and is done.';
    case 'interrupted':
      return kind === 'target'
        ? 'This job was cut off before its end. Resume it to have its result; what it showed meanwhile is only kept while it runs.'
        : 'This job was cut off before its end. Resume it to have its result.';
    case 'done':
      return 'This job returned nothing.';
    case 'failed':
      return 'This job failed, so it has no result. The Errors tab says why.';
    case 'cancelled':
      return 'This job was cancelled, so it has no result.';
    case 'skipped':
      return `This job was skipped, so it has no result. ${reason ?? ''}`;
  }
}

/** What the ranks have shown so far: it grows while they work, and stays when the job ends without a result. */
function PartialResult({ source, state }: { readonly source: ResultRef; readonly state: JobRow['state'] }) {
  const live = useLive(source);
  if (live === null)
    return <Loader size="sm" role="status" className={classes.loading} aria-label="Loading the partial result" />;
  const ending = state === 'failed' ? 'the job failed' : 'the job was cancelled';
  return (
    <div className={classes.result} data-testid="partial">
      <div className={classes.bar}>
        <p className={classes.note}>
          {isActive(state)
            ? 'Partial result: it grows while the job runs.'
            : `Partial result: ${ending} before its end.`}
        </p>
        {live.problems.map((problem) => (
          <p key={problem} className={classes.problem} role="alert">
            {problem}
          </p>
        ))}
      </div>
      <ReportCards figures={live.figures} cards={live.cards} loadRows={noRows} />
    </div>
  );
}

const noRows: LoadRows = () => Promise.resolve(null);

/** While it runs, the values so far of a job with at most so many items are shown together. */
const mostLiveItems = 20_000;

interface ValuesSoFarProps {
  readonly source: ResultRef;
  readonly row: JobRow;
  readonly tools: HTMLElement | null;
}

/** The values of the items that are done, of a job that still runs or has ended without all of them. */
function ValuesSoFar({ source, row, tools }: ValuesSoFarProps) {
  const version = useItemsVersion(source);
  const result = useFetched(source, version, 1500, fetchResult);
  if (result === null)
    return <Loader size="sm" role="status" className={classes.loading} aria-label="Loading the values" />;
  return <Result result={result} source={source} output={null} tools={tools} note={soFarText(row)} />;
}

function soFarText(row: JobRow): string {
  const { done, failed } = itemCounts(row);
  const all = formatPlural(row.range, row.kind === 'run' ? 'command' : 'item');
  if (isActive(row.state)) return 'What is done so far. It grows while the job runs.';
  const missing = row.range - done - failed;
  return [
    `${formatCount(done)} of ${all} done`,
    ...(failed > 0 ? [`${formatCount(failed)} failed`] : []),
    ...(missing > 0 ? [`${formatCount(missing)} not worked on`] : []),
  ].join(', ');
}

const fetchResult = (ref: ResultRef): Promise<ResultView | null> => bridge.getResult(ref);

interface FinalResultProps {
  readonly source: ResultRef;
  readonly tools: HTMLElement | null;
  readonly output: string | null;
}

/** A result, or the value of one item. */
export function FinalResult({ source, output, tools }: FinalResultProps) {
  const result = useResult(source);
  if (result === 'loading')
    return <Loader size="sm" role="status" className={classes.loading} aria-label="Loading the result" />;
  if (result === null) return <p className={classes.nothing}>{goneText(source)}</p>;
  return <Result key={result.run} result={result} source={source} output={output} tools={tools} />;
}

const goneText = ({ item }: ResultRef): string =>
  item === undefined
    ? 'The history does not give this result back: it has been removed or is damaged. Run the job again.'
    : 'The value of this item is not kept here: of a job with more than a million values, or more than 128 MiB of them, the first are. "procession show" and the file of the job’s output have all of them.';

/** The result of one run, fetched once; null when there is none. */
function useResult(ref: ResultRef): ResultView | null | 'loading' {
  const [state, setState] = useState<{ readonly ref: ResultRef; readonly result: ResultView | null } | null>(null);
  useEffect(() => {
    let current = true;
    void bridge.getResult(ref).then((result) => {
      if (current) setState({ ref, result });
    });
    return () => {
      current = false;
    };
  }, [ref]);
  return state?.ref === ref ? state.result : 'loading';
}
