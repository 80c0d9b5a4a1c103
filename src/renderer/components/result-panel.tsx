import { Loader, SegmentedControl } from '@mantine/core';
import { lazy, Suspense, useEffect, useMemo, useState } from 'react';
import { createPortal } from 'react-dom';
import type { JobRow } from '../../shared/ipc';
import { isActive } from '../../shared/ipc';
import type { ResultRef, ResultView } from '../../shared/result';
import { bridge } from '../bridge';
import { arrangeViews } from '../lib/arrange-views';
import { formatCount, formatPlural } from '../lib/format';
import { itemCounts } from '../lib/item-counts';
import { useWindow } from '../state/store';
import { useHasLive, useLive } from '../state/use-live';
import { useFetched, useItemsVersion } from '../state/use-run';
import { type LoadRows, ViewCard } from '../views/view-card';
import { ReportCards } from './report-cards';
import classes from './result-panel.module.css';

const TreeView = lazy(async () => ({ default: (await import('../views/tree/tree-view')).TreeView }));

interface ResultPanelProps {
  /** Place beside the tabs. */
  readonly tools: HTMLElement | null;
  readonly jobKey: number;
  readonly run: number;
  readonly row: JobRow;
  /** Why it did not begin, or was given up. */
  readonly reason: string | null;
  readonly hasResult: boolean;
  readonly output: string | null;
}

/** What came of a job, or what has come of it so far. */
export function ResultPanel({ tools, jobKey, run, row, reason, hasResult, output }: ResultPanelProps) {
  const ref = useMemo<ResultRef>(() => ({ key: jobKey, run }), [jobKey, run]);
  const hasLive = useHasLive(jobKey, run);
  if (hasResult) return <FinalResult source={ref} output={output} tools={tools} />;
  if (hasLive) return <PartialResult source={ref} state={row.state} />;
  if (row.kind !== 'target' && row.progress > 0 && (!isActive(row.state) || row.range <= mostLiveItems))
    return <ValuesSoFar source={ref} row={row} tools={tools} />;
  return <p className={classes.nothing}>{nothingText(row, reason)}</p>;
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
      return 'This job was cut off before its end. Resume it to have its result.';
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
  const fetched = useFetched(source, version, 1500, fetchValues);
  if (fetched === null)
    return <Loader size="sm" role="status" className={classes.loading} aria-label="Loading the values" />;
  // How far the job was when its values were fetched, unless it goes on no more.
  const { result, at = row } = fetched;
  return (
    <Result
      result={result}
      source={source}
      output={null}
      tools={tools}
      note={soFarText(isActive(row.state) ? at : row)}
    />
  );
}

function soFarText(row: JobRow): string {
  const { done, failed } = itemCounts(row);
  const all = formatPlural(row.range, row.kind === 'run' ? 'command' : 'item');
  if (isActive(row.state)) return `So far: ${formatCount(done)} of ${all}.`;
  const missing = row.range - done - failed;
  return [
    `${formatCount(done)} of ${all} done`,
    ...(failed > 0 ? [`${formatCount(failed)} failed`] : []),
    ...(missing > 0 ? [`${formatCount(missing)} not worked on`] : []),
  ].join(', ');
}

async function fetchValues(
  ref: ResultRef,
): Promise<{ readonly result: ResultView; readonly at: JobRow | undefined } | null> {
  const result = await bridge.getResult(ref);
  return result === null ? null : { result, at: useWindow.getState().rows.get(ref.key) };
}

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
  if (result === null) return <p className={classes.nothing}>This result is not there any more. Run the job again.</p>;
  return <Result key={result.run} result={result} source={source} output={output} tools={tools} />;
}

interface ResultProps {
  readonly result: ResultView;
  readonly tools: HTMLElement | null;
  readonly source: ResultRef;
  readonly output: string | null;
  /** What is to be known about it. */
  readonly note?: string;
}

/** Figures and pictures of a report, the value itself, and what can be made of that. */
function Result({ result, source, output, tools, note }: ResultProps) {
  const { form, figures, views, problem } = result;
  const cards = useMemo(() => arrangeViews(views), [views]);
  const loadRows = useMemo<LoadRows>(() => (view, offset) => bridge.getTablePage(source, view, offset), [source]);
  const forms = form === 'report' ? ['Report', 'Data'] : [...cards.map(({ title }) => title), 'Tree'];
  const [chosen, setChosen] = useState(forms[0] ?? 'Tree');
  const card = cards[forms.indexOf(chosen)];
  return (
    <div className={classes.result} data-testid="result">
      {forms.length > 1 &&
        tools !== null &&
        createPortal(
          <SegmentedControl size="xs" data={forms} value={chosen} onChange={setChosen} aria-label="Show as" />,
          tools,
        )}
      {(output !== null || problem !== null || note !== undefined) && (
        <div className={classes.bar}>
          {note !== undefined && <p className={classes.note}>{note}</p>}
          {output !== null && (
            <p className={classes.note}>
              Written to <span className={classes.path}>{output}</span>
            </p>
          )}
          {problem !== null && (
            <p className={classes.problem} role="alert">
              The target returned a report that cannot be shown, so this is its plain value. {problem}
            </p>
          )}
        </div>
      )}
      {form === 'report' && chosen === 'Report' ? (
        <ReportCards figures={figures} cards={cards} loadRows={loadRows} />
      ) : card !== undefined && form === 'value' ? (
        <div className={classes.only}>
          <ViewCard card={card} loadRows={loadRows} />
        </div>
      ) : (
        <ValueTree result={result} source={source} />
      )}
    </div>
  );
}

function ValueTree({ result, source }: Pick<ResultProps, 'result' | 'source'>) {
  const tree = useMemo(
    () => ({
      children: (path: readonly number[], offset: number, limit: number) =>
        bridge.getTreePage(source, path, offset, limit),
      search: (text: string) => bridge.searchResult(source, text),
      copy: (path: readonly number[], what: 'path' | 'value') => bridge.copyResult(source, path, what),
    }),
    [source],
  );
  return (
    <div className={classes.only}>
      <Suspense
        fallback={<Loader size="sm" role="status" className={classes.loading} aria-label="Loading the viewer" />}
      >
        <TreeView title="Result" root={result.tree} source={tree} />
      </Suspense>
    </div>
  );
}

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
