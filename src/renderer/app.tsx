import { About } from './about/about';
import classes from './app.module.css';
import { EmptyState } from './components/empty-state';
import { FileView } from './components/file-view';
import { Header } from './components/header';
import { JobView } from './components/job-view';
import { LiveRegion } from './components/live-region';
import { QueueWidth } from './components/queue-width';
import { TrustDialog } from './components/trust-dialog';
import { NewJob } from './form/new-job';
import { HistoryPage } from './history/history-page';
import { DropZone } from './opening/drop-zone';
import { Palette } from './palette/palette';
import { ShortcutsHelp } from './palette/shortcuts-help';
import { ConfirmDialog } from './queue/confirm';
import { Queue } from './queue/queue';
import { QueueNotices } from './queue/queue-notices';
import { SettingsPage } from './settings/settings-page';
import { usePage } from './state/page';
import { useWindow } from './state/store';

/** The window: header, queue, and what is selected in it. */
export function App() {
  const ready = useWindow((state) => state.seq !== null);
  return (
    <div className={classes.app} data-ready={ready}>
      <Header />
      <QueueNotices />
      <Queue />
      <QueueWidth />
      <main className={classes.main}>{ready && <Shown />}</main>
      <TrustDialog />
      <ConfirmDialog />
      <Palette />
      <DropZone />
      <ShortcutsHelp />
      <About />
      <LiveRegion />
    </div>
  );
}

function Shown() {
  const page = usePage((state) => state.page);
  if (page === 'new-job') return <NewJob />;
  if (page === 'history') return <HistoryPage />;
  return page === 'settings' ? <SettingsPage /> : <Selected />;
}

function Selected() {
  const selection = useWindow((state) => state.selection);
  if (selection === null) return <EmptyState />;
  return selection.kind === 'job' ? (
    <JobView key={selection.key} jobKey={selection.key} />
  ) : (
    <FileView fileKey={selection.key} />
  );
}
