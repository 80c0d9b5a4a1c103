import { Button, Group, Modal, NumberInput } from '@mantine/core';
import { useEffect, useState } from 'react';
import { bridge } from '../bridge';
import { formatPlural } from '../lib/format';
import classes from './history.module.css';
import { removeNow } from './history-commands';
import { endedBefore } from './history-query';
import { useHistory } from './history-store';

/** Asks from which age on runs are to be removed, and says how many those are. */
export function DeleteOlder() {
  const opened = useHistory((state) => state.isPruning);
  const close = (): void => useHistory.setState({ isPruning: false });
  return (
    <Modal opened={opened} onClose={close} title="Delete older runs">
      {opened && <Question onClose={close} />}
    </Modal>
  );
}

function Question({ onClose }: { readonly onClose: () => void }) {
  const [days, setDays] = useState<number | string>(30);
  const [found, setFound] = useState<Float64Array | null>(null);
  const isDays = typeof days === 'number' && days >= 0;
  useEffect(() => {
    if (!isDays) return undefined;
    let isWanted = true;
    void bridge.searchHistory(endedBefore(days, Date.now())).then(({ ids }) => {
      if (isWanted) setFound(ids);
    });
    return () => {
      isWanted = false;
    };
  }, [days, isDays]);
  const count = isDays ? (found?.length ?? 0) : 0;
  return (
    <>
      <NumberInput
        data-autofocus
        size="sm"
        label="Runs that ended at least so many days ago"
        min={0}
        max={36_500}
        allowDecimal={false}
        value={days}
        onChange={setDays}
      />
      <p className={classes.pruned} role="status">
        {!isDays
          ? 'Give a number of days.'
          : found === null
            ? 'Counting…'
            : count === 0
              ? 'No run is that old.'
              : `${formatPlural(count, 'run')} ${count === 1 ? 'is' : 'are'} removed for good, with logs, errors and results. Files that they have written stay.`}
      </p>
      <Group justify="flex-end" gap="xs" mt="lg">
        <Button size="xs" variant="default" onClick={onClose}>
          Keep
        </Button>
        <Button
          size="xs"
          color="red"
          disabled={count === 0}
          onClick={() => {
            onClose();
            if (found !== null) void removeNow([...found]);
          }}
        >
          Delete {count > 0 && formatPlural(count, 'run')}
        </Button>
      </Group>
    </>
  );
}
