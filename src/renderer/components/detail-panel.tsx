import type { ReactNode } from 'react';
import type { JobDetail, JobRow } from '../../shared/ipc';
import { formatCount, formatDate, formatDuration, formatPlural } from '../lib/format';
import { useWindow } from '../state/store';
import classes from './detail-panel.module.css';

/** What the job was asked to do. */
export function DetailPanel({ row, detail }: { readonly row: JobRow; readonly detail: JobDetail }) {
  const file = useWindow((state) => state.files.find((entry) => entry.key === row.fileKey));
  const app = useWindow((state) => state.app);
  return (
    <dl className={classes.list}>
      <Entry label={row.role === 'script' ? 'Script' : workLabels[row.kind]}>
        <span className="mono">{row.role === 'script' ? file?.path : row.target}</span>
      </Entry>
      {row.role !== 'script' && <Range row={row} detail={detail} />}
      {row.role !== 'call' && (
        <Entry label="Arguments">
          {detail.args === '{}' ? 'None' : <pre className={`${classes.args} mono`}>{detail.args}</pre>}
        </Entry>
      )}
      {detail.settings.map(([label, value]) => (
        <Entry key={label} label={label}>
          <span className={classes.lines}>{value}</span>
        </Entry>
      ))}
      <Times row={row} run={detail.run} />
      {row.role === 'job' && (
        <>
          <Entry label="Output">{detail.output ?? 'Only shown here, not written to a file'}</Entry>
          <Entry label="Job file">{file?.path}</Entry>
        </>
      )}
      {row.role === 'call' && <Entry label="Script">{file?.path}</Entry>}
      <Entry label="Versions">
        {detail.versions ??
          (app !== null &&
            `Procession ${app.version}, Electron ${app.electron}, Chrome ${app.chrome}, Node ${app.node}`)}
      </Entry>
    </dl>
  );
}

/** What it works through, and on how many processes. */
function Range({ row, detail }: { readonly row: JobRow; readonly detail: JobDetail }) {
  return (
    <>
      <Entry label="Range">
        <span className="num">
          {detail.files === null
            ? formatPlural(
                row.range,
                row.kind === 'target' ? 'index' : 'item',
                row.kind === 'target' ? 'indices' : 'items',
              )
            : formatPlural(detail.files, 'item')}
        </span>
      </Entry>
      {row.role === 'job' && (
        <Entry label="Processes">
          {detail.numProcs === 0 ? 'One on each worker' : formatPlural(detail.numProcs, 'process', 'processes')}
        </Entry>
      )}
    </>
  );
}

const workLabels = { target: 'Target', map: 'Function', run: 'Command' } as const;

/** When the latest run began and ended. */
function Times({ row, run }: { readonly row: JobRow; readonly run: number }) {
  const { startedAt, endedAt } = row;
  if (startedAt === null) return <Entry label="Runs">Not yet</Entry>;
  return (
    <>
      <Entry label="Runs">
        <span className="num">{formatCount(run)}</span>
      </Entry>
      <Entry label="Started">
        <span className="num">{formatDate(startedAt)}</span>
      </Entry>
      {endedAt !== null && (
        <Entry label="Ended">
          <span className="num">
            {formatDate(endedAt)}, after {formatDuration(endedAt - startedAt)}
          </span>
        </Entry>
      )}
    </>
  );
}

const Entry = ({ label, children }: { readonly label: string; readonly children: ReactNode }) => (
  <>
    <dt>{label}</dt>
    <dd>{children}</dd>
  </>
);
