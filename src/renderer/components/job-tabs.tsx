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
import { ItemsPanel } from './items-panel';
import classes from './job-tabs.module.css';
import { LogPanel } from './log-panel';
import { ResultPanel } from './result-panel';

// It draws with the plots' library, which is fetched when it is needed first.
const ThroughputPanel = lazy(async () => ({ default: (await import('./throughput-panel')).ThroughputPanel }));

const tabs = ['result', 'items', 'log', 'errors', 'throughput', 'details'] as const;
export type Tab = (typeof tabs)[number];

/** An item that a person asks to see, for the `times`-th time that they ask for any. */
export interface WantedItem {
  readonly run: number;
  readonly index: number;
  readonly times: number;
}

const titles: Readonly<Record<Tab, string>> = {
  result: 'Result',
  items: 'Items',
  log: 'Log',
  errors: 'Errors',
  throughput: 'Throughput',
  details: 'Details',
};

interface JobTabsProps {
  readonly row: JobRow;
  readonly detail: JobDetail;
  /** The tab that the person has chosen; null before they have. */
  readonly chosen: Tab | null;
  readonly onChoose: (tab: Tab) => void;
  /** The item that is to be shown in the list of items. */
  readonly wanted: WantedItem | null;
  readonly onItem: (index: number) => void;
  readonly onLocate: (index: number) => void;
}

/** Result, log, errors, throughput and details; what matters most in the job's state is in front until the person chooses. */
export function JobTabs({ row, detail, chosen, onChoose, wanted, onItem, onLocate }: JobTabsProps) {
  const { key } = row;
  const { run } = detail;
  const source = useMemo<ResultRef>(() => ({ key, run }), [key, run]);
  const [tools, setTools] = useState<HTMLElement | null>(null);
  const hasLive = useHasLive(key, run);
  const lines = useWindow(({ pulse }) => (pulse?.key === key && pulse.run === run ? pulse.log : 0));
  const shown = shownTabs(row, hasLive);
  const first = firstTab(row, detail, hasLive);
  const tab = chosen ?? (shown.includes(first) ? first : 'log');
  const counts: Partial<Record<Tab, number>> = { log: lines, errors: detail.errors };
  return (
    <Tabs
      value={tab}
      onChange={(value) => {
        const next = tabs.find((name) => name === value);
        if (next !== undefined) onChoose(next);
      }}
      keepMounted={false}
      className={classes.tabs}
    >
      <div className={classes.head}>
        <Tabs.List>
          {shown.map((name) => (
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
            row={row}
            reason={detail.reason}
            hasResult={detail.hasResult}
            note={detail.resultNote}
            output={row.state === 'done' ? detail.output : null}
          />
        )}
        {tab === 'log' && <LogPanel source={source} total={lines} active={isActive(row.state)} />}
        {tab === 'items' && (
          <ItemsPanel
            key={`${key} ${run} ${wanted?.times ?? 0}`}
            source={source}
            row={row}
            hasNames={detail.files !== null}
            wanted={wanted?.index ?? null}
            onLocate={onLocate}
          />
        )}
        {tab === 'errors' && (
          <ErrorPanel source={source} count={detail.errors} total={detail.ranks.length} onItem={onItem} />
        )}
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

/** A script has no range of its own; what its jobs come to goes to the script alone. */
function shownTabs({ kind, role }: JobRow, hasLive: boolean): readonly Tab[] {
  return tabs.filter((name) => {
    if (name === 'items') return kind !== 'target';
    if (name === 'throughput') return role !== 'script';
    return name !== 'result' || role !== 'call' || hasLive;
  });
}

/** What matters most in the job's state. */
function firstTab({ state, kind, role, progress }: JobRow, { hasResult, errors }: JobDetail, hasLive: boolean): Tab {
  if (hasResult || (hasLive && isActive(state))) return 'result';
  if (errors > 0 && (kind === 'target' || !isActive(state))) return 'errors';
  if (role === 'script' && isActive(state)) return 'log';
  if (kind !== 'target' && (isActive(state) || progress > 0)) return 'items';
  return hasLive || isActive(state) || state === 'skipped' ? 'result' : 'details';
}
