import { Textarea, UnstyledButton } from '@mantine/core';
import { useState } from 'react';
import type { JobDetail, JobRow } from '../../shared/ipc';
import { isActive } from '../../shared/ipc';
import { bridge } from '../bridge';
import { formatPlural } from '../lib/format';
import { argumentLines } from '../lib/script-args';
import { JobRowView } from '../queue/queue-rows';
import { select, useWindow } from '../state/store';
import { ProgressPanel } from './progress-panel';
import classes from './script-panel.module.css';

/** A script: how far it says that it is, what it is started with, and the jobs that it has asked for. */
export function ScriptPanel({ row, detail }: { readonly row: JobRow; readonly detail: JobDetail }) {
  return (
    <div>
      {row.startedAt !== null && <ProgressPanel row={row} reason={detail.reason} />}
      <div className={classes.parts}>
        <Arguments row={row} detail={detail} />
        <Calls row={row} />
      </div>
    </div>
  );
}

function Arguments({ row, detail }: { readonly row: JobRow; readonly detail: JobDetail }) {
  const [text, setText] = useState(() => argumentLines(detail.args));
  const [mistake, setMistake] = useState<string | null>(null);
  const isFixed = isActive(row.state);
  const change = (next: string): void => {
    setText(next);
    const assignments = next.split('\n').filter((line) => line.trim() !== '');
    void bridge.setScriptArgs(row.key, assignments).then(setMistake);
  };
  return (
    <Textarea
      size="xs"
      autosize
      minRows={2}
      maxRows={8}
      label="Arguments"
      description={
        isFixed
          ? 'What the script was started with'
          : 'One name=value a line, as with --arg in a terminal; the next run gets them'
      }
      placeholder={isFixed ? 'None' : 'epochs=20'}
      classNames={{ input: classes.mono ?? '' }}
      spellCheck={false}
      autoComplete="off"
      readOnly={isFixed}
      value={text}
      error={mistake}
      onChange={(event) => change(event.currentTarget.value)}
    />
  );
}

/** The jobs that the script has asked its server for, each leading to its view. */
function Calls({ row }: { readonly row: JobRow }) {
  const keys = useWindow((state) => state.order.ofFile(row.fileKey));
  const { rows } = useWindow.getState();
  const run = row.entry?.run;
  const calls = keys.filter((key) => {
    const call = rows.get(key);
    return call?.role === 'call' && call.entry?.run === run;
  });
  return (
    <div>
      <h3 className={classes.title}>Jobs</h3>
      <p className={classes.note}>
        {calls.length > 0
          ? `${formatPlural(calls.length, 'job')} of its server`
          : isActive(row.state)
            ? 'The script has not asked for any yet.'
            : 'What the script asks its server for is shown here while it runs.'}
      </p>
      {calls.length > 0 && (
        <ul className={classes.calls} aria-label="Jobs of the script">
          {calls.map((key) => (
            <li key={key}>
              <UnstyledButton className={classes.call} onClick={() => select({ kind: 'job', key })}>
                <JobRowView jobKey={key} />
              </UnstyledButton>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
