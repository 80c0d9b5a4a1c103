import { Button, UnstyledButton } from '@mantine/core';
import { IconPlayerPlayFilled, IconRefresh } from '@tabler/icons-react';
import { memo } from 'react';
import type { FileProblem } from '../../shared/ipc';
import { onPress } from '../actions/press';
import { useEnabled } from '../actions/registry';
import { bridge } from '../bridge';
import { formatPlural } from '../lib/format';
import { reloadFile } from '../state/actions';
import { select, useRow, useWindow } from '../state/store';
import classes from './file-view.module.css';

/** A job file: what it is, or what is wrong with it. */
export function FileView({ fileKey }: { readonly fileKey: number }) {
  const file = useWindow((state) => state.files.find((entry) => entry.key === fileKey));
  const jobs = useWindow((state) => state.order.ofFile(fileKey).length);
  // The jobs beneath a script are its own business: only the script is run.
  const isScript = useWindow(({ order, rows }) => rows.get(order.ofFile(fileKey)[0] ?? -1)?.role === 'script');
  const runnable = useEnabled('run-selected');
  if (file === undefined) return null;
  return (
    <section className={classes.view} aria-label={file.name}>
      <div className={classes.heading}>
        <div className={classes.names}>
          <h2 className={classes.title}>{file.title ?? file.name}</h2>
          <span className={classes.path}>
            {file.unsaved === true
              ? `Made in the form, not saved; paths are relative to ${folderOf(file.path)}`
              : file.path}
          </span>
        </div>
        {file.unsaved !== true && (
          <Button
            size="xs"
            variant="default"
            leftSection={<IconRefresh size={16} stroke={1.7} />}
            onClick={() => void reloadFile(fileKey)}
          >
            Read again
          </Button>
        )}
        <Button size="xs" variant="default" onClick={() => void bridge.closeFile(fileKey)}>
          Close file
        </Button>
        {jobs > 0 && (
          <Button
            size="xs"
            leftSection={<IconPlayerPlayFilled size={15} />}
            disabled={!runnable}
            onClick={onPress('run-selected')}
          >
            {isScript ? 'Run script' : `Run ${formatPlural(jobs, 'job')}`}
          </Button>
        )}
      </div>
      {file.problems.length > 0 ? (
        <Problems name={file.name} problems={file.problems} />
      ) : (
        <>
          {file.description !== null && <p className={classes.description}>{file.description}</p>}
          {jobs === 0 ? <NoJobs isUnsaved={file.unsaved === true} /> : <Jobs fileKey={fileKey} />}
        </>
      )}
    </section>
  );
}

/** All of its jobs have been taken off the list. */
const NoJobs = ({ isUnsaved }: { readonly isUnsaved: boolean }) => (
  <p className={classes.description}>
    Its jobs are not on the list any more.{' '}
    {isUnsaved ? 'Make them again in the form, or close the file.' : 'Read the file again to list them, or close it.'}
  </p>
);

/** The jobs of the file; each leads to its view. */
const Jobs = memo(function Jobs({ fileKey }: { readonly fileKey: number }) {
  const keys = useWindow((state) => state.order.ofFile(fileKey));
  return (
    <ul className={classes.jobs}>
      {keys.map((key) => (
        <Job key={key} jobKey={key} />
      ))}
    </ul>
  );
});

const Job = memo(function Job({ jobKey }: { readonly jobKey: number }) {
  const row = useRow(jobKey);
  if (row === undefined) return null;
  return (
    <li>
      <UnstyledButton className={classes.job} onClick={() => select({ kind: 'job', key: jobKey })}>
        <span className={classes.jobLabel}>{row.label}</span>
        <span className={`${classes.path} mono`}>{row.target}</span>
        <span className={`${classes.path} num`}>
          {row.role === 'script' ? 'Script' : formatPlural(row.range, 'item')}
        </span>
      </UnstyledButton>
    </li>
  );
});

function Problems({ name, problems }: { readonly name: string; readonly problems: readonly FileProblem[] }) {
  return (
    <div className={classes.problems} role="alert">
      <h3 className={classes.problemsTitle}>
        {formatPlural(problems.length, 'error')} in {name}; nothing was run
      </h3>
      <ol className={classes.list}>
        {problems.map((problem, index) => (
          <li
            key={`${problem.line}:${problem.column}:${problem.code}:${index}`}
            className={classes.problem}
            data-testid="problem"
          >
            <p className={classes.message}>
              <span className={`${classes.place} mono`}>
                {name}:{problem.line}:{problem.column}
              </span>{' '}
              <span className={`${classes.code} mono`}>{problem.code}</span> {problem.message}
            </p>
            {problem.source.trim() !== '' && <Excerpt problem={problem} />}
          </li>
        ))}
      </ol>
    </div>
  );
}

/** The line of the file, and a caret under the place. Tabs count as one column in both lines. */
function Excerpt({ problem }: { readonly problem: FileProblem }) {
  const { line, column, source, length } = problem;
  const number = String(line).padStart(4);
  const indent = ' '.repeat(Math.max(0, column - 1));
  const carets = '^'.repeat(Math.max(1, Math.min(length, source.length - column + 1)));
  return (
    <pre className={`${classes.excerpt} mono`} tabIndex={0} aria-label={`Line ${line}`}>
      <span className={classes.gutter}>{number} │ </span>
      {source.replaceAll('\t', ' ')}
      {'\n'}
      <span className={classes.gutter}>{' '.repeat(number.length)} │ </span>
      <span className={classes.caret}>
        {indent}
        {carets}
      </span>
    </pre>
  );
}

/** The folder that a path is in. */
const folderOf = (path: string): string => path.replace(/[/\\][^/\\]*$/, '');
