import { Button, Popover, Tooltip, UnstyledButton } from '@mantine/core';
import { IconFolderOpen, IconHistory, IconPlayerPlayFilled, IconPlayerStopFilled, IconPlus } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { type ActionId, actionTexts } from '../../shared/actions';
import type { ProcInfo } from '../../shared/engine-info';
import { onPress } from '../actions/press';
import { useEnabled } from '../actions/registry';
import { hintOf } from '../actions/shortcuts';
import { formatPlural } from '../lib/format';
import { workerStates } from '../lib/states';
import { useWindow } from '../state/store';
import { EngineCostReadout } from './engine-cost';
import classes from './header.module.css';
import { Logo } from './logo';

/** Workers that have a place of their own in the header; with more of them it shows squares. */
const maxChips = 4;

/** Name of the app, its workers, and what concerns the whole queue. */
export function Header() {
  return (
    <header className={classes.header}>
      <div className={classes.brand}>
        <Logo />
        <h1 className={classes.name}>Procession</h1>
      </div>
      <Workers />
      <EngineCostReadout />
      <div className={classes.actions}>
        <Command id="new-job" label="New job" icon={<IconPlus size={16} stroke={1.9} />} variant="default" />
        <Command id="open-file" label="Open…" icon={<IconFolderOpen size={16} stroke={1.7} />} variant="default" />
        <Command id="show-history" label="History" icon={<IconHistory size={16} stroke={1.7} />} variant="default" />
        <QueueCommand />
      </div>
    </header>
  );
}

function QueueCommand() {
  const active = useEnabled('cancel-all');
  return (
    <>
      {active && <Command id="cancel-all" icon={<IconPlayerStopFilled size={15} />} variant="default" />}
      <Command id="run-all" icon={<IconPlayerPlayFilled size={15} />} variant="filled" />
    </>
  );
}

interface CommandProps {
  readonly id: ActionId;
  /** Instead of the title, where there is little room. */
  readonly label?: string;
  readonly icon: ReactNode;
  readonly variant: 'default' | 'filled';
}

function Command({ id, label = actionTexts[id].title, icon, variant }: CommandProps) {
  const enabled = useEnabled(id);
  return (
    <Tooltip label={hintOf(id)} disabled={!enabled}>
      <Button size="xs" variant={variant} leftSection={icon} disabled={!enabled} onClick={onPress(id)}>
        {label}
      </Button>
    </Tooltip>
  );
}

function Workers() {
  const workers = useWindow((state) => state.workers);
  const busy = workers.filter((worker) => worker.state === 'busy').length;
  const restarts = workers.reduce((sum, worker) => sum + worker.restarts, 0);
  return (
    <Popover position="bottom-start" shadow="md" radius="md">
      <Popover.Target>
        <UnstyledButton className={classes.workers} data-testid="workers">
          <span className={classes.count}>
            <span className="num">{formatPlural(workers.length, 'worker')}</span>
            <span className={classes.dim}>{busy === 0 ? 'idle' : `${busy} busy`}</span>
          </span>
          {workers.length <= maxChips
            ? workers.map((worker) => <Chip key={worker.slot} worker={worker} />)
            : workers.map((worker) => <Square key={worker.slot} worker={worker} />)}
          {restarts > 0 && (
            <span className={`${classes.restarts} num`} data-testid="restarts">
              {formatPlural(restarts, 'restart')}
            </span>
          )}
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown p="sm">
        <WorkerTable workers={workers} />
      </Popover.Dropdown>
    </Popover>
  );
}

function Chip({ worker }: { readonly worker: ProcInfo }) {
  return (
    <span className={`${classes.chip} tone-${workerStates[worker.state].tone}`} data-state={worker.state}>
      <span className={classes.dot} />
      <span className="num" data-testid="worker-pid">
        {worker.pid ?? '–'}
      </span>
      <span className="sr-only">{workerStates[worker.state].text}</span>
    </span>
  );
}

const Square = ({ worker }: { readonly worker: ProcInfo }) => (
  <span className={`${classes.dot} tone-${workerStates[worker.state].tone}`} data-state={worker.state} />
);

function WorkerTable({ workers }: { readonly workers: readonly ProcInfo[] }) {
  return (
    <table className={`${classes.table} num`}>
      <thead>
        <tr>
          <th>Worker</th>
          <th>PID</th>
          <th>State</th>
          <th>Restarts</th>
        </tr>
      </thead>
      <tbody>
        {workers.map((worker) => (
          <tr key={worker.slot}>
            <td>{worker.slot}</td>
            <td>{worker.pid ?? '–'}</td>
            <td>{workerStates[worker.state].text}</td>
            <td>{worker.restarts}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
