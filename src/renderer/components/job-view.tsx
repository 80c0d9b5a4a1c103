import { useElementSize, useLocalStorage } from '@mantine/hooks';
import { useRow, useWindow } from '../state/store';
import { JobHeading } from './job-heading';
import { JobTabs } from './job-tabs';
import classes from './job-view.module.css';
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
              <WorkPanel row={row} detail={detail} />
            </div>
            <Splitter
              label="Height of the range and the processes"
              value={workHeight}
              min={least}
              max={most}
              onChange={setHeight}
            />
            <JobTabs row={row} detail={detail} />
          </>
        )}
      </div>
    </section>
  );
}
