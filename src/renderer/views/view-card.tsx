import { Loader } from '@mantine/core';
import { lazy, memo, Suspense, useCallback } from 'react';
import type { ShownTable, TablePage } from '../../shared/result';
import type { ArrangedView } from '../lib/arrange-views';
import classes from './view-card.module.css';

// Each viewer is fetched when the first view of its kind is shown: the window starts without them.
const ImageView = lazy(async () => ({ default: (await import('./image/image-view')).ImageView }));
const HistogramView = lazy(async () => ({ default: (await import('./plot/histogram-view')).HistogramView }));
const PlotView = lazy(async () => ({ default: (await import('./plot/plot-view')).PlotView }));
const PagedTable = lazy(async () => ({ default: (await import('./table/paged-table')).PagedTable }));
const TableView = lazy(async () => ({ default: (await import('./table/table-view')).TableView }));
const MeshView = lazy(async () => ({ default: (await import('./mesh/mesh-view')).MeshView }));
const TextView = lazy(async () => ({ default: (await import('./text/text-view')).TextView }));

/** Fetches rows of a table: its place among the views, and the first row. */
export type LoadRows = (view: number, offset: number) => Promise<TablePage | null>;

interface ViewCardProps {
  readonly card: ArrangedView;
  readonly loadRows: LoadRows;
}

/** One card of a result: the viewer for what is in it. */
export const ViewCard = memo(function ViewCard(props: ViewCardProps) {
  return (
    <Suspense fallback={<Loader size="sm" role="status" className={classes.loading} aria-label="Loading the viewer" />}>
      <Viewer {...props} />
    </Suspense>
  );
});

function Viewer({ card, loadRows }: ViewCardProps) {
  if (card.kind === 'images') return <ImageView images={card.images} revisions={card.revisions} />;
  if (card.kind === 'rows')
    return <TableView title={card.title} store={card.store} loadMore={null} warning={card.note ?? undefined} />;
  const { view } = card;
  switch (view.kind) {
    case 'histogram':
      return <HistogramView view={view} />;
    case 'line':
    case 'scatter':
      return <PlotView view={view} />;
    case 'mesh':
      return <MeshView view={view} />;
    case 'text':
      return <TextView view={view} />;
    case 'table':
      return <Rows table={view} place={card.place} loadRows={loadRows} />;
  }
}

interface RowsProps {
  readonly table: ShownTable;
  readonly place: number;
  readonly loadRows: LoadRows;
}

function Rows({ table, place, loadRows }: RowsProps) {
  const loadPage = useCallback((offset: number) => loadRows(place, offset), [loadRows, place]);
  return <PagedTable table={table} loadPage={loadPage} />;
}
