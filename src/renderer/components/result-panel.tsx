import { type CSSProperties, useEffect, useState } from 'react';
import type { ResultView } from '../../shared/ipc';
import { bridge } from '../bridge';
import { type ArrangedView, arrangeViews } from '../lib/arrange-views';
import { Figures } from '../views/figures';
import { HistogramView } from '../views/histogram';
import { ImageStack } from '../views/image-stack';
import { TableView } from '../views/table';
import classes from './result-panel.module.css';

interface ResultPanelProps {
  readonly jobKey: number;
  readonly run: number;
  readonly output: string | null;
}

/** What came of a job: figures and pictures of a report, or the value itself. */
export function ResultPanel({ jobKey, run, output }: ResultPanelProps) {
  const result = useResult(jobKey, run);
  if (result === null) return null;
  const views = result.kind === 'report' ? arrangeViews(result.views) : [];
  return (
    <div className={classes.result} data-testid="result">
      {result.kind === 'report' ? (
        <div className={classes.report}>
          <Figures figures={result.figures} />
          <div className={classes.views} style={cardsStyle(views)}>
            {views.map((view, index) => (
              <section
                key={index}
                className={`${classes.card} ${view.kind === 'table' ? classes.wide : ''}`}
                aria-label={view.title}
              >
                {view.kind === 'images' && <ImageStack images={view.images} />}
                {view.kind === 'histogram' && <HistogramView view={view} />}
                {view.kind === 'table' && <TableView view={view} />}
              </section>
            ))}
          </div>
        </div>
      ) : (
        <pre className={`${classes.json} mono`} tabIndex={0} aria-label="Result">
          {result.text}
        </pre>
      )}
      {result.kind === 'json' && result.truncated && <p className={classes.note}>Only the beginning is shown.</p>}
      {output !== null && (
        <p className={classes.note}>
          Written to <span className={classes.path}>{output}</span>
        </p>
      )}
    </div>
  );
}

/** Tells the style sheet how many cards could stand side by side; tables take a row each. */
const cardsStyle = (views: readonly ArrangedView[]): CSSProperties & Record<'--cards', number> => ({
  '--cards': Math.max(1, Math.min(3, views.filter((view) => view.kind !== 'table').length)),
});

/** The result of one run, fetched once. */
function useResult(jobKey: number, run: number): ResultView | null {
  const [result, setResult] = useState<ResultView | null>(null);
  useEffect(() => {
    let current = true;
    void bridge.getResult(jobKey).then((value) => {
      if (current) setResult(value);
    });
    return () => {
      current = false;
    };
  }, [jobKey, run]);
  return result;
}
