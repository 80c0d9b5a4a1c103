import { Loader, SegmentedControl } from '@mantine/core';
import { lazy, Suspense, useEffect, useMemo, useState } from 'react';
import type { ResultRef, ResultView } from '../../shared/result';
import { bridge } from '../bridge';
import { arrangeViews } from '../lib/arrange-views';
import type { LoadRows } from '../views/view-card';
import { ViewCard } from '../views/view-card';
import { ReportCards } from './report-cards';
import classes from './result-panel.module.css';

const TreeView = lazy(async () => ({ default: (await import('../views/tree/tree-view')).TreeView }));

interface ResultPanelProps {
  readonly jobKey: number;
  readonly run: number;
  readonly output: string | null;
}

/** What came of a job: figures and pictures of a report, the value itself, and what can be made of that. */
export function ResultPanel({ jobKey, run, output }: ResultPanelProps) {
  const ref = useMemo<ResultRef>(() => ({ key: jobKey, run }), [jobKey, run]);
  const result = useResult(ref);
  if (result === 'loading') return <Loader size="sm" className={classes.loading} aria-label="Loading the result" />;
  if (result === null) return <p className={classes.gone}>This result is not there any more. Run the job again.</p>;
  return <Result key={run} result={result} source={ref} output={output} />;
}

interface ResultProps {
  readonly result: ResultView;
  readonly source: ResultRef;
  readonly output: string | null;
}

function Result({ result, source, output }: ResultProps) {
  const { form, figures, views, problem } = result;
  const cards = useMemo(() => arrangeViews(views), [views]);
  const loadRows = useMemo<LoadRows>(() => (view, offset) => bridge.getTablePage(source, view, offset), [source]);
  const forms = form === 'report' ? ['Report', 'Data'] : [...cards.map(({ title }) => title), 'Tree'];
  const [chosen, setChosen] = useState(forms[0] ?? 'Tree');
  const card = cards[forms.indexOf(chosen)];
  return (
    <div className={classes.result} data-testid="result">
      {(forms.length > 1 || output !== null || problem !== null) && (
        <div className={classes.bar}>
          {forms.length > 1 && (
            <SegmentedControl size="xs" data={forms} value={chosen} onChange={setChosen} aria-label="Show as" />
          )}
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
      <Suspense fallback={<Loader size="sm" className={classes.loading} aria-label="Loading the viewer" />}>
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
