import { ActionIcon, CloseButton, TextInput, Tooltip } from '@mantine/core';
import { IconPlayerPauseFilled, IconPlayerPlayFilled, IconSearch } from '@tabler/icons-react';
import { actionTexts } from '../../shared/actions';
import { onPress } from '../actions/press';
import { formatCount, formatPlural } from '../lib/format';
import { useWindow } from '../state/store';
import classes from './queue.module.css';
import type { QueueFilter } from './queue-items';

/** How many jobs stand how, and which of them the list shows. */
export function QueueHead() {
  const total = useWindow((state) => state.order.size);
  const isEmpty = useWindow(({ seq, order, files }) => seq !== null && order.size + files.length === 0);
  const isPaused = useWindow((state) => state.queue.isPaused);
  const marked = useWindow((state) => state.marked.size);
  const id = isPaused ? 'resume-queue' : 'pause-queue';
  const label = actionTexts[id].title;
  return (
    <div className={classes.head}>
      <div className={classes.summary}>
        <h2 className={classes.title}>Queue</h2>
        {isPaused && <span className={`${classes.badge} tone-warn`}>Paused</span>}
        <Summary />
        <Tooltip label={label}>
          <ActionIcon
            size="sm"
            variant={isPaused ? 'filled' : 'subtle'}
            color={isPaused ? 'indigo' : 'gray'}
            aria-label={label}
            onClick={onPress(id)}
          >
            {isPaused ? <IconPlayerPlayFilled size={13} /> : <IconPlayerPauseFilled size={13} />}
          </ActionIcon>
        </Tooltip>
      </div>
      {isEmpty && <p className={classes.hint}>Jobs that you make or open are listed here.</p>}
      {total > 0 && <Filter />}
      {marked > 1 && (
        <p className={`${classes.marked} num`} role="status">
          {formatPlural(marked, 'job')} selected
        </p>
      )}
    </div>
  );
}

function Summary() {
  const tally = useWindow((state) => state.tally);
  const total = useWindow((state) => state.order.size);
  const parts = [
    [tally.running + tally.cancelling + tally.pausing, 'running'],
    [tally.queued, 'waiting'],
    [tally.paused + tally.interrupted, 'held'],
    [tally.failed, 'failed'],
    [tally.done, 'done'],
  ] as const;
  const said = parts.filter(([count]) => count > 0).map(([count, word]) => `${formatCount(count)} ${word}`);
  return (
    <span className={`${classes.counts} num`} data-testid="queue-summary">
      {said.length > 0 ? said.join(' · ') : formatPlural(total, 'job')}
    </span>
  );
}

const choices: readonly (readonly [QueueFilter['section'], string])[] = [
  [null, 'All'],
  ['running', 'Running'],
  ['waiting', 'Waiting'],
  ['failed', 'Failed'],
  ['ended', 'Ended'],
];

function Filter() {
  const filter = useWindow((state) => state.filter);
  const set = (more: Partial<QueueFilter>): void =>
    useWindow.setState((state) => ({ filter: { ...state.filter, ...more } }));
  return (
    <>
      <TextInput
        size="xs"
        placeholder="Filter jobs"
        aria-label="Filter jobs"
        value={filter.text}
        leftSection={<IconSearch size={14} stroke={1.8} />}
        rightSection={
          filter.text === '' ? null : (
            <CloseButton size="xs" aria-label="Clear the filter" onClick={() => set({ text: '' })} />
          )
        }
        onChange={(event) => set({ text: event.currentTarget.value })}
        onKeyDown={(event) => {
          if (event.key === 'Escape') set({ text: '' });
        }}
      />
      <div className={classes.chips} role="group" aria-label="Show">
        {choices.map(([section, title]) => (
          <button
            key={title}
            type="button"
            className={classes.chip}
            aria-pressed={filter.section === section}
            onClick={() => set({ section })}
          >
            {title}
          </button>
        ))}
      </div>
    </>
  );
}
