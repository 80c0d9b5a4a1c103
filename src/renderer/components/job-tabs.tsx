import { Loader, Tabs } from '@mantine/core';
import { lazy, Suspense, useMemo, useState } from 'react';
import type { JobDetail, JobRow } from '../../shared/ipc';
import { isActive } from '../../shared/ipc';
import type { ResultRef } from '../../shared/result';
import { formatCount } from '../lib/format';
import { useWindow } from '../state/store';
import { useHasLive } from '../state/use-live';
import { DetailPanel } from './detail-panel';
import { ErrorPanel } from './error-panel';
import classes from './job-tabs.module.css';
import { LogPanel } from './log-panel';
import { ResultPanel } from './result-panel';

// It draws with the plots' library, which is fetched when it is needed first.
const ThroughputPanel = lazy(async () => ({ default: (await import('./throughput-panel')).ThroughputPanel }));

const tabs = ['result', 'log', 'errors', 'throughput', 'details'] as const;
type Tab = (typeof tabs)[number];

const titles: Readonly<Record<Tab, string>> = {
  result: 'Result',
  log: 'Log',
  errors: 'Errors',
  throughput: 'Throughput',
  details: 'Details',
};

interface JobTabsProps {
  readonly row: JobRow;
  readonly detail: JobDetail;
}

/** Result, log, errors, throughput and details; what matters most in the job's state is in front until the person chooses. */
export function JobTabs({ row, detail }: JobTabsProps) {
  const { key } = row;
  const { run } = detail;
  const source = useMemo<ResultRef>(() => ({ key, run }), [key, run]);
  const [chosen, setChosen] = useState<{ readonly run: number; readonly tab: Tab } | null>(null);
  const [tools, setTools] = useState<HTMLElement | null>(null);
  const hasLive = useHasLive(key, run);
  const lines = useWindow(({ pulse }) => (pulse?.key === key && pulse.run === run ? pulse.log : 0));
  const tab = chosen?.run === run ? chosen.tab : firstTab(row, detail, hasLive);
  const counts: Partial<Record<Tab, number>> = { log: lines, errors: detail.errors.length };
  return (
    <Tabs
      value={tab}
      onChange={(value) => {
        const next = tabs.find((name) => name === value);
        if (next !== undefined) setChosen({ run, tab: next });
      }}
      keepMounted={false}
      className={classes.tabs}
    >
      <div className={classes.head}>
        <Tabs.List>
          {tabs.map((name) => (
            <Tabs.Tab key={name} value={name}>
              {titles[name]}
              <Count tab={name} count={counts[name] ?? 0} />
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <div ref={setTools} className={classes.tools} />
      </div>
      <Tabs.Panel
        value={tab}
        // Those that scroll as a whole can be scrolled by the keys.
        {...(tab === 'errors' || tab === 'details'
          ? { className: `${classes.panel} ${classes.scrolling}`, tabIndex: 0 }
          : { className: classes.panel })}
      >
        {tab === 'result' && (
          <ResultPanel
            tools={tools}
            jobKey={key}
            run={run}
            state={row.state}
            hasResult={detail.hasResult}
            output={row.state === 'done' ? detail.output : null}
          />
        )}
        {tab === 'log' && <LogPanel source={source} total={lines} active={isActive(row.state)} />}
        {tab === 'errors' && <ErrorPanel errors={detail.errors} total={detail.ranks.length} />}
        {tab === 'throughput' && (
          <Suspense
            fallback={<Loader size="sm" role="status" className={classes.loading} aria-label="Loading the plot" />}
          >
            <ThroughputPanel source={source} row={row} />
          </Suspense>
        )}
        {tab === 'details' && <DetailPanel row={row} detail={detail} />}
      </Tabs.Panel>
    </Tabs>
  );
}

/** How much there is behind a tab. */
function Count({ tab, count }: { readonly tab: Tab; readonly count: number }) {
  if (count === 0) return null;
  return (
    <span className={`${classes.count} ${tab === 'errors' ? classes.bad : ''} num`} aria-hidden={tab !== 'errors'}>
      {formatCount(count)}
    </span>
  );
}

/** What matters most in the job's state. */
function firstTab({ state }: JobRow, { hasResult, errors }: JobDetail, hasLive: boolean): Tab {
  if (hasResult) return 'result';
  if (errors.length > 0) return 'errors';
  return hasLive || isActive(state) ? 'result' : 'details';
}
