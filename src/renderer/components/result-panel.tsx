import { Loader, SegmentedControl } from '@mantine/core';
import { lazy, Suspense, useEffect, useMemo, useState } from 'react';
import { createPortal } from 'react-dom';
import type { RowState } from '../../shared/ipc';
import { isActive } from '../../shared/ipc';
import type { ResultRef, ResultView } from '../../shared/result';
import { bridge } from '../bridge';
import { arrangeViews } from '../lib/arrange-views';
import { useHasLive, useLive } from '../state/use-live';
import { type LoadRows, ViewCard } from '../views/view-card';
import { ReportCards } from './report-cards';
import classes from './result-panel.module.css';

const TreeView = lazy(async () => ({ default: (await import('../views/tree/tree-view')).TreeView }));

interface ResultPanelProps {
  /** Place beside the tabs. */
  readonly tools: HTMLElement | null;
  readonly jobKey: number;
  readonly run: number;
  readonly state: RowState;
  readonly hasResult: boolean;
  readonly output: string | null;
}

/** What came of a job, or what has come of it so far. */
export function ResultPanel({ tools, jobKey, run, state, hasResult, output }: ResultPanelProps) {
  const ref = useMemo<ResultRef>(() => ({ key: jobKey, run }), [jobKey, run]);
  const hasLive = useHasLive(jobKey, run);
  if (hasResult) return <FinalResult source={ref} output={output} tools={tools} />;
  if (hasLive) return <PartialResult source={ref} state={state} />;
  return <p className={classes.nothing}>{nothingText(state)}</p>;
}

/** Why there is no result to see. */
function nothingText(state: RowState): string {
  switch (state) {
    case 'ready':
      return 'This job has not run yet. Its result will be shown here.';
    case 'queued':
      return 'This job waits for its turn. Its result will be shown here.';
    case 'running':
    case 'cancelling':
      return 'The result will be shown here when the job is done. This target shows nothing before its end.';
    case 'done':
      return 'This job returned nothing.';
    case 'failed':
      return 'This job failed, so it has no result. The Errors tab says why.';
    case 'cancelled':
      return 'This job was cancelled, so it has no result.';
    case 'skipped':
      return 'This job was skipped, so it has no result: a job that it needs did not end as it must.';
  }
}

/** What the ranks have shown so far: it grows while they work, and stays when the job ends without a result. */
function PartialResult({ source, state }: { readonly source: ResultRef; readonly state: RowState }) {
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

interface FinalResultProps {
  readonly source: ResultRef;
  readonly tools: HTMLElement | null;
  readonly output: string | null;
}

function FinalResult({ source, output, tools }: FinalResultProps) {
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
}

/** Figures and pictures of a report, the value itself, and what can be made of that. */
function Result({ result, source, output, tools }: ResultProps) {
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
      {(output !== null || problem !== null) && (
        <div className={classes.bar}>
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
