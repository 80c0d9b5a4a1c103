import { Button, Tooltip } from '@mantine/core';
import {
  IconForms,
  IconPlayerPauseFilled,
  IconPlayerPlayFilled,
  IconPlayerStopFilled,
  IconRefresh,
  IconReload,
} from '@tabler/icons-react';
import type { JobRow } from '../../shared/ipc';
import { isActive } from '../../shared/ipc';
import { onPress } from '../actions/press';
import { useEnabled } from '../actions/registry';
import { hintOf } from '../actions/shortcuts';
import { formatPlural, percentOf } from '../lib/format';
import { rowStates } from '../lib/states';
import { useWindow } from '../state/store';
import classes from './job-heading.module.css';
import { StateIcon } from './state-icon';

/** Name and state of a job, where it comes from, and what can be done with it. */
export function JobHeading({ row }: { readonly row: JobRow }) {
  const file = useWindow((state) => state.files.find((entry) => entry.key === row.fileKey)?.name);
  const { text, tone } = rowStates[row.state];
  return (
    <div className={classes.heading}>
      <div className={classes.names}>
        <div className={classes.top}>
          <h2 className={classes.title}>{row.label}</h2>
          <span className={`${classes.state} tone-${tone}`} data-testid="job-state">
            <StateIcon state={row.state} percent={percentOf(row.progress, row.range, row.state)} size={14} />
            {text}
          </span>
        </div>
        <div className={classes.origin}>
          <span className="mono" title={row.target}>
            {row.target}
          </span>
          <span>{file}</span>
          {row.role !== 'script' && <span className="num">{formatPlural(row.range, 'item')}</span>}
        </div>
      </div>
      <Buttons row={row} />
    </div>
  );
}

function Buttons({ row }: { readonly row: JobRow }) {
  if (isActive(row.state)) {
    const cancelling = row.state === 'cancelling';
    return (
      <>
        <Steer />
        <Tooltip label={hintOf('cancel-selected')} disabled={cancelling}>
          <Button
            size="sm"
            variant="default"
            leftSection={<IconPlayerStopFilled size={16} />}
            disabled={cancelling}
            onClick={onPress('cancel-selected')}
          >
            {cancelling ? 'Cancelling…' : 'Cancel'}
          </Button>
        </Tooltip>
      </>
    );
  }
  if (row.role === 'call') return null;
  const again = row.state !== 'ready';
  return (
    <>
      <RetryFailed />
      {row.role === 'job' && (
        <Tooltip label={hintOf('edit-selected')}>
          <Button
            size="sm"
            variant="default"
            leftSection={<IconForms size={16} stroke={1.7} />}
            onClick={onPress('edit-selected')}
          >
            Open in form
          </Button>
        </Tooltip>
      )}
      <Tooltip label={hintOf('run-selected')}>
        <Button
          size="sm"
          variant={again ? 'default' : 'filled'}
          leftSection={again ? <IconRefresh size={16} stroke={1.8} /> : <IconPlayerPlayFilled size={15} />}
          onClick={onPress('run-selected')}
        >
          {again ? 'Run again' : 'Run'}
        </Button>
      </Tooltip>
    </>
  );
}

/** What did not come to an end well is tried again, and nothing else. */
function RetryFailed() {
  const canRetry = useEnabled('retry-failed');
  if (!canRetry) return null;
  return (
    <Tooltip label="Keeps what is done">
      <Button
        size="sm"
        variant="default"
        leftSection={<IconReload size={16} stroke={1.8} />}
        onClick={onPress('retry-failed')}
      >
        Retry failed
      </Button>
    </Tooltip>
  );
}

/** Pause or resume, whichever can be done. */
function Steer() {
  const canPause = useEnabled('pause-selected');
  const canResume = useEnabled('resume-selected');
  if (canResume)
    return (
      <Tooltip label={hintOf('resume-selected')}>
        <Button size="sm" leftSection={<IconPlayerPlayFilled size={15} />} onClick={onPress('resume-selected')}>
          Resume
        </Button>
      </Tooltip>
    );
  if (!canPause) return null;
  return (
    <Tooltip label={hintOf('pause-selected')}>
      <Button
        size="sm"
        variant="default"
        leftSection={<IconPlayerPauseFilled size={15} />}
        onClick={onPress('pause-selected')}
      >
        Pause
      </Button>
    </Tooltip>
  );
}
