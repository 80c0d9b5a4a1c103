import { Button, Menu } from '@mantine/core';
import { IconChevronDown, IconDownload, IconTrash } from '@tabler/icons-react';
import { useEffect } from 'react';
import { actionTexts } from '../../shared/actions';
import { onPress } from '../actions/press';
import { actionOf, perform } from '../actions/registry';
import { bridge } from '../bridge';
import { formatCount, formatPlural } from '../lib/format';
import { useWindow } from '../state/store';
import { CompareView } from './compare-view';
import { DeleteOlder } from './delete-older';
import { FilterBar } from './filter-bar';
import classes from './history.module.css';
import { HistoryList } from './history-list';
import { clearFilter, loadFacets, onNews, pairToCompare, search, useHistory } from './history-store';
import { RunDetail } from './run-detail';

/** Every run that was ever recorded, by the window or the command line, and what is kept of each. */
export function HistoryPage() {
  const compared = useHistory((state) => state.compared);
  useEffect(() => {
    const stop = bridge.onHistory(onNews);
    void bridge.watchHistory(true);
    void search();
    void loadFacets();
    return () => {
      stop();
      void bridge.watchHistory(false);
    };
  }, []);
  return (
    <section className={classes.page} aria-label="History">
      <Head />
      {compared === null ? <Runs /> : <CompareView key={compared.join(' ')} pair={compared} />}
      <DeleteOlder />
    </section>
  );
}

function Head() {
  const state = useHistory();
  const { ids, marked, counts, isNarrowed, compared } = state;
  const all = counts === null ? 0 : Object.values(counts).reduce((sum, count) => sum + count, 0);
  const shown = ids?.length ?? 0;
  const count =
    ids === null
      ? ''
      : isNarrowed
        ? `${formatCount(shown)} ${shown === 1 ? 'run fits' : 'runs fit'}`
        : formatPlural(all, 'run');
  return (
    <header className={classes.head}>
      <h2 className={classes.title}>History</h2>
      <span className={`${classes.count} num`} role="status">
        {count}
        {marked.size > 0 && <span className={classes.markedCount}> · {formatCount(marked.size)} marked</span>}
      </span>
      {compared === null && (
        <div className={classes.buttons}>
          {pairToCompare(state) !== null && (
            <Button size="xs" variant="light" onClick={onPress('history-compare')}>
              Compare two
            </Button>
          )}
          {marked.size > 0 && (
            <Button
              size="xs"
              variant="default"
              leftSection={<IconTrash size={14} stroke={1.7} />}
              onClick={onPress('history-delete')}
            >
              Delete {formatCount(marked.size)}…
            </Button>
          )}
          <ExportMenu />
          <Button size="xs" variant="default" disabled={shown === 0} onClick={onPress('history-delete-older')}>
            Delete older…
          </Button>
        </div>
      )}
    </header>
  );
}

const exportActions = [
  'history-runs-csv',
  'history-jobs-csv',
  'history-items-csv',
  'history-json',
  'history-trace',
] as const;

function ExportMenu() {
  const { ids, marked } = useHistory();
  const what =
    marked.size > 0 ? formatPlural(marked.size, 'selected run') : 'The run shown; of the list, all that are shown';
  return (
    <Menu position="bottom-end" shadow="md" width={280}>
      <Menu.Target>
        <Button
          size="xs"
          variant="default"
          leftSection={<IconDownload size={14} stroke={1.7} />}
          rightSection={<IconChevronDown size={13} />}
          disabled={(ids?.length ?? 0) === 0}
        >
          Export
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{what}</Menu.Label>
        {exportActions.map((id) => (
          <Menu.Item key={id} disabled={!actionOf(id).isEnabled(useWindow.getState())} onClick={() => void perform(id)}>
            {actionTexts[id].title}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function Runs() {
  const { ids, problem, isNarrowed, counts } = useHistory();
  if (problem !== null)
    return (
      <Empty title="The history cannot be read">
        <p>{problem}</p>
      </Empty>
    );
  if (ids === null || counts === null) return null;
  if (ids.length === 0 && !isNarrowed)
    return (
      <Empty title="No runs yet">
        <p>
          Every run is recorded here, whether it was begun in this window or on the command line: what it was to do,
          what became of each item, and what it printed.
        </p>
        <Button size="xs" onClick={onPress('run-all')}>
          Run the jobs of the queue
        </Button>
      </Empty>
    );
  return (
    <>
      <FilterBar />
      {ids.length === 0 ? (
        <Empty title="No run fits">
          <p>None of the runs has all that is asked for.</p>
          <Button size="xs" variant="default" onClick={() => void clearFilter()}>
            Show all runs
          </Button>
        </Empty>
      ) : (
        <div className={classes.body}>
          <HistoryList ids={ids} />
          <RunDetail />
        </div>
      )}
    </>
  );
}

function Empty({ title, children }: { readonly title: string; readonly children: React.ReactNode }) {
  return (
    <div className={classes.empty}>
      <h3>{title}</h3>
      {children}
    </div>
  );
}
