import { Button, Menu } from '@mantine/core';
import { IconDots, IconListDetails, IconRefresh } from '@tabler/icons-react';
import { actionTexts } from '../../shared/actions';
import type { HistoryRun } from '../../shared/ipc-history';
import { onPress } from '../actions/press';
import { actionOf, perform } from '../actions/registry';
import { Ago } from '../components/ago';
import { StateIcon } from '../components/state-icon';
import { formatCount, formatPlural } from '../lib/format';
import { useWindow } from '../state/store';
import { Definition } from './definition';
import { canGoOn } from './history-actions';
import { openFileOf } from './history-commands';
import { historyMenu } from './history-menu';
import { useHistory } from './history-store';
import { JobEntry } from './job-entry';
import classes from './run-detail.module.css';
import { Fact, Section } from './run-detail-parts';
import { durationText, lookOf } from './run-states';

/** All that is kept of the run that is shown. */
export function RunDetail() {
  const run = useHistory((state) => state.run);
  const current = useHistory((state) => state.current);
  if (run === null)
    return (
      <div className={classes.detail}>{current === null && <p className={classes.none}>No run is chosen.</p>}</div>
    );
  return (
    <article
      className={classes.detail}
      aria-label={`Run ${run.id}`}
      tabIndex={-1}
      data-history-detail
      data-state={run.state}
    >
      <Heading run={run} />
      <Facts run={run} />
      {run.exitReason !== null && <p className={classes.reason}>{run.exitReason}</p>}
      <Section title="Jobs" count={run.jobList.length}>
        <ul className={classes.jobs}>
          {run.jobList.map((job) => (
            <JobEntry key={`${run.id} ${job.key}`} run={run} job={job} isOpen={run.jobList.length === 1} />
          ))}
        </ul>
      </Section>
      <Definition run={run} />
      {run.args !== '' && (
        <Section title="Asked for on the command line">
          <pre className={`${classes.code} mono`} tabIndex={0}>
            {run.args}
          </pre>
        </Section>
      )}
      <Section title="Versions">
        <dl className={classes.facts}>
          {run.versions.map(([name, version]) => (
            <Fact key={name} label={name.startsWith('module ') ? shortName(name.slice(7)) : name} title={name}>
              <span className="mono">{version.length > 24 ? `${version.slice(0, 12)}…` : version}</span>
            </Fact>
          ))}
        </dl>
      </Section>
    </article>
  );
}

function Heading({ run }: { readonly run: HistoryRun }) {
  const { text, tone } = lookOf(run.state);
  const { file } = run;
  return (
    <header className={classes.heading}>
      <div className={classes.names}>
        <h3 className={classes.title}>{run.name}</h3>
        <span className={`${classes.state} tone-${tone}`} data-testid="history-state">
          <StateIcon state={run.state} size={14} />
          {text}
        </span>
      </div>
      {file !== null && (
        <button
          type="button"
          className={`${classes.file} mono`}
          title="Open this job file"
          onClick={() => void openFileOf(file)}
        >
          {file}
        </button>
      )}
      <div className={classes.buttons}>
        <Button size="xs" leftSection={<IconRefresh size={14} stroke={1.8} />} onClick={onPress('history-again')}>
          Run again
        </Button>
        {canGoOn(run) && (
          <Button size="xs" variant="default" onClick={onPress('history-resume')}>
            {run.state === 'failed' || run.state === 'cancelled' ? 'Retry what failed' : 'Resume'}
          </Button>
        )}
        <Button
          size="xs"
          variant="default"
          leftSection={<IconListDetails size={14} stroke={1.7} />}
          onClick={onPress('history-show')}
        >
          Show in the queue
        </Button>
        <More />
      </div>
    </header>
  );
}

function More() {
  return (
    <Menu position="bottom-end" shadow="md" width={260}>
      <Menu.Target>
        <Button size="xs" variant="default" aria-label="More actions" px={8}>
          <IconDots size={16} />
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {historyMenu.slice(1).map((group, index) => (
          <div key={group[0]}>
            {index > 0 && <Menu.Divider />}
            {group.map((id) => (
              <Menu.Item
                key={id}
                disabled={!actionOf(id).isEnabled(useWindow.getState())}
                onClick={() => void perform(id)}
              >
                {actionTexts[id].title}
              </Menu.Item>
            ))}
          </div>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function Facts({ run }: { readonly run: HistoryRun }) {
  const { items, jobs, createdAt, startedAt, endedAt, exitCode, starts, owner } = run;
  const taken = durationText(run);
  return (
    <dl className={classes.facts}>
      <Fact label="Run">
        <span className="num">{run.id}</span>
      </Fact>
      <Fact label="Queued">
        <Ago time={createdAt} />
      </Fact>
      {startedAt !== null && (
        <Fact label="Started">
          <Ago time={startedAt} />
          {starts > 1 && ` (${formatCount(starts)} times)`}
        </Fact>
      )}
      {endedAt !== null && (
        <Fact label="Ended">
          <Ago time={endedAt} />
        </Fact>
      )}
      {taken !== '' && <Fact label="Took">{taken}</Fact>}
      <Fact label="Jobs">
        {formatCount(jobs.done)} of {formatCount(jobs.total)} done
        {jobs.failed > 0 && `, ${formatCount(jobs.failed)} failed`}
      </Fact>
      <Fact label="Items">
        {items.done + items.failed > 0
          ? `${formatCount(items.done)} of ${formatCount(items.total)} done`
          : formatPlural(items.total, 'item')}
        {items.failed > 0 && <span className={classes.bad}>, {formatCount(items.failed)} failed</span>}
        {items.skipped > 0 && `, ${formatCount(items.skipped)} skipped`}
      </Fact>
      {exitCode !== null && exitCode !== 0 && <Fact label="Exit code">{exitCode}</Fact>}
      {owner !== null && (
        <Fact label="Worked on by">{owner.isSelf ? 'this window' : `${owner.kind}, process ${owner.pid}`}</Fact>
      )}
    </dl>
  );
}

const shortName = (path: string): string => path.split('/').at(-1) ?? path;
