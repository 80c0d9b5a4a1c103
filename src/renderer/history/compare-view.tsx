import { Button } from '@mantine/core';
import { IconArrowLeft, IconArrowsLeftRight } from '@tabler/icons-react';
import { type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import type { HistoryRun } from '../../shared/ipc-history';
import { bridge } from '../bridge';
import { Ago } from '../components/ago';
import { StateIcon } from '../components/state-icon';
import { formatPlural } from '../lib/format';
import classes from './compare.module.css';
import {
  type ComparedFigure,
  type ComparedJob,
  compareRuns,
  type Difference,
  isSameWork,
  mostDifferences,
} from './compare-runs';
import { compare, onNewsOf } from './history-store';
import { lookOf } from './run-states';
import type { DiffLine } from './text-diff';

type Pair = readonly [number, number];

/** Two runs side by side: what they were to do, and how they went. */
export function CompareView({ pair }: { readonly pair: Pair }) {
  const runs = usePair(pair);
  const back = useRef<HTMLButtonElement>(null);
  useEffect(() => back.current?.focus(), []);
  return (
    <div
      className={classes.compare}
      role="region"
      aria-label="Compare two runs"
      onKeyDown={(event) => {
        if (event.key === 'Escape') compare(null);
      }}
    >
      <div className={classes.bar}>
        <Button
          ref={back}
          size="xs"
          variant="default"
          leftSection={<IconArrowLeft size={14} />}
          onClick={() => compare(null)}
        >
          Back to the list
        </Button>
        <Button
          size="xs"
          variant="default"
          leftSection={<IconArrowsLeftRight size={14} stroke={1.7} />}
          onClick={() => compare([pair[1], pair[0]])}
        >
          Swap sides
        </Button>
      </div>
      {runs === 'gone' && <p className={classes.same}>One of these runs is not in the history any more.</p>}
      {Array.isArray(runs) && <Compared left={runs[0]} right={runs[1]} />}
    </div>
  );
}

/** Both runs, as they stand now; null until they have come. */
function usePair([left, right]: Pair): [HistoryRun, HistoryRun] | 'gone' | null {
  const [runs, setRuns] = useState<[HistoryRun, HistoryRun] | 'gone' | null>(null);
  useEffect(() => {
    let isWanted = true;
    const load = async (): Promise<void> => {
      const found = await Promise.all([bridge.getHistoryRun(left), bridge.getHistoryRun(right)]);
      if (!isWanted) return;
      setRuns(found[0] !== null && found[1] !== null ? [found[0], found[1]] : 'gone');
    };
    void load();
    const stop = onNewsOf([left, right], () => void load());
    return () => {
      isWanted = false;
      stop();
    };
  }, [left, right]);
  return runs;
}

function Compared({ left, right }: { readonly left: HistoryRun; readonly right: HistoryRun }) {
  const found = useMemo(() => compareRuns(left, right), [left, right]);
  const { figures, jobs, definition, args, versions, source } = found;
  return (
    <>
      <div className={classes.heads}>
        <span />
        <RunHead run={left} />
        <RunHead run={right} />
        <span />
      </div>
      {isSameWork(found) && <p className={classes.same}>Both runs had the same definition and the same arguments.</p>}
      <Part title="How they went">
        <Figures figures={figures} name="The runs" left={left.id} right={right.id} />
      </Part>
      {args.length > 0 && (
        <Part title="Asked for on the command line">
          <Differences found={args} left={left.id} right={right.id} />
        </Part>
      )}
      <Part title="What they were to do">
        {definition === null ? (
          <p className={classes.none}>What one of them was to do cannot be read any more.</p>
        ) : definition.length === 0 ? (
          <p className={classes.none}>
            Nothing differs{source.length > 0 ? ' in what was looked up; the job files are written differently.' : '.'}
          </p>
        ) : (
          <Differences found={definition} left={left.id} right={right.id} />
        )}
      </Part>
      {source.length > 0 && (
        <Part title="Job files">
          <SourceDiff lines={source} />
        </Part>
      )}
      <Part title="Jobs">
        {jobs.map((job) => (
          <JobFigures key={job.key} job={job} left={left.id} right={right.id} />
        ))}
      </Part>
      <Part title="Versions">
        {versions.length === 0 ? (
          <p className={classes.none}>Nothing differs.</p>
        ) : (
          <Differences found={versions} left={left.id} right={right.id} />
        )}
      </Part>
    </>
  );
}

function RunHead({ run }: { readonly run: HistoryRun }) {
  return (
    <div className={classes.runHead}>
      <StateIcon state={run.state} size={16} />
      <div>
        <h3>{run.name}</h3>
        <p className="num">
          Run {run.id} · {lookOf(run.state).text} · <Ago time={run.createdAt} />
        </p>
      </div>
    </div>
  );
}

const Part = ({ title, children }: { readonly title: string; readonly children: ReactNode }) => (
  <section className={classes.part}>
    <h4>{title}</h4>
    {children}
  </section>
);

interface Sides {
  readonly left: number;
  readonly right: number;
}

function Heads({ left, right, more }: Sides & { readonly more: string }) {
  return (
    <thead>
      <tr>
        <th scope="col">
          <span className="sr-only">What</span>
        </th>
        <th scope="col">Run {left}</th>
        <th scope="col">Run {right}</th>
        {more === '' ? <td /> : <th scope="col">{more}</th>}
      </tr>
    </thead>
  );
}

function Figures({
  figures,
  name,
  left,
  right,
}: Sides & { readonly figures: readonly ComparedFigure[]; readonly name: string }) {
  return (
    <table className={`${classes.table} num`} aria-label={name}>
      <Heads left={left} right={right} more="Change" />
      <tbody>
        {figures.map(({ label, left: a, right: b, isSame, change }) => (
          <tr key={label} data-differs={!isSame}>
            <th scope="row">{label}</th>
            <td>{a}</td>
            <td>{b}</td>
            <td className={classes.change}>{change}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Differences({ found, left, right }: Sides & { readonly found: readonly Difference[] }) {
  return (
    <>
      <table className={classes.table} aria-label="Differences">
        <Heads left={left} right={right} more="" />
        <tbody>
          {found.slice(0, mostDifferences).map(({ path, left: a, right: b }) => (
            <tr key={path} data-differs="true">
              <th scope="row" className="mono">
                {path}
              </th>
              <Value text={a} />
              <Value text={b} />
              <td />
            </tr>
          ))}
        </tbody>
      </table>
      {found.length > mostDifferences && (
        <p className={classes.none}>There are more differences than the first {mostDifferences}.</p>
      )}
    </>
  );
}

const Value = ({ text }: { readonly text: string | null }) => (
  <td>
    {text === null ? (
      <span className={classes.none}>not there</span>
    ) : (
      <span className={`${classes.value} mono`}>{text}</span>
    )}
  </td>
);

function JobFigures({ job, left, right }: Sides & { readonly job: ComparedJob }) {
  return (
    <div className={classes.job}>
      <h5>
        {job.label} <span className="mono">{job.key}</span>
      </h5>
      {job.figures.length > 0 ? (
        <Figures figures={job.figures} name={job.label} left={left} right={right} />
      ) : (
        <p className={classes.none}>Only run {job.left === null ? right : left} has this job.</p>
      )}
    </div>
  );
}

/** Lines around those that differ. */
const context = 3;

function SourceDiff({ lines }: { readonly lines: readonly DiffLine[] }) {
  const near = lines.map((_, place) =>
    lines.slice(Math.max(0, place - context), place + context + 1).some(({ kind }) => kind !== 'same'),
  );
  const rows: ReactNode[] = [];
  let hidden = 0;
  const flush = (place: number): void => {
    if (hidden > 0)
      rows.push(
        <tr key={`hidden ${place}`} className={classes.hidden}>
          <td colSpan={2}>{formatPlural(hidden, 'line')} alike</td>
        </tr>,
      );
    hidden = 0;
  };
  for (const [place, { kind, left, right }] of lines.entries()) {
    if (near[place] !== true) {
      hidden += 1;
      continue;
    }
    flush(place);
    rows.push(
      <tr key={place} data-kind={kind}>
        <td data-side="left">{left}</td>
        <td data-side="right">{right}</td>
      </tr>,
    );
  }
  flush(lines.length);
  return (
    <div className={classes.diffScroller} role="group" aria-label="Job files line by line" tabIndex={0}>
      <table className={`${classes.diff} mono`}>
        <tbody>{rows}</tbody>
      </table>
    </div>
  );
}
