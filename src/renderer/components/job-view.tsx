import { Tabs } from '@mantine/core';
import { useState } from 'react';
import type { JobDetail, JobRow } from '../../shared/ipc';
import { isActive } from '../../shared/ipc';
import { plannedRanks } from '../lib/planned-ranks';
import { useRow, useWindow } from '../state/store';
import { useHasLive } from '../state/use-live';
import { DetailPanel } from './detail-panel';
import { ErrorPanel } from './error-panel';
import { JobHeading } from './job-heading';
import classes from './job-view.module.css';
import { ProgressPanel } from './progress-panel';
import { RankTable } from './rank-table';
import { ResultPanel } from './result-panel';

type Tab = 'result' | 'errors' | 'details';

/** Everything about one job: how far it is, what each of its ranks does, and what came of it. */
export function JobView({ jobKey }: { readonly jobKey: number }) {
  const row = useRow(jobKey);
  const detail = useWindow((state) => (state.detail?.key === jobKey ? state.detail : null));
  if (row === undefined) return null;
  return (
    <section className={classes.view} aria-label={row.label} data-state={row.state} data-testid="job">
      <JobHeading row={row} />
      <div className={classes.body}>
        {detail !== null && (
          <>
            <Work row={row} detail={detail} />
            <Outcome row={row} detail={detail} />
          </>
        )}
      </div>
    </section>
  );
}

/** The range and the ranks; before they exist, as the job would be cut now. */
function Work({ row, detail }: { readonly row: JobRow; readonly detail: JobDetail }) {
  const workers = useWindow((state) => state.workers.length);
  const planned = detail.ranks.length === 0;
  const ranks = planned ? plannedRanks(row.range, detail.numProcs, workers) : detail.ranks;
  return (
    <div className={classes.card}>
      <ProgressPanel row={row} ranks={ranks} />
      <RankTable ranks={ranks} jobState={row.state} planned={planned} />
    </div>
  );
}

/** Result, errors and details; what matters most in the job's state is in front until the person chooses. */
function Outcome({ row, detail }: { readonly row: JobRow; readonly detail: JobDetail }) {
  const [chosen, setChosen] = useState<{ readonly run: number; readonly tab: Tab } | null>(null);
  const hasLive = useHasLive(row.key, detail.run);
  const first = firstTab(row, detail, hasLive);
  const tab = chosen?.run === detail.run ? chosen.tab : first;
  return (
    <Tabs
      value={tab}
      onChange={(value) => {
        const next = tabs.find((name) => name === value);
        if (next !== undefined) setChosen({ run: detail.run, tab: next });
      }}
      keepMounted={false}
      className={classes.outcome}
    >
      <Tabs.List>
        {tabs.map((name) => (
          <Tabs.Tab key={name} value={name}>
            {titles[name]}
            {name === 'errors' && detail.errors.length > 0 && (
              <span className={`${classes.count} num`}>{detail.errors.length}</span>
            )}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      <Tabs.Panel value={tab} className={`${classes.panel} ${tab === 'result' ? '' : classes.scrolling}`}>
        {tab === 'result' && (
          <ResultPanel
            jobKey={row.key}
            run={detail.run}
            state={row.state}
            hasResult={detail.hasResult}
            output={row.state === 'done' ? detail.output : null}
          />
        )}
        {tab === 'errors' && <ErrorPanel errors={detail.errors} total={detail.ranks.length} />}
        {tab === 'details' && <DetailPanel row={row} detail={detail} />}
      </Tabs.Panel>
    </Tabs>
  );
}

const tabs: readonly Tab[] = ['result', 'errors', 'details'];

/** What matters most in the job's state. */
function firstTab({ state }: JobRow, { hasResult, errors }: JobDetail, hasLive: boolean): Tab {
  if (hasResult) return 'result';
  if (errors.length > 0) return 'errors';
  return hasLive || isActive(state) ? 'result' : 'details';
}

const titles: Readonly<Record<Tab, string>> = { result: 'Result', errors: 'Errors', details: 'Details' };
