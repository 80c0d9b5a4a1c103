import { useElementSize, useLocalStorage, useSessionStorage } from '@mantine/hooks';
import { useCallback, useRef, useState } from 'react';
import { useRow, useWindow } from '../state/store';
import { JobHeading } from './job-heading';
import { JobTabs, type Tab, type WantedItem } from './job-tabs';
import classes from './job-view.module.css';
import type { RangeLocator } from './range-map';
import { ScriptPanel } from './script-panel';
import { Splitter } from './splitter';
import { WorkPanel } from './work-panel';

/** Lowest height of the panels above and below the bar, in pixels. */
const least = 120;

/** Everything about one job: how far it is, what each of its ranks does, and what came of it. */
export function JobView({ jobKey }: { readonly jobKey: number }) {
  const row = useRow(jobKey);
  const detail = useWindow((state) => (state.detail?.key === jobKey ? state.detail : null));
  const { ref: body, height: room } = useElementSize();
  const { ref: work, height: workHeight } = useElementSize();
  // Null: as high as it needs to be, up to half of the window.
  const [height, setHeight] = useLocalStorage<number | null>({ key: 'work-height', defaultValue: null });
  const run = detail?.run ?? 0;
  // Outlives a reload, and another job being looked at meanwhile.
  const [chosenTab, setChosenTab] = useSessionStorage<{ readonly run: number; readonly tab: Tab } | null>({
    key: `tab of ${jobKey}`,
    defaultValue: null,
    getInitialValueInEffect: false,
  });
  const [wanted, setWanted] = useState<WantedItem | null>(null);
  const range = useRef<RangeLocator>(null);
  const showTab = useCallback((tab: Tab) => setChosenTab({ run, tab }), [run, setChosenTab]);
  const showItem = useCallback(
    (index: number) => {
      setWanted((before) => ({ run, index, times: (before?.times ?? 0) + 1 }));
      showTab('items');
    },
    [run, showTab],
  );
  const locate = useCallback((index: number) => range.current?.locate(index), []);
  if (row === undefined) return null;
  const most = Math.max(least, room - least);
  return (
    <section className={classes.view} aria-label={row.label} data-state={row.state} data-testid="job">
      <JobHeading row={row} />
      <div ref={body} className={classes.body}>
        {detail !== null && (
          <>
            <div
              ref={work}
              className={`${classes.work} ${height === null ? classes.fitting : ''}`}
              style={height === null ? undefined : { height: Math.min(height, most) }}
            >
              {row.role === 'script' ? (
                <ScriptPanel key={`${jobKey} ${run}`} row={row} detail={detail} />
              ) : (
                <WorkPanel row={row} detail={detail} locator={range} onItem={showItem} />
              )}
            </div>
            <Splitter
              label="Height of the range and the processes"
              value={workHeight}
              min={least}
              max={most}
              onChange={setHeight}
            />
            <JobTabs
              row={row}
              detail={detail}
              chosen={chosenTab?.run === run ? chosenTab.tab : null}
              onChoose={showTab}
              wanted={wanted?.run === run ? wanted : null}
              onItem={showItem}
              onLocate={locate}
            />
          </>
        )}
      </div>
    </section>
  );
}
