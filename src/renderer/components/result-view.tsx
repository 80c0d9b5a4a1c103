import { Loader, SegmentedControl, Tooltip, UnstyledButton } from '@mantine/core';
import { IconFileCheck } from '@tabler/icons-react';
import { lazy, Suspense, useMemo, useState } from 'react';
import { createPortal } from 'react-dom';
import type { ResultRef, ResultView } from '../../shared/result';
import { bridge } from '../bridge';
import { arrangeViews } from '../lib/arrange-views';
import { shortPath } from '../lib/short-path';
import { useRow, useWindow } from '../state/store';
import { type LoadRows, ViewCard } from '../views/view-card';
import { ReportCards } from './report-cards';
import classes from './result-panel.module.css';

const TreeView = lazy(async () => ({ default: (await import('../views/tree/tree-view')).TreeView }));

interface ResultProps {
  readonly result: ResultView;
  readonly tools: HTMLElement | null;
  readonly source: ResultRef;
  /** Path of the file that it was written to. */
  readonly output: string | null;
  /** What is to be known about it. */
  readonly note?: string;
}

/** Figures and pictures of a report, the value itself, and what can be made of that. */
export function Result({ result, source, output, tools, note }: ResultProps) {
  const { form, figures, views, problem } = result;
  const cards = useMemo(() => arrangeViews(views), [views]);
  const loadRows = useMemo<LoadRows>(() => (view, offset) => bridge.getTablePage(source, view, offset), [source]);
  const forms = form === 'report' ? ['Report', 'Data'] : [...cards.map(({ title }) => title), 'Tree'];
  const [chosen, setChosen] = useState(forms[0] ?? 'Tree');
  const card = cards[forms.indexOf(chosen)];
  return (
    <div className={classes.result} data-testid="result">
      {tools !== null &&
        createPortal(
          <div className={classes.tools}>
            {output !== null && <OutputFile path={output} jobKey={source.key} />}
            {forms.length > 1 && (
              <SegmentedControl size="xs" data={forms} value={chosen} onChange={setChosen} aria-label="Show as" />
            )}
          </div>,
          tools,
        )}
      {(problem !== null || note !== undefined) && (
        <div className={classes.bar}>
          {note !== undefined && <p className={classes.note}>{note}</p>}
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

/** Where a result was written to; its path can be copied. */
function OutputFile({ path, jobKey }: { readonly path: string; readonly jobKey: number }) {
  const fileKey = useRow(jobKey)?.fileKey;
  const jobFile = useWindow((state) => state.files.find(({ key }) => key === fileKey)?.path);
  return (
    <Tooltip label={`Written to ${path}. Click to copy the path.`} multiline maw={480}>
      <UnstyledButton
        className={classes.output}
        aria-label={`Copy the path of the file: ${path}`}
        onClick={() => void bridge.copyText(path)}
        data-testid="output"
      >
        <IconFileCheck size={15} stroke={1.7} aria-hidden="true" />
        <span>{shortPath(path, jobFile)}</span>
      </UnstyledButton>
    </Tooltip>
  );
}
