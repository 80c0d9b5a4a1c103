import { lazy, Suspense } from 'react';
import { About } from './about/about';
import classes from './app.module.css';
import { EmptyState } from './components/empty-state';
import { FileView } from './components/file-view';
import { Header } from './components/header';
import { JobView } from './components/job-view';
import { LiveRegion } from './components/live-region';
import { QueueWidth } from './components/queue-width';
import { TrustDialog } from './components/trust-dialog';
import { DropZone } from './opening/drop-zone';
import { Palette } from './palette/palette';
import { ShortcutsHelp } from './palette/shortcuts-help';
import { ConfirmDialog } from './queue/confirm';
import { Queue } from './queue/queue';
import { QueueNotices } from './queue/queue-notices';
import { usePage } from './state/page';
import { useWindow } from './state/store';

const NewJob = lazy(async () => ({ default: (await import('./form/new-job')).NewJob }));
const HistoryPage = lazy(async () => ({ default: (await import('./history/history-page')).HistoryPage }));
const SettingsPage = lazy(async () => ({ default: (await import('./settings/settings-page')).SettingsPage }));

/** The window: header, queue, and what is selected in it. */
export function App() {
  const ready = useWindow((state) => state.seq !== null);
  return (
    <div className={classes.app} data-ready={ready}>
      <Header />
      <QueueNotices />
      <Queue />
      <QueueWidth />
      <main className={classes.main}>
        <Suspense>{ready && <Shown />}</Suspense>
      </main>
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
