import { useEffect, useId, useState } from 'react';
import type { HistoryJob, HistoryRun } from '../../shared/ipc-history';
import type { StoredJob } from '../../shared/stored-run';
import { bridge } from '../bridge';
import { ErrorBlock } from '../components/error-block';
import { StateIcon } from '../components/state-icon';
import { formatClock, formatCount, formatDate, formatMemory, formatPlural } from '../lib/format';
import { rankName } from '../lib/log-rows';
import { doneOf, rateText } from './job-figures';
import classes from './run-detail.module.css';
import { durationText, lookOf } from './run-states';

interface JobEntryProps {
  readonly run: HistoryRun;
  readonly job: StoredJob;
  /** Shown in full from the beginning. */
  readonly isOpen: boolean;
}

/** A job of a run: how it ended, and on demand what is kept of it. */
export function JobEntry({ run, job, isOpen }: JobEntryProps) {
  const [open, setOpen] = useState(isOpen);
  const id = useId();
  const { failed } = job.items;
  return (
    <li className={classes.job} data-history-job={job.key} data-state={job.state}>
      <button
        type="button"
        className={classes.jobButton}
        aria-expanded={open}
        aria-controls={id}
        onClick={() => setOpen(!open)}
      >
        <StateIcon state={job.state} size={16} />
        <span className={classes.jobName}>
          <span className={classes.jobLabel}>{job.label}</span>
          <span className={`${classes.dim} mono`}>{job.target}</span>
        </span>
        <span className={`${classes.figures} num`}>
          <span>
            {lookOf(job.state).text} · {formatCount(doneOf(job))} of {formatCount(job.total)}
            {failed > 0 && <span className={classes.bad}> · {formatCount(failed)} failed</span>}
          </span>
          <span className={classes.dim}>
            {[durationText(job), rateText(job)].filter((text) => text !== '').join(' · ')}
          </span>
        </span>
      </button>
      <div id={id} hidden={!open}>
        {open && <Kept run={run} job={job} />}
      </div>
    </li>
  );
}

function Kept({ run, job }: Omit<JobEntryProps, 'isOpen'>) {
  const [kept, setKept] = useState<HistoryJob | null>(null);
  // What has been recorded since is fetched again.
  const version = `${job.state} ${job.logLines} ${job.items.done} ${job.items.failed}`;
  useEffect(() => {
    let isWanted = true;
    void bridge.getHistoryJob(run.id, job.key).then((found) => {
      if (isWanted) setKept(found);
    });
    return () => {
      isWanted = false;
    };
  }, [run.id, job.key, version]);
  return (
    <div className={classes.kept}>
      <p className={`${classes.dim} num`}>
        {[
          job.startedAt !== null && `started ${formatDate(job.startedAt)}`,
          job.endedAt !== null && `ended ${formatDate(job.endedAt)}`,
          job.attempts > 1 && `${formatCount(job.attempts)} attempts`,
          job.resultBytes !== null && `result ${formatMemory(job.resultBytes / 1024 / 1024)}`,
          job.logLines > 0 && formatPlural(job.logLines, 'line'),
        ]
          .filter((text) => text !== false)
          .join(' · ')}
      </p>
      {job.output !== null && (
        <p className={classes.output}>
          Written to <span className="mono">{job.output}</span>
        </p>
      )}
      {kept !== null && <KeptParts kept={kept} />}
    </div>
  );
}

function KeptParts({ kept }: { readonly kept: HistoryJob }) {
  const { errors, moreErrors, log, earlierLines, result, resultNote } = kept;
  const isNothing = errors.length === 0 && log.length === 0 && result === null && resultNote === null;
  return (
    <>
      {errors.map((group) => (
        <div key={group.signature} className={classes.error} data-testid="history-error">
          <p className={classes.errorHead}>
            <span className="mono">{group.error.name}</span>
            {group.items.length > 0 && (
              <span className={`${classes.dim} num`}>
                {formatPlural(group.count, 'item')}: {group.items.slice(0, 12).map(formatCount).join(', ')}
                {group.count > 12 && ' …'}
              </span>
            )}
          </p>
          <ErrorBlock error={group.error} others={group.messages} />
        </div>
      ))}
      {moreErrors > 0 && <p className={classes.dim}>{formatPlural(moreErrors, 'more item')} failed.</p>}
      {(result !== null || resultNote !== null) && (
        <div className={classes.part}>
          <h5>Result</h5>
          {result !== null && (
            <pre className={`${classes.code} mono`} tabIndex={0} role="group" aria-label="Result">
              {result}
            </pre>
          )}
          {resultNote !== null && <p className={classes.dim}>{resultNote}</p>}
        </div>
      )}
      {log.length > 0 && (
        <div className={classes.part}>
          <h5>
            Log{' '}
            {earlierLines > 0 && (
              <span className={`${classes.dim} num`}>
                the last {formatCount(log.length)}, after {formatCount(earlierLines)} others
              </span>
            )}
          </h5>
          <pre className={`${classes.code} ${classes.log} mono`} tabIndex={0} role="group" aria-label="Log">
            {log.map(({ at, rank, isError, text }, index) => (
              <span key={index} className={isError ? classes.bad : undefined}>
                {`${formatClock(at)} ${rankName(rank)}  ${text}\n`}
              </span>
            ))}
          </pre>
        </div>
      )}
      {isNothing && <p className={classes.dim}>It has printed nothing, and no result of it is kept.</p>}
    </>
  );
}
